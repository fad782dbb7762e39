import assert from "node:assert/strict";
import type { UpdateResult } from "../../../sandbox";
import { record as recordOf, text, type Entity } from "../../../sandbox/providers/cloud/model";
import { startAwsRig, type AwsRig } from "../../sandbox/awsSupport";
import { program, type Changes } from "../program";
import { awsSettings, logfireOnAws } from "../settings";

const disposable = { disposable: true };
const inside = { ...disposable, edge: { ...logfireOnAws().edge, exposure: "internal" as const } };
const nodeGroup = "eks/nodeGroup:NodeGroup";
const total = ({ changes }: UpdateResult, ...kinds: readonly string[]) =>
  kinds.reduce((sum, kind) => sum + (changes[kind] ?? 0), 0);

/**
 * The platform on the real engine, with a simulated account that checks what is known of AWS' rules. Does not prove that
 * AWS itself accepts an input, nor that a container runs. Steps of one stack's life, in this order.
 */
describe("the AWS platform on a real engine", function () {
  this.timeout(240_000);
  let rig: AwsRig;
  let made: number;
  const deploy = (changes: Changes, stack = "aws") =>
    rig.sandbox.engine.deploy({ stack, program: () => program(changes) });
  const scratch = (): Entity => {
    const found = rig.account.entities().find(({ token, id }) => token === nodeGroup && id.includes("scratch"));
    return found ?? assert.fail("there is no scratch group");
  };
  const desired = (entity: Entity) => recordOf(entity.outs["scalingConfig"])["desiredSize"];

  before(async () => {
    rig = await startAwsRig({ speed: 1000 });
  });
  after(async () => {
    await rig?.down();
  });

  it("comes up from nothing in one run, and a second run has nothing to do", async () => {
    const first = await deploy({ logfire: disposable });
    made = total(first, "create");
    assert.ok(made > 100);
    assert.equal(first.outputs["clusterName"]?.value, "logfire-aws");
    const second = await deploy({ logfire: disposable });
    assert.deepEqual(second.changes, { same: made });
  });

  it("leaves the nodes that the autoscaler has made, with and without new bounds", async () => {
    await rig.account.change((entities) => [entities.map(scaledTo(9)), undefined]);
    assert.deepEqual((await deploy({ logfire: disposable })).changes, { same: made });
    assert.equal(desired(scratch()), 9);
    const nodes = { ...awsSettings().nodes, scratch: { type: "r6id.2xlarge", minNodes: 5, maxNodes: 20 } };
    const changed = await deploy({ logfire: disposable, platform: { nodes } });
    assert.deepEqual(changed.changes, { same: made - 1, update: 1 });
    assert.equal(desired(scratch()), 9);
    assert.deepEqual((await deploy({ logfire: disposable, platform: { nodes } })).changes, { same: made });
  });

  it("moves its load balancer inside the network, and makes the new one before the old one goes", async () => {
    const moved = await deploy({ logfire: inside });
    assert.ok(total(moved, "replace", "create-replacement") > 0);
    const balancers = rig.account.entities().filter(({ token }) => token === "lb/loadBalancer:LoadBalancer");
    assert.deepEqual(
      balancers.map(({ outs }) => outs["internal"]),
      [true],
    );
  });

  it("follows a new Kubernetes version with control plane, nodes and add-ons, and replaces nothing", async () => {
    const version = { ...awsSettings().cluster, version: "1.36" };
    const upgraded = await deploy({ logfire: inside, platform: { cluster: version } });
    assert.equal(total(upgraded, "replace", "create-replacement", "delete"), 0);
    assert.equal(scratch().outs["version"], "1.36");
  });

  it("goes without leaving anything in the account", async () => {
    await rig.sandbox.engine.destroy({ stack: "aws", removeStack: true });
    assert.deepEqual(
      rig.account.entities().map(({ token, id }) => `${token} ${id}`),
      [],
    );
  });

  it("comes up and goes with everything that can be chosen chosen otherwise", async () => {
    const other: Changes = {
      platform: {
        identity: "irsa",
        network: { kind: "create", cidr: "10.50.0.0/18", zones: [], nat: "perAz", flowLogs: true },
        cluster: { kind: "create", version: "1.34", apiAccess: [], administrators: [], logRetentionDays: 7 },
        nodes: {
          general: { type: "m7i.xlarge", minNodes: 3, maxNodes: 7 },
          scratch: { type: "m6id.xlarge", minNodes: 3, maxNodes: 21 },
        },
        objectStore: { kind: "create", encryption: "kms" },
        redis: { kind: "create", nodeType: "cache.t4g.small", nodes: 1 },
        postgres: { ...database, instanceClass: "db.t4g.large", multiAz: false },
      },
      logfire: {
        ...disposable,
        preset: "tiny",
        edge: { ...logfireOnAws().edge, exposure: "internal", sourceRanges: ["10.0.0.0/8"] },
      },
    };
    const first = await deploy(other, `other_Stack.${"x".repeat(60)}`);
    assert.ok(total(first, "create") > 100);
    await rig.sandbox.engine.destroy({ stack: `other_Stack.${"x".repeat(60)}`, removeStack: true });
    assert.deepEqual(
      rig.account.entities().map(({ token, id }) => `${token} ${id}`),
      [],
    );
  });

  it("refuses to go in production while anything that holds data is protected", async () => {
    await deploy({}, "production");
    await assert.rejects(rig.sandbox.engine.destroy({ stack: "production" }), /protected/i);
    const left = rig.account.entities().map(({ token }) => token);
    for (const token of ["rds/instance:Instance", "s3/bucket:Bucket", "eks/cluster:Cluster", "route53/zone:Zone"])
      assert.ok(left.includes(token), token);
  });
});

const { postgres } = awsSettings();
if (postgres.kind !== "create") throw new Error("the usual settings make a database");
const database = postgres;

/** What the autoscaler does to a group. */
const scaledTo =
  (count: number) =>
  (entity: Entity): Entity =>
    entity.token === nodeGroup && text(entity.outs["nodeGroupName"]).includes("scratch")
      ? {
          ...entity,
          outs: { ...entity.outs, scalingConfig: { ...recordOf(entity.outs["scalingConfig"]), desiredSize: count } },
        }
      : entity;
