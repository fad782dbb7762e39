import { randomInt } from "node:crypto";
import { daemonSets } from "../../../../components/platform/aws/figures/daemonSets";
import { instanceTypeOf, type InstanceType } from "../../../../components/platform/aws/figures/machineTypes";
import { instanceId, type Group, type Spot, type Taint } from "../../cloud/cluster/group";
import { list, number, record, text, texts, type Values } from "../../cloud/model";
import { addressIn, parseCidr } from "../../cloud/rules";
import type { AwsView } from "../kind";
import { nodeConfigs, rootVolumeGib } from "../services/security";

const effects: Readonly<Record<string, Taint["effect"]>> = {
  NO_SCHEDULE: "NoSchedule",
  NO_EXECUTE: "NoExecute",
  PREFER_NO_SCHEDULE: "PreferNoSchedule",
};

/** A managed node group, as everything that AWS knows of it makes it. */
export function groupOf(outs: Values, view: AwsView): Group {
  const typeName = texts(outs.instanceTypes)[0] ?? "";
  const type = instanceTypeOf(typeName);
  const scaling = record(outs.scalingConfig);
  const [name, desired] = [text(outs.nodeGroupName), number(scaling.desiredSize)];
  const labels = record(outs.labels) as Record<string, string>;
  return {
    ...{ name, desired, max: number(scaling.maxSize), region: view.region },
    pool: labels["logfire.dev/pool"] === "scratch" ? "scratch" : "general",
    mark: { key: "eks.amazonaws.com/nodegroup", value: name },
    machine: {
      ...{ type: typeName, architecture: type.architecture, cpus: type.cpus },
      pods: type.maxPods - daemonSets.pods,
    },
    allocatable: { ...type.allocatable, scratchMib: ephemeral(outs, type, view) },
    kubeletVersion: `v${text(outs.version)}.0-eks-simulated`,
    osImage: "simulated Amazon Linux 2023",
    labels: { "eks.amazonaws.com/capacityType": "ON_DEMAND", ...labels },
    taints: list(outs.taints)
      .map(record)
      .map(({ key, value, effect }) => ({
        ...{ key: text(key), effect: effects[text(effect)] ?? "NoSchedule" },
        ...(value === undefined ? {} : { value: text(value) }),
      })),
    spots: spotsOf(outs, view),
    atOnce: atOnce(record(outs.updateConfig), desired),
    // EKS waits 15 minutes; at 1:100 with a reserve: https://docs.aws.amazon.com/eks/latest/userguide/managed-node-update-behavior.html
    drain: { seconds: 40, fails: "PodEvictionFailure" },
    identify,
  };
}

/** Whether a change of the group is a rolling update. */
export const isRenewed = (outs: Values, before: Values): boolean =>
  ["version", "launchTemplate", "releaseVersion"].some(
    (name) => JSON.stringify(outs[name]) !== JSON.stringify(before[name]),
  );

const spotsOf = (outs: Values, view: AwsView): readonly Spot[] =>
  view
    .of("ec2/subnet:Subnet")
    .filter(({ id }) => texts(outs.subnetIds).includes(id))
    .filter(({ outs: subnet }) => view.zones.find(({ name }) => name === subnet.availabilityZone)?.lost !== true)
    .map(({ outs: subnet }) => ({ zone: text(subnet.availabilityZone), cidr: text(subnet.cidrBlock) }));

function atOnce({ maxUnavailable = 1, maxUnavailablePercentage = 0 }: Values, desired: number): number {
  const share = Math.floor((desired * number(maxUnavailablePercentage)) / 100);
  return Math.max(1, share, number(maxUnavailable));
}

/** The instance store where nodeadm makes one array of it under the kubelet; the root disk otherwise. */
function ephemeral(outs: Values, type: InstanceType, view: AwsView): number {
  const { id } = record(outs.launchTemplate);
  const template = view.of("ec2/launchTemplate:LaunchTemplate").find((each) => each.id === id)?.outs ?? {};
  const striped = nodeConfigs(template.userData).some(
    (config) => record(record(record(config.spec).instance).localStorage).strategy === "RAID0",
  );
  if (striped && type.allocatable.scratchMib > 0) return type.allocatable.scratchMib;
  // What the kubelet keeps back of the disk, as with the array: a tenth, and one GiB.
  return Math.floor(rootVolumeGib(template) * 1024 * 0.9 - 1024);
}

function identify({ zone, cidr }: Spot): { readonly name: string; readonly providerId: string } {
  const size = 2 ** (32 - (parseCidr(cidr)?.prefix ?? 24));
  const address = addressIn(cidr, randomInt(8, size - 8));
  return { name: `ip-${address.replaceAll(".", "-")}.${zone}`, providerId: `aws:///${zone}/i-${instanceId()}` };
}
