import assert from "node:assert/strict";
import type { UpdateResult } from "../../../sandbox";
import { record as recordOf, list, type Entity } from "../../../sandbox/providers/cloud/model";
import type { AzureCluster, AzurePostgres } from "../../../components/settings/azure/types";
import { startAzureRig, type AzureRig } from "../../sandbox/azureSupport";
import { program, type Changes } from "../program";
import { azureSettings, logfireOnAzure } from "../settings";

const disposable = { disposable: true };
const inside = { ...disposable, edge: { ...logfireOnAzure().edge, exposure: "internal" as const } };
const managedCluster = "containerservice:ManagedCluster";
const agentPool = "containerservice:AgentPool";
const total = ({ changes }: UpdateResult, ...kinds: readonly string[]) =>
  kinds.reduce((sum, kind) => sum + (changes[kind] ?? 0), 0);

function usualParts(): { readonly cluster: AzureCluster; readonly postgres: AzurePostgres } {
  const { cluster, postgres } = azureSettings();
  if (cluster.kind !== "create" || postgres.kind !== "create") throw new Error("the usual settings make everything");
  return { cluster, postgres };
}
const { cluster: usualCluster, postgres } = usualParts();

/**
 * The platform on the real engine, with a simulated subscription that checks what is known of Azure's rules. Does not
 * prove that Azure itself accepts an input, nor that a container runs. Steps of one stack's life, in this order.
 */
describe("the Azure platform on a real engine", function () {
  this.timeout(240_000);
  let rig: AzureRig;
  let made: number;
  const deploy = (changes: Changes, stack = "azure") =>
    rig.sandbox.engine.deploy({ stack, program: () => program(changes) });
  const cluster = (): Entity =>
    rig.account.entities().find(({ token }) => token === managedCluster) ?? assert.fail("there is no cluster");
  /** The only pool whose name begins so. */
  const pool = (start: string): Entity => {
    const [found, ...others] = poolsOf(rig.account.entities(), start);
    assert.deepEqual(others, [], `several pools ${start}`);
    return found ?? assert.fail(`there is no pool ${start}`);
  };

  before(async () => {
    rig = await startAzureRig({ speed: 1000 });
  });
  after(async () => {
    await rig?.down();
  });

  it("comes up from nothing in one run, and a second run has nothing to do", async () => {
    const first = await deploy({ logfire: disposable });
    made = total(first, "create");
    assert.ok(made > 50);
    assert.equal(first.outputs["clusterName"]?.value, "logfire-azure");
    const second = await deploy({ logfire: disposable });
    assert.deepEqual(second.changes, { same: made });
  });

  it("leaves the nodes that the autoscaler has made, with and without new bounds", async () => {
    await rig.account.change((entities) => [entities.map(scaledTo(6, 9)), undefined]);
    assert.deepEqual((await deploy({ logfire: disposable })).changes, { same: made });
    const { nodes: usual } = azureSettings();
    const nodes = {
      general: { ...usual.general, maxNodes: 9 },
      scratch: { ...usual.scratch, minNodes: 5, maxNodes: 20 },
    };
    const changed = await deploy({ logfire: disposable, platform: { nodes } });
    assert.deepEqual(changed.changes, { same: made - 2, update: 2 });
    const [general, scratch] = [pool("general").outs, pool("scratch").outs];
    assert.deepEqual([general["count"], general["maxCount"]], [6, 9]);
    assert.deepEqual([scratch["count"], scratch["minCount"]], [9, 5]);
    assert.deepEqual((await deploy({ logfire: disposable, platform: { nodes } })).changes, { same: made });
  });

  it("gives scratch another machine as another pool, which is there before the old one goes", async () => {
    const { nodes: usual } = azureSettings();
    const before = pool("scratch").id;
    const nodes = { ...usual, scratch: { ...usual.scratch, type: "Standard_E16ds_v6" } };
    const moved = await deploy({ logfire: disposable, platform: { nodes } });
    assert.equal(total(moved, "replace", "create-replacement"), 1);
    const after = pool("scratch");
    assert.equal(after.outs["vmSize"], "Standard_E16ds_v6");
    assert.notEqual(after.id, before);
  });

  it("moves its load balancer inside the network, and gives the address back", async () => {
    await deploy({ logfire: inside });
    const addresses = rig.account.entities().filter(({ token }) => token === "network:PublicIPAddress");
    assert.deepEqual(
      addresses.map(({ outs }) => outs["name"]),
      ["logfire-azure-nat"],
    );
  });

  it("follows a new Kubernetes version with control plane and all nodes, and replaces nothing", async () => {
    const version = { cluster: { ...usualCluster, version: "1.36" } };
    const upgraded = await deploy({ logfire: inside, platform: version });
    assert.equal(total(upgraded, "replace", "create-replacement", "delete"), 0);
    assert.equal(cluster().outs["kubernetesVersion"], "1.36");
    for (const start of ["general", "scratch"]) assert.equal(pool(start).outs["orchestratorVersion"], "1.36", start);
    const again = await deploy({ logfire: inside, platform: version });
    assert.deepEqual(Object.keys(again.changes), ["same"]);
  });

  it("goes on changing after an upgrade and another machine, whatever the cluster was told before", async () => {
    const { nodes: usual } = azureSettings();
    const nodes = { ...usual, scratch: { ...usual.scratch, type: "Standard_E16ds_v6" } };
    await deploy({ logfire: inside, platform: { nodes, cluster: { ...usualCluster, version: "1.36" } } });
    const opened = { ...usualCluster, version: "1.36", apiAccess: ["198.51.100.0/24"] };
    await deploy({ logfire: inside, platform: { nodes, cluster: opened } });
    const { authorizedIPRanges } = recordOf(cluster().outs["apiServerAccessProfile"]);
    assert.equal(list(authorizedIPRanges)[0], "198.51.100.0/24");
  });

  it("goes without leaving anything in the subscription", async () => {
    await rig.sandbox.engine.destroy({ stack: "azure", removeStack: true });
    assert.deepEqual(
      rig.account.entities().map(({ token, id }) => `${token} ${id}`),
      [],
    );
  });

  it("comes up and goes with everything that can be chosen chosen otherwise", async () => {
    const stack = `other_Stack.${"x".repeat(60)}`;
    const first = await deploy(otherwise, stack);
    assert.ok(total(first, "create") > 45);
    await rig.sandbox.engine.destroy({ stack, removeStack: true });
    assert.deepEqual(
      rig.account.entities().map(({ token, id }) => `${token} ${id}`),
      [],
    );
  });

  it("refuses to go in production while anything that holds data is protected", async () => {
    await deploy({}, "production");
    await assert.rejects(rig.sandbox.engine.destroy({ stack: "production" }), /protected/i);
    const left = rig.account.entities().map(({ token }) => token);
    for (const token of ["dbforpostgresql:Server", "storage:StorageAccount", managedCluster, "dns:Zone"])
      assert.ok(left.includes(token), token);
  });
});

