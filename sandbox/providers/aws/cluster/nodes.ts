import { randomInt } from "node:crypto";
import { daemonSets } from "../../../../components/platform/aws/figures/daemonSets";
import { instanceTypeOf, type InstanceType } from "../../../../components/platform/aws/figures/instanceTypes";
import { simulatedNode } from "../../../nodes/nodeObject";
import { list, record, text, texts, type Values, type View } from "../model";
import { addressIn, parseCidr } from "../rules";
import { nodeConfigs, rootVolumeGib } from "../services/security";

/** A group of nodes, as everything that AWS knows of it makes it. */
export interface Group {
  readonly cluster: string;
  readonly name: string;
  readonly region: string;
  readonly type: InstanceType;
  readonly typeName: string;
  readonly version: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly object[];
  /** Where it can start nodes: those of a zone that is lost are left out. */
  readonly subnets: readonly Subnet[];
  readonly desired: number;
  /** `ephemeral-storage` that pods may ask for. MiB. */
  readonly ephemeralMib: number;
  readonly maxUnavailable: number;
}

interface Subnet {
  readonly zone: string;
  readonly cidr: string;
}

const effects: Readonly<Record<string, string>> = {
  NO_SCHEDULE: "NoSchedule",
  NO_EXECUTE: "NoExecute",
  PREFER_NO_SCHEDULE: "PreferNoSchedule",
};

export const labelOfGroup = "eks.amazonaws.com/nodegroup";

export function groupOf(outs: Values, view: View): Group {
  const typeName = texts(outs.instanceTypes)[0] ?? "";
  const type = instanceTypeOf(typeName);
  const scaling = record(outs.scalingConfig);
  const desired = Number(scaling.desiredSize);
  const update = record(outs.updateConfig);
  const share = Math.floor((desired * Number(update.maxUnavailablePercentage ?? 0)) / 100);
  return {
    ...{
      cluster: text(outs.clusterName),
      name: text(outs.nodeGroupName),
      region: view.region,
      type,
      typeName,
      desired,
    },
    version: `v${text(outs.version)}.0-eks-simulated`,
    labels: record(outs.labels) as Record<string, string>,
    taints: list(outs.taints)
      .map(record)
      .map(({ key, value, effect }) => ({
        ...{ key, effect: effects[text(effect)] ?? "NoSchedule" },
        ...(value === undefined ? {} : { value }),
      })),
    subnets: view
      .of("ec2/subnet:Subnet")
      .filter(({ id }) => texts(outs.subnetIds).includes(id))
      .filter(({ outs: subnet }) => view.zones.find(({ name }) => name === subnet.availabilityZone)?.lost !== true)
      .map(({ outs: subnet }) => ({ zone: text(subnet.availabilityZone), cidr: text(subnet.cidrBlock) })),
    ephemeralMib: ephemeral(outs, type, view),
    maxUnavailable: Math.max(1, share, Number(update.maxUnavailable ?? 1)),
  };
}

/** The instance store where nodeadm makes one array of it under the kubelet; the root disk otherwise. */
function ephemeral(outs: Values, type: InstanceType, view: View): number {
  const { id } = record(outs.launchTemplate);
  const template = view.of("ec2/launchTemplate:LaunchTemplate").find((each) => each.id === id)?.outs ?? {};
  const striped = nodeConfigs(template.userData).some(
    (config) => record(record(record(config.spec).instance).localStorage).strategy === "RAID0",
  );
  if (striped && type.allocatable.scratchMib > 0) return type.allocatable.scratchMib;
  // What the kubelet keeps back of the disk, as with the array: a tenth, and one GiB.
  return Math.floor(rootVolumeGib(template) * 1024 * 0.9 - 1024);
}

/** So many new nodes, in the zones that have fewest of the group's, as an Auto Scaling group balances them. */
export function newNodes(group: Group, count: number, inZones: readonly string[]): readonly object[] {
  const zones = [...inZones];
  return Array.from({ length: count }, () => {
    const amount = (zone: string) => zones.filter((each) => each === zone).length;
    const subnet = [...group.subnets].sort((a, b) => amount(a.zone) - amount(b.zone))[0];
    if (subnet === undefined) throw new Error(`node group ${group.name} has no subnets`);
    zones.push(subnet.zone);
    return nodeObject(group, subnet);
  });
}

function nodeObject(group: Group, { zone, cidr }: Subnet): object {
  const size = 2 ** (32 - (parseCidr(cidr)?.prefix ?? 24));
  const { type, typeName } = group;
  return simulatedNode({
    // The zone at the end is what a simulated disk finds its place by.
    name: `ip-${addressIn(cidr, randomInt(8, size - 8)).replaceAll(".", "-")}.${zone}`,
    ...{ machine: typeName, architecture: type.architecture, cpus: type.cpus, region: group.region, zone },
    allocatable: { ...type.allocatable, scratchMib: group.ephemeralMib },
    pods: type.maxPods - daemonSets.pods,
    labels: { "eks.amazonaws.com/capacityType": "ON_DEMAND", [labelOfGroup]: group.name, ...group.labels },
    taints: group.taints,
    providerId: `aws:///${zone}/i-${Date.now().toString(16)}${randomInt(2 ** 24).toString(16)}`,
    osImage: "simulated Amazon Linux 2023",
    kubeletVersion: group.version,
  });
}
