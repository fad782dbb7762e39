import { kubectl } from "../cloud/cluster/kubectl";
import { joinGroup, leaveGroups, updateGroup } from "../cloud/cluster/nodeGroup";
import { list, record, text, type Entity, type Values } from "../cloud/model";
import type { Effects, Place } from "../cloud/simulation";
import { groupToken, isWithin } from "./arm";
import { refuseUsed } from "./cluster/balancers";
import { groupOf, isRenewed } from "./cluster/nodes";
import type { AzureOptions, AzureView } from "./kind";
import { poolAnswer, poolsOf, poolToken } from "./services/agentPools";
import { clusterToken } from "./services/cluster";

type Where = Place<AzureView, AzureOptions>;

/**
 * What a change in the subscription does in the cluster, and to what lies within. Nothing is left of a cluster that goes:
 * disks and load balancers that its controllers made lie in its node resource group, and AKS deletes it with the cluster.
 */
export const effects: Readonly<Record<string, Effects<AzureView, AzureOptions>>> = {
  [poolToken]: {
    created: ({ id }, place) => joinPools([poolWith(id, place)], place),
    updated: ({ id }, before, place) => updatePool(poolWith(id, place), before.outs, place),
    deleting: (entity, place) => leaveGroups(entity, [groupOf(entity, place.view())], place),
  },
  [clusterToken]: {
    created: ({ id }, place) => joinPools(poolsOf(place.view(), id), place),
    updated: ({ id, outs }, _before, place) => updateCluster(id, outs, place),
    deleting: (entity, place) => {
      const view = place.view();
      const groups = poolsOf(view, entity.id).map((pool) => groupOf(pool, view));
      return leaveGroups(entity, groups, place);
    },
    deleted: ({ id }, place) => forgetWithin(id, place),
  },
  "network:PublicIPAddress": { deleting: (entity) => refuseUsed(entity) },
  "network:Subnet": { deleting: (entity, place) => leave(entity, place) },
  // With everything that is in it, whoever has made it.
  [groupToken]: { deleted: ({ id }, place) => forgetWithin(id, place) },
};

/**
 * Every AKS cluster has them. Their disks are in all three zones, as AKS makes them where a cluster has nodes in three:
 * https://learn.microsoft.com/azure/aks/concepts-storage#storage-classes. The sandbox has them with the first nodes.
 */
const storageClasses = [
  ["managed-csi", "StandardSSD_ZRS"],
  ["managed-csi-premium", "Premium_ZRS"],
].map(([name, skuname]) => ({
  ...{ apiVersion: "storage.k8s.io/v1", kind: "StorageClass", metadata: { name }, parameters: { skuname } },
  ...{ provisioner: "disk.csi.azure.com", reclaimPolicy: "Delete", volumeBindingMode: "WaitForFirstConsumer" },
  allowVolumeExpansion: true,
}));

function poolWith(id: string, place: Where): Entity {
  const found = place
    .view()
    .of(poolToken)
    .find((each) => each.id === id);
  if (found === undefined) throw new Error(`the simulated account has no agent pool ${id}`);
  return found;
}

async function joinPools(pools: readonly Entity[], place: Where): Promise<void> {
  await kubectl(["apply", "-f", "-"], JSON.stringify({ apiVersion: "v1", kind: "List", items: storageClasses }));
  for (const pool of pools) await joinGroup(groupOf(pool, place.view()));
}

const updatePool = (pool: Entity, before: Values, place: Where): Promise<void> =>
  updateGroup(groupOf(pool, place.view()), isRenewed(pool.outs, before));

/** Pools that the cluster's request names are changed with it, one after the other, after the control plane. */
async function updateCluster(id: string, outs: Values, place: Where): Promise<void> {
  const listed = list(outs.agentPoolProfiles).map(record);
  const version = text(outs.currentKubernetesVersion);
  for (const before of poolsOf(place.view(), id)) {
    const profile = listed.find(({ name }) => name === before.outs.name);
    if (profile === undefined) continue;
    const after = { ...before.outs, ...profile, ...poolAnswer(profile, version, before.outs) };
    await place.account.change((entities) => [
      entities.map((each) => (each.token === poolToken && each.id === before.id ? { ...each, outs: after } : each)),
      undefined,
    ]);
    await updatePool(poolWith(before.id, place), before.outs, place);
  }
}

/** Another change of the same network meets it. */
const leave = ({ token, id }: Entity, { account }: Where): Promise<void> =>
  account.change((entities) => [
    entities.map((each) =>
      each.token === token && each.id === id ? { ...each, outs: { ...each.outs, simulatedLeaving: true } } : each,
    ),
    undefined,
  ]);

const forgetWithin = (id: string, { account }: Where): Promise<void> =>
  account.change((entities) => [entities.filter((each) => each.id === id || !isWithin(each.id, id)), undefined]);
