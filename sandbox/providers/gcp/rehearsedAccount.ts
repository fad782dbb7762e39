import type { RequestFault } from "../../rehearsal/cloud";
import { isLeaving } from "../cloud/cluster/nodeGroup";
import type { Fault } from "../cloud/faults";
import type { Entity } from "../cloud/model";
import type { AccountParts } from "../cloud/rehearsedAccount";
import { groupOf } from "./cluster/nodes";
import type { GcpOptions, GcpView } from "./kind";
import { GcpOwner } from "./rehearsedOwner";
import { lossOf } from "./rehearsedZone";
import { nodesIn } from "./services/quotas";
import { gcp } from "./simulation";

const nodePool = "container/nodePool:NodePool";

const requestFaults: Readonly<Record<RequestFault, readonly Fault[]>> = {
  throttle: [
    { call: "Compute:Create.*", throttle: 10 },
    { call: "IAM:Create.*", throttle: 10 },
    { call: "ServiceUsage:CreateService", throttle: 6 },
    { call: "CloudSQL:CreateDatabaseInstance", throttle: 4 },
  ],
  fail: [
    {
      call: "MemorystoreforRedis:CreateInstance",
      fail: { times: 1, code: "internalError", message: "Internal error encountered." },
    },
    {
      call: "Container:CreateNodePool",
      fail: { times: 1, code: "backendError", message: "The service is currently unavailable." },
    },
  ],
};

/** The account of a rehearsal on GCP: one project. */
export const gcpAccount: AccountParts<GcpView, GcpOptions> = {
  simulation: gcp,
  cluster: "container/cluster:Cluster",
  requestFaults,
  groups: (view) =>
    view
      .of(nodePool)
      .filter((each) => !isLeaving(each))
      .map(({ outs }) => groupOf(outs, view)),
  grown: (entity, group) => (entity.token === nodePool && entity.outs.name === group ? larger(entity) : undefined),
  owner: (place) => new GcpOwner(place),
  lossOf,
};

const larger = (entity: Entity): Entity => ({
  ...entity,
  outs: { ...entity.outs, simulatedNodes: nodesIn(entity.outs) + 1 },
});
