import type { RequestFault } from "../../rehearsal/cloud";
import { isLeaving } from "../cloud/cluster/nodeGroup";
import type { Fault } from "../cloud/faults";
import { number, record, type Entity } from "../cloud/model";
import type { AccountParts } from "../cloud/rehearsedAccount";
import { groupOf } from "./cluster/nodes";
import type { AwsOptions, AwsView } from "./kind";
import { AwsOwner } from "./rehearsedOwner";
import { lossOf } from "./rehearsedZone";
import { aws } from "./simulation";

const nodeGroup = "eks/nodeGroup:NodeGroup";

const requestFaults: Readonly<Record<RequestFault, readonly Fault[]>> = {
  throttle: [
    { call: "EC2:Create.*", throttle: 10 },
    { call: "IAM:Create.*", throttle: 10 },
    { call: "EKS:CreateAddon", throttle: 6 },
    { call: "RDS:CreateDBInstance", throttle: 4 },
  ],
  fail: [
    {
      call: "ElastiCache:CreateReplicationGroup",
      fail: {
        times: 1,
        code: "InternalFailure",
        message: "The request processing has failed because of an unknown error",
      },
    },
    { call: "EKS:CreateNodegroup", fail: { times: 1, code: "ServerException", message: "Internal error" } },
  ],
};

/** The account of a rehearsal on AWS. */
export const awsAccount: AccountParts<AwsView, AwsOptions> = {
  simulation: aws,
  cluster: "eks/cluster:Cluster",
  requestFaults,
  groups: (view) =>
    view
      .of(nodeGroup)
      .filter((each) => !isLeaving(each))
      .map(({ outs }) => groupOf(outs, view)),
  grown: (entity, group) =>
    entity.token === nodeGroup && entity.outs.nodeGroupName === group ? larger(entity) : undefined,
  owner: (place) => new AwsOwner(place),
  lossOf,
};

function larger(entity: Entity): Entity {
  const scaling = record(entity.outs.scalingConfig);
  const scalingConfig = { ...scaling, desiredSize: number(scaling.desiredSize) + 1 };
  return { ...entity, outs: { ...entity.outs, scalingConfig } };
}
