import assert from "node:assert/strict";
import { monthlyCost } from "../../../components/platform/azure/figures/cost";
import { databasePlans, cachePlans } from "../../../components/platform/azure/figures/databaseSizes";
import { machineNames } from "../../../components/platform/azure/figures/machineTypes";
import { defaultTypes } from "../../../components/platform/azure/figures/nodePlan";
import { databasePrices, machinePrices, prices } from "../../../components/platform/azure/figures/prices";
import { quotaNeeds } from "../../../components/platform/azure/figures/quotas";
import { nameOf, type Price } from "../../../components/platform/shared/cost";
import { adoptedNetwork, azureOf, presets, settings, withAzure } from "./values";

const cost = (platform: ReturnType<typeof azureOf>, exposure: "public" | "internal" | "none" = "public") =>
  monthlyCost({ platform, exposure, volumesGib: 48 });

/** Sizes of the fifth generation for scratch: the only ones with a price. */
const priced = () => azureOf(withAzure({ nodes: { scratch: { type: "Standard_E8ds_v5" } } }));

describe("the cost of a month on Azure", () => {
  it("is its parts with a price at list price, added up by hand", () => {
    const { totalUsd } = cost(priced());
    const expected = 730 * (0.1 + 3 * 0.452 + 3 * 0.576 + 0.045 + 2 * 0.005 + 0.01 + 2 * 0.356) + 2 * 128 * 0.115;
    assert.ok(Math.abs(totalUsd - expected) < 0.01, `${totalUsd}, by hand ${expected}`);
  });

  it("says what it leaves out, because no price has a source", () =>
    assert.deepEqual(cost(azureOf()).unpriced, [
      "3 × scratch nodes Standard_E8ds_v6",
      "1 × load balancer",
      "2 × Azure Managed Redis Balanced_B5",
      "48 × network volumes of the ingest queue, GB",
      "1 × public DNS zone",
    ]));

  it("has a source and a date for each price", () => {
    for (const [name, { usd, source, date }] of [machinePrices, databasePrices, prices].flatMap(
      Object.entries<Price>,
    )) {
      assert.ok(usd > 0, name);
      assert.match(source, /\S{5}/);
      assert.match(date, /20\d\d/);
    }
  });

  it("grows with the preset in what it counts, and has no line for what is adopted", () => {
    const count = (preset: (typeof presets)[number]) =>
      cost(azureOf({ preset })).lines.reduce((sum, line) => sum + line.count, 0);
    const counts = presets.map(count);
    assert.deepEqual(
      [...counts].sort((a, b) => a - b),
      counts,
    );
    const adopted = azureOf(withAzure({ network: { existing: adoptedNetwork }, redis: { inCluster: true } }));
    const names = cost(adopted, "none").lines.map(nameOf);
    assert.ok(!names.some((name) => /NAT|IPv4|load balancer|Redis|endpoint/.test(name)), names.join(", "));
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
  const needs = (values: Parameters<typeof azureOf>[0]) =>
    Object.fromEntries(
      quotaNeeds(azureOf(values), settings(values).logfire.edge).map(({ code, least, most }) => [code, [least, most]]),
    );

  it("are counted for all machines together, for each family, and for addresses", () =>
    assert.deepEqual(needs({}), {
      cores: [3 * 8 + 3 * 8, 7 * 8 + 18 * 8],
      standardDDSv5Family: [24, 56],
      StandardEdsv6Family: [24, 144],
      StandardSkuPublicIpAddresses: [2, 2],
    }));

  it("are counted once for a family that both pools are of", () => {
    const nodes = { scratch: { type: "Standard_D16ds_v5", maxNodes: 4 } };
    assert.deepEqual(needs(withAzure({ nodes }))["standardDDSv5Family"], [24 + 48, 56 + 64]);
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
