import type { Kubectl } from "../../controlPlane/kubectl";
import type { CloudCall, NodeGroup, OwnerPart, RehearsedAccount, RequestFault, ZoneLoss } from "../../rehearsal/cloud";
import type { AccountFolder } from "./account";
import { addNodes, countNodes } from "./cluster/nodeGroup";
import { groupOf } from "./cluster/nodes";
import { writeFaults, type Fault } from "./faults";
import { record, text, type Entity } from "./model";
import { leftIn } from "./operations";
import { makeOwned } from "./rehearsedOwner";
import { loseZone } from "./rehearsedZone";

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
export class RehearsedAwsAccount implements RehearsedAccount {
  constructor(
    private readonly account: AccountFolder,
    private readonly region: string,
  ) {}

  get folder(): string {
    return this.account.folder;
  }

  calls = (): readonly CloudCall[] => this.account.calls();

  clusterIsBegun = (): boolean =>
    this.account.entities().some(({ token, outs }) => token === "eks/cluster:Cluster" && outs.seeded !== true);

  plantFaults(faults: readonly RequestFault[]): number {
    writeFaults(
      this.folder,
      faults.flatMap((fault) => requestFaults[fault]),
    );
    // An update ends at the first request that fails for good.
    return faults.includes("fail") ? requestFaults.fail.length : 0;
  }

  makeOwned = (hostname: string, parts: readonly OwnerPart[]) => makeOwned(this.account, this.region, hostname, parts);

  owned = (): readonly string[] =>
    this.account.entities().flatMap(({ token, id, outs }) => (outs.seeded === true ? [`${token} ${id}`] : []));

  left = (): readonly string[] => leftIn(this.account.entities());

  nodeGroups(): readonly NodeGroup[] {
    const view = this.account.view(this.region);
    const there = view.of(nodeGroup).filter(({ outs }) => outs.status !== "DELETING");
    return there.map(({ outs }) => {
      const { name, labels, taints, type, ephemeralMib, subnets, desired } = groupOf(outs, view);
      return {
        ...{ name, labels, size: desired, max: Number(record(outs.scalingConfig).maxSize) },
        pool: labels["logfire.dev/pool"] === "scratch" ? "scratch" : "general",
        taints: taints.map((taint) => text(record(taint).key)),
        allocatable: { ...type.allocatable, scratchMib: ephemeralMib },
        zones: [...new Set(subnets.map(({ zone }) => zone))],
      };
    });
  }

  async grow(name: string, kubectl: Kubectl): Promise<void> {
    const ofGroup = ({ token, outs }: Entity) => token === nodeGroup && outs.nodeGroupName === name;
    await this.account.change((entities) => [entities.map((each) => (ofGroup(each) ? larger(each) : each)), undefined]);
    const view = this.account.view(this.region);
    const entity = view.of(nodeGroup).find(ofGroup);
    if (entity !== undefined) await addNodes(groupOf(entity.outs, view), 1, kubectl);
  }

  async refill(kubectl: Kubectl): Promise<number> {
    const view = this.account.view(this.region);
    let added = 0;
    for (const { outs } of view.of(nodeGroup)) {
      const group = groupOf(outs, view);
      const missing = group.subnets.length === 0 ? 0 : group.desired - (await countNodes(group, kubectl));
      if (missing > 0) await addNodes(group, missing, kubectl);
      added += Math.max(0, missing);
    }
    return added;
  }

  async loseZone(zone: string): Promise<ZoneLoss> {
    this.account.prepare({ ...this.account.options(), lost: [zone] });
    return loseZone(this.account, this.region, zone);
  }

  zoneIsBack(): Promise<void> {
    this.account.prepare({ ...this.account.options(), lost: [] });
    return Promise.resolve();
  }
}

function larger(entity: Entity): Entity {
  const scaling = record(entity.outs.scalingConfig);
  const scalingConfig = { ...scaling, desiredSize: Number(scaling.desiredSize) + 1 };
  return { ...entity, outs: { ...entity.outs, scalingConfig } };
}
