import assert from "node:assert/strict";
import { monthlyCost } from "../../../components/platform/aws/figures/cost";
import { cachePlans, databasePlans } from "../../../components/platform/aws/figures/databaseSizes";
import { instanceTypes, rootVolumeGib } from "../../../components/platform/aws/figures/machineTypes";
import { awsMachines, defaultTypes } from "../../../components/platform/aws/figures/nodePlan";
import { machinePrices, prices } from "../../../components/platform/aws/figures/prices";
import { quotaNeeds } from "../../../components/platform/aws/figures/quotas";
import { usableTypes } from "../../../components/platform/shared/checkNodePlan";
import { balancerExposure } from "../../../components/platform/shared/exposure";
import type { AwsPlatformSettings } from "../../../components/settings/aws/types";
import { type CostOf, describeCost, needsOn } from "../../clouds/cost";
import { adoptedNetwork, aws, awsOf, presets, settings, sixInputs, withAws } from "./values";

const cost: CostOf<AwsPlatformSettings> = (platform, exposure = "public") =>
  monthlyCost({ platform, exposure, volumesGib: 48 });

const production =
  730 * (0.1 + 3 * 0.4032 + 3 * 0.6048 + 3 * 0.045 + 0.0225 + 6 * 0.005 + 2 * 0.337 + 2 * 0.1264) +
  (3 * rootVolumeGib.general + 3 * rootVolumeGib.scratch) * 0.08 +
  2 * 100 * 0.115 +
  48 * 0.08 +
  1;

const expected = {
  ...{ cost, adoptedNetwork },
  byHand: { platform: awsOf(), usd: production },
  unpriced: () => ["1 × Route 53 zone"],
  size: ({ totalUsd }: ReturnType<typeof cost>) => totalUsd,
  notMade: /NAT|IPv4|load balancer|Valkey/,
};

describeCost(aws, expected, () => {
  it("says what it leaves out where a machine has no price with a source", () => {
    const platform = awsOf(withAws({ postgres: { instanceClass: "db.m6i.2xlarge" } }));
    assert.deepEqual(cost(platform).unpriced, ["2 × PostgreSQL db.m6i.2xlarge", "1 × Route 53 zone"]);
  });

  it("knows every machine type that a stack may have, and no other", () => {
    const usable = new Set([...usableTypes(awsMachines, "general"), ...usableTypes(awsMachines, "scratch")]);
    assert.deepEqual(
      [...usable].filter((name) => machinePrices[name] === undefined),
      [],
    );
    assert.deepEqual(
      Object.keys(machinePrices).filter((name) => !/^(db|cache)\./.test(name) && instanceTypes[name] === undefined),
      [],
    );
  });

  it("has list prices that rise with the machine", () => {
    for (const [name, { cpus }] of Object.entries(instanceTypes)) {
      const [family] = name.split(".");
      const larger = Object.entries(instanceTypes).filter(
        ([other, type]) => other.startsWith(`${family ?? ""}.`) && type.cpus === 2 * cpus,
      );
      const price = machinePrices[name]?.usd;
      for (const [other] of larger) {
        const double = machinePrices[other]?.usd;
        if (price !== undefined && double !== undefined)
          assert.ok(Math.abs(double / price - 2) < 0.01, `${name}, ${other}`);
      }
    }
    for (const price of Object.values(prices)) assert.ok(price.usd > 0);
  });

  it("covers the defaults: types, classes and nodes are those of the plans", () => {
    for (const preset of presets) {
      const { nodes, postgres, redis } = awsOf({ preset });
      assert.deepEqual({ general: nodes.general.type, scratch: nodes.scratch.type }, defaultTypes[preset]);
      assert.ok(postgres.kind === "create" && redis.kind === "create");
      assert.equal(postgres.instanceClass, databasePlans[preset].instanceClass);
      assert.deepEqual({ nodeType: redis.nodeType, nodes: redis.nodes }, cachePlans[preset]);
    }
  });
});

describe("limits of the account", () => {
  const needs = needsOn(aws, quotaNeeds);

  it("are counted from the pools, the zones and the network", () =>
    assert.deepEqual(needs({}), {
      "L-1216C47A": [3 * 8 + 3 * 8, 7 * 8 + 18 * 8],
      "L-0263D0A3": [3, 3],
      "L-F678F1CE": [1, 1],
      "L-FE5A380F": [1, 1],
    }));

  const internal = { exposure: "internal" };
  const office = { sourceRanges: ["203.0.113.0/24"] };
  for (const [nat, edge, expected] of [
    ["regional", {}, 3],
    ["single", {}, 4],
    ["perAz", {}, 6],
    ["regional", office, 6],
    ["single", office, 4],
    ["perAz", office, 6],
    ["regional", internal, undefined],
    ["regional", { ...internal, ...office }, undefined],
    ["single", internal, 1],
    ["perAz", internal, 3],
    ["regional", { mode: "none" }, undefined],
    ["perAz", { mode: "none" }, 3],
  ] as const)
    it(`count ${expected ?? "no"} addresses for NAT ${nat} and the edge ${JSON.stringify(edge)}`, () => {
      const count = needs(withAws({ network: { nat } }, { edge }))["L-0263D0A3"];
      assert.deepEqual(count, expected === undefined ? undefined : [expected, expected]);
    });

  it("count no NAT for a network of the owner's, and an address for each of its public subnets", () => {
    const network = { existing: adoptedNetwork };
    assert.deepEqual(needs(withAws({ network }))["L-0263D0A3"], [3, 3]);
    assert.deepEqual(Object.keys(needs(withAws({ network }, { edge: { mode: "none" } }))), ["L-1216C47A"]);
  });
});

describe("who reaches the load balancer", () => {
  it("follows the edge, and nobody does where the stack makes none", () => {
    const exposure = (edge: object) => balancerExposure(settings({ edge }).logfire.edge);
    assert.equal(exposure({}), "public");
    assert.equal(exposure({ exposure: "internal" }), "internal");
    assert.equal(exposure({ mode: "none" }), "none");
    assert.equal(exposure({ gateway: { attachTo: { name: "shared" } } }), "none");
    assert.equal(sixInputs.platform, "aws");
  });
});
