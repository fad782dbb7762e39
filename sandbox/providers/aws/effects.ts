import { text, type Entity } from "../cloud/model";
import type { Effects, Place } from "../cloud/simulation";
import { clusterDeleted } from "../cloud/cluster/leftovers";
import { joinGroup, leaveGroups, updateGroup } from "../cloud/cluster/nodeGroup";
import { groupOf, isRenewed } from "./cluster/nodes";
import type { AwsOptions, AwsView } from "./kind";

/** What a change in the account does in the cluster, and what RDS keeps of a server. */
export const effects: Readonly<Record<string, Effects<AwsView, AwsOptions>>> = {
  "eks/nodeGroup:NodeGroup": {
    created: ({ outs }, place) => joinGroup(groupOf(outs, place.view())),
    updated: ({ outs }, before, place) => updateGroup(groupOf(outs, place.view()), isRenewed(outs, before.outs)),
    deleting: (entity, place) => leaveGroups(entity, [groupOf(entity.outs, place.view())], place),
  },
  "eks/cluster:Cluster": {
    deleted: (entity, place) =>
      clusterDeleted(entity, place, {
        csiDriver: "ebs.csi.aws.com",
        disk: "ebs/volume:Volume",
        balancer: "elb/loadBalancer:LoadBalancer",
      }),
  },
  "rds/instance:Instance": { deleted: (entity, place) => finalSnapshot(entity, place) },
};

async function finalSnapshot({ outs, id }: Entity, { account }: Place): Promise<void> {
  if (outs.skipFinalSnapshot === true) return;
  const name = text(outs.finalSnapshotIdentifier);
  const at = Date.now();
  await account.change((entities) => [
    [
      ...entities,
      {
        ...{ token: "rds/snapshot:Snapshot", id: name, urn: "", inputs: {}, begun: at, readyAt: at },
        outs: { name, engine: outs.engine, engineVersion: outs.engineVersionActual, of: id, final: true },
      },
    ],
    undefined,
  ]);
}