const otherwise: Changes = {
  platform: {
    network: { kind: "create", cidr: "10.50.0.0/22" },
    cluster: { ...usualCluster, version: "1.34", apiAccess: [], administrators: [], podsCidr: "10.200.0.0/16" },
    nodes: {
      general: { type: "Standard_D4ds_v5", osDiskGib: 100, minNodes: 3, maxNodes: 7 },
      scratch: { type: "Standard_D4ds_v6", osDiskGib: 210, minNodes: 3, maxNodes: 21 },
    },
    objectStore: { kind: "create", redundancy: "LRS" },
    redis: { kind: "create", sku: "Balanced_B1", replica: false },
    postgres: { ...postgres, sku: "Standard_B2ms", zoneRedundant: false, geoBackup: true },
  },
  logfire: {
    ...disposable,
    preset: "tiny",
    edge: { ...logfireOnAzure().edge, exposure: "internal", sourceRanges: ["10.0.0.0/8"] },
  },
};

const poolsOf = (entities: readonly Entity[], start: string): readonly Entity[] =>
  entities.filter(({ token, id }) => token === agentPool && id.includes(`/agentPools/${start}`));

/** What the autoscaler does to pools. */
const scaledTo =
  (general: number, scratch: number) =>
  (entity: Entity): Entity => {
    const to = (count: number): Entity => ({ ...entity, outs: { ...entity.outs, count } });
    if (poolsOf([entity], "general").length > 0) return to(general);
    return poolsOf([entity], "scratch").length > 0 ? to(scratch) : entity;
  };
