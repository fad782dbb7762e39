import assert from "node:assert/strict";
import type { PresetName } from "../../../components/logfire/catalogue/names";
import { monthlyCost } from "../../../components/platform/gcp/figures/cost";
import { cachePlans, databasePlans } from "../../../components/platform/gcp/figures/databaseSizes";
import { bootDiskGib, machineTypes } from "../../../components/platform/gcp/figures/machineTypes";
import { defaultMachines, gcpMachines } from "../../../components/platform/gcp/figures/nodePlan";
import { cachePrice, machinePrices, prices } from "../../../components/platform/gcp/figures/prices";
import { staticAddresses } from "../../../components/platform/gcp/figures/publicAddresses";
import { quotaNeeds } from "../../../components/platform/gcp/figures/quotas";
import { usableTypes } from "../../../components/platform/shared/checkNodePlan";
import type { GcpPlatformSettings } from "../../../components/settings/gcp/types";
import { type CostOf, describeCost, needsOn } from "../../clouds/cost";
import { adoptedNetwork, gcp, gcpOf, presets, settings, withGcp } from "./values";

const cost: CostOf<GcpPlatformSettings> = (platform, exposure = "public") =>
  monthlyCost({ platform, exposure, volumesGib: 48 });

const n2d = 8 * 0.027502 + 32 * 0.003686;
const n2 = 8 * 0.031611 + 64 * 0.004237;
const database = 2 * (4 * 0.0413 + 16 * 0.007);
const production =
  730 * (0.1 + 3 * n2d + 3 * n2 + 6 * 0.0014 + 0.005 + 0.025 + database) +
  3 * 2 * 375 * 0.08 +
  (3 * bootDiskGib.general + 3 * bootDiskGib.scratch) * 0.1 +
  2 * 100 * 0.222 +
  48 * 0.17 +
  0.06 +
  0.2;

/** Capacities of Memorystore between 5 and 10 GiB have no price with a source; the preset `standard` has 6. */
const unpriced = { tiny: [], small: [], standard: ["6 × Redis with a standby, GiB"], large: [] } as const;

const expected = {
  ...{ cost, adoptedNetwork },
  byHand: { platform: gcpOf(), usd: production },
  unpriced: (preset: PresetName) => unpriced[preset],
  size: ({ totalUsd }: ReturnType<typeof cost>) => totalUsd,
  notMade: /NAT|load balancer|Redis/,
};

describeCost(gcp, expected, () => {
  it("counts local SSDs only where they are bought beside the machine", () => {
    const ssds = (type: string) =>
      cost(gcpOf(withGcp({ nodes: { scratch: { type } } }))).lines.find(({ what }) => what.startsWith("local SSDs"));
    assert.equal(ssds("n2-highmem-8")?.count, 3 * 2 * 375);
    assert.equal(ssds("c4-highmem-16-lssd"), undefined);
  });

  it("knows every machine type that a stack may have, and no other", () => {
    const usable = new Set(["general", "scratch"].flatMap((pool) => usableTypes(gcpMachines, pool as "general")));
    assert.deepEqual(
      [...usable].filter((name) => machinePrices[name] === undefined),
      [],
    );
    assert.deepEqual(
      Object.keys(machinePrices).filter((name) => machineTypes[name] === undefined),
      [],
    );
  });

  it("has list prices that rise with the machine", () => {
    for (const [name, { cpus, bundled }] of Object.entries(machineTypes)) {
      const double = machinePrices[name.replace(/-\d+/, `-${2 * cpus}`)]?.usd;
      const price = machinePrices[name]?.usd;
      if (price !== undefined && double !== undefined && !bundled) assert.ok(Math.abs(double / price - 2) < 0.01, name);
    }
    for (const price of Object.values(prices)) assert.ok(price.usd > 0);
    for (const memoryGib of [1, 4, 11, 35]) {
      const [alone, both] = [false, true].map((replica) => cachePrice({ memoryGib, replica })?.usd ?? 0);
      assert.ok((alone ?? 0) > 0 && (both ?? 0) > (alone ?? 0), String(memoryGib));
    }
    assert.equal(cachePrice({ memoryGib: 6, replica: true }), undefined);
  });

  it("covers the defaults: machines, tier and cache are those of the plans", () => {
    for (const preset of presets) {
      const { nodes, postgres, redis } = gcpOf({ preset });
      for (const pool of ["general", "scratch"] as const) {
        const { type, localSsds } = nodes[pool];
        assert.deepEqual({ type, localSsds }, defaultMachines[preset][pool]);
      }
      assert.ok(postgres.kind === "create" && redis.kind === "create");
      assert.equal(postgres.tier, databasePlans[preset].tier);
      assert.deepEqual({ memoryGib: redis.memoryGib, replica: redis.replica }, cachePlans[preset]);
    }
  });
});

const internal = { exposure: "internal" };
const office = { sourceRanges: ["203.0.113.0/24"] };

describe("limits of the project", () => {
  const needs = needsOn(gcp, quotaNeeds);

  it("are counted from the pools, their disks and the network", () =>
    assert.deepEqual(needs({}), {
      "CPUS-ALL-REGIONS-per-project": [3 * 8 + 3 * 8, 7 * 8 + 18 * 8],
      "SSD-TOTAL-GB-per-project-region": [3 * 100 + 3 * 50, 7 * 100 + 18 * 50],
      "LOCAL-SSD-TOTAL-GB-per-project-region": [3 * 750, 18 * 750],
      "STATIC-ADDRESSES-per-project-region": [1, 1],
      "NETWORKS-per-project": [1, 1],
    }));

  it("count no network where it is the owner's, and no address where nobody is let in from outside", () => {
    const adopted = needs(withGcp({ network: { existing: adoptedNetwork } }, { edge: internal }));
    assert.deepEqual(Object.keys(adopted), [
      "CPUS-ALL-REGIONS-per-project",
      "SSD-TOTAL-GB-per-project-region",
      "LOCAL-SSD-TOTAL-GB-per-project-region",
    ]);
  });
});

describe("static addresses", () => {
  for (const [edge, nat, balancer] of [
    [{}, 0, "external"],
    [office, 0, "external"],
    [internal, 0, "internal"],
    [{ mode: "none" }, 0, "none"],
    [{ gateway: { attachTo: { name: "shared" } } }, 0, "none"],
    [{ mode: "native" }, 0, "global"],
    [{ mode: "native", ...office }, 1, "global"],
    [{ mode: "native", ...internal }, 0, "internal"],
  ] as const)
    it(`of the edge ${JSON.stringify(edge)} are ${nat} of NAT and one that is ${balancer}`, () => {
      const values = { edge };
      assert.deepEqual(staticAddresses(gcpOf(values).network, settings(values).logfire.edge), { nat, balancer });
    });

  it("of NAT are none in a network that is the owner's", () => {
    const values = withGcp({ network: { existing: adoptedNetwork } }, { edge: { mode: "native", ...office } });
    assert.equal(staticAddresses(gcpOf(values).network, settings(values).logfire.edge).nat, 0);
  });
});
