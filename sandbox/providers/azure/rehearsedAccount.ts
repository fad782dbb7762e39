import type { RequestFault } from "../../rehearsal/cloud";
import { isLeaving } from "../cloud/cluster/nodeGroup";
import type { Fault } from "../cloud/faults";
import { number, type Entity } from "../cloud/model";
import { isOwned } from "../cloud/owner";
import type { AccountParts } from "../cloud/rehearsedAccount";
import { groupOf } from "./cluster/nodes";
import { byId, partOfId } from "./arm";
import type { AzureOptions, AzureView } from "./kind";
import { poolToken } from "./services/agentPools";
import { clusterToken } from "./services/cluster";
import { AzureOwner } from "./rehearsedOwner";
import { lossOf } from "./rehearsedZone";
import { azure } from "./simulation";

const requestFaults: Readonly<Record<RequestFault, readonly Fault[]>> = {
  throttle: [
    { call: "Network:Create.*", throttle: 10 },
    { call: "Authorization:Create.*", throttle: 8 },
    { call: "ContainerService:Create.*", throttle: 4 },
    { call: "DBforPostgreSQL:CreateServer", throttle: 4 },
  ],
  fail: [
    {
      call: "Cache:CreateRedisEnterprise",
      fail: { times: 1, code: "InternalServerError", message: "An unexpected error occurred. Please try again later." },
    },
    {
      call: "ContainerService:CreateAgentPool",
      fail: { times: 1, code: "InternalOperationError", message: "Internal server error" },
    },
  ],
};

/** The account of a rehearsal on Azure. */
export const azureAccount: AccountParts<AzureView, AzureOptions> = {
  simulation: azure,
  cluster: clusterToken,
  requestFaults,
  groups: (view) => stackPools(view).map((each) => groupOf(each, view)),
  grown: (entity, group) =>
    entity.token === poolToken && partOfId(entity.id, "agentPools") === group && !isOwned(entity)
      ? { ...entity, outs: { ...entity.outs, count: number(entity.outs.count) + 1 } }
      : undefined,
  // What the owner has in the cluster is not played: no node of it is there.
  owner: (place) => new AzureOwner({ ...place, simulation: { ...azure, effects: {} } }),
  lossOf,
};

/** Pools of the stack's, and not of its cluster on the way out. */
const stackPools = (view: AzureView): readonly Entity[] =>
  view.of(poolToken).filter((each) => {
    const cluster = byId(view, clusterToken, each.id.replace(/\/agentPools\/[^/]+$/, ""));
    return !isOwned(each) && !isLeaving(each) && (cluster === undefined || !isLeaving(cluster));
  });
