import assert from "node:assert/strict";
import type { PresetName } from "../../../components/logfire/catalogue/names";
import { monthlyCost } from "../../../components/platform/azure/figures/cost";
import { databasePlans, cachePlans } from "../../../components/platform/azure/figures/databaseSizes";
import { machineNames } from "../../../components/platform/azure/figures/machineTypes";
import { defaultTypes } from "../../../components/platform/azure/figures/nodePlan";
import { databasePrices, machinePrices, prices } from "../../../components/platform/azure/figures/prices";
import { quotaNeeds } from "../../../components/platform/azure/figures/quotas";
import type { Price } from "../../../components/platform/shared/cost";
import type { AzurePlatformSettings } from "../../../components/settings/azure/types";
import { type CostOf, describeCost, needsOn } from "../../clouds/cost";
import { adoptedNetwork, azure, azureOf, presets, withAzure } from "./values";

const cost: CostOf<AzurePlatformSettings> = (platform, exposure = "public") =>
  monthlyCost({ platform, exposure, volumesGib: 48 });

/** Scratch on the fifth generation: the only one of these sizes with a price. */
const production = azureOf(withAzure({ nodes: { scratch: { type: "Standard_E8ds_v5" } } }));
const usd = 730 * (0.1 + 3 * 0.452 + 3 * 0.576 + 0.045 + 2 * 0.005 + 0.01 + 2 * 0.356) + 2 * 256 * 0.115;

/** Sizes of the presets that have no price with a source: of scratch nodes and of stores. */
const unpriced = {
  tiny: ["Standard_D4ds_v6", "1 × PostgreSQL Standard_B2ms", "1 × Azure Managed Redis Balanced_B1"],
  small: ["Standard_D8ds_v6", "2 × Azure Managed Redis Balanced_B3"],
  standard: ["Standard_E8ds_v6", "2 × Azure Managed Redis Balanced_B5"],
  large: ["Standard_E16ds_v6", "2 × Azure Managed Redis Balanced_B10"],
} as const;

const expected = {
  ...{ cost, adoptedNetwork },
  byHand: { platform: production, usd },
  unpriced: (preset: PresetName) => {
    const [scratch, ...stores] = unpriced[preset];
    const rest = ["48 × network volumes of the ingest queue, GB", "1 × public DNS zone"];
    return [`3 × scratch nodes ${scratch}`, "1 × load balancer", ...stores, ...rest];
  },
  // Much has no price, so that the total says little.
  size: ({ lines }: ReturnType<typeof cost>) => lines.reduce((sum, line) => sum + line.count, 0),
  notMade: /NAT|IPv4|load balancer|Redis|endpoint/,
};

describeCost(azure, expected, () => {
  it("has a source and a date for each price", () => {
    for (const [name, { usd, source, date }] of [machinePrices, databasePrices, prices].flatMap(
      Object.entries<Price>,
    )) {
      assert.ok(usd > 0, name);
      assert.match(source, /\S{5}/);
      assert.match(date, /20\d\d/);
    }
  });

  it("has prices of machines that a stack may have, which double with the machine", () => {
    for (const [name, { usd }] of Object.entries(machinePrices)) {
      assert.ok(machineNames.includes(name), name);
      const [, letter = "", cpus = "", suffix = ""] = /^Standard_([DE])(\d+)(.*)$/.exec(name) ?? [];
      const double = machinePrices[`Standard_${letter}${Number(cpus) * 2}${suffix}`]?.usd;
      if (double !== undefined) assert.ok(Math.abs(double / usd - 2) < 0.01, name);
    }
  });

  it("covers the defaults: sizes and nodes are those of the plans", () => {
    for (const preset of presets) {
      const { nodes, postgres, redis } = azureOf({ preset });
      assert.deepEqual({ general: nodes.general.type, scratch: nodes.scratch.type }, defaultTypes[preset]);
      assert.ok(postgres.kind === "create" && redis.kind === "create");
      assert.equal(postgres.sku, databasePlans[preset].sku);
      assert.deepEqual({ sku: redis.sku, replica: redis.replica }, cachePlans[preset]);
    }
  });
});

describe("limits of the subscription", () => {
  const needs = needsOn(azure, quotaNeeds);

  it("are counted for all machines together, those of an upgrade among them, for each family, and for addresses", () =>
    assert.deepEqual(needs({}), {
      cores: [3 * 8 + 3 * 8, (7 + 3) * 8 + (18 + 6) * 8],
      standardDDSv5Family: [24, 80],
      StandardEdsv6Family: [24, 192],
      StandardSkuPublicIpAddresses: [2, 2],
    }));

  it("are counted once for a family that both pools are of", () => {
    const nodes = { scratch: { type: "Standard_D16ds_v5", maxNodes: 4 } };
    assert.deepEqual(needs(withAzure({ nodes }))["standardDDSv5Family"], [24 + 48, 80 + (4 + 2) * 16]);
  });

  for (const [edge, network, expected] of [
    [{}, {}, 2],
    [{ exposure: "internal" }, {}, 1],
    [{ mode: "none" }, {}, 1],
    [{}, { existing: adoptedNetwork }, 1],
    [{ mode: "none" }, { existing: adoptedNetwork }, undefined],
  ] as const)
    it(`count ${expected ?? "no"} addresses for the edge ${JSON.stringify(edge)} in ${Object.keys(network)[0] ?? "a network that is made"}`, () => {
      const count = needs(withAzure({ network }, { edge }))["StandardSkuPublicIpAddresses"];
      assert.deepEqual(count, expected === undefined ? undefined : [expected, expected]);
    });
});
