import { randomInt } from "node:crypto";
import { instanceId, type Group, type Spot, type Taint } from "../../cloud/cluster/group";
import { list, number, record, text, texts, type Entity, type Values } from "../../cloud/model";
import { byId, partOfId } from "../arm";
import type { AzureView } from "../kind";
import { allocatableOf } from "../services/machines";

/** An agent pool, as everything that AKS knows of it makes it. */
export function groupOf({ id, outs }: Entity, view: AzureView): Group {
  const machine = allocatableOf(outs.vmSize, outs.osDiskSizeGB);
  const [name, desired] = [partOfId(id, "agentPools"), number(outs.count)];
  const labels = record(outs.nodeLabels) as Record<string, string>;
  return {
    ...{ name, desired, max: number(outs.maxCount ?? outs.count), region: view.region },
    pool: labels["logfire.dev/pool"] === "scratch" ? "scratch" : "general",
    mark: { key: "kubernetes.azure.com/agentpool", value: name },
    machine: {
      ...{ type: text(outs.vmSize), architecture: machine.architecture, cpus: machine.cpus, pods: machine.freePods },
    },
    allocatable: machine.allocatable,
    kubeletVersion: `v${text(outs.currentOrchestratorVersion)}`,
    osImage: "simulated Azure Linux 3",
    labels: { agentpool: name, "kubernetes.azure.com/mode": text(outs.mode).toLowerCase(), ...labels },
    taints: texts(outs.nodeTaints).map(taintOf),
    spots: spotsOf(outs, view),
    atOnce: atOnce(record(outs.upgradeSettings), desired),
    // The half hour of the pool's settings at 1:100, with a reserve.
    drain: { seconds: 40, fails: "PodDrainFailure" },
    identify: ({ zone }) => identify(name, zone),
  };
}

/** Whether a change of the pool is a rolling update. */
export const isRenewed = (outs: Values, before: Values): boolean =>
  ["currentOrchestratorVersion", "nodeImageVersion"].some((name) => text(outs[name]) !== text(before[name]));

/** `key=value:NoSchedule` */
function taintOf(taint: string): Taint {
  const [, key = "", value = "", effect = ""] = /^([^=]+)=([^:]*):(\w+)$/.exec(taint) ?? [];
  return { key, value, effect: effect as Taint["effect"] };
}

/** A pool's zones are numbers; nodes have them behind the location. Without any, nodes are in none: AKS calls it `0`. */
function spotsOf(outs: Values, view: AzureView): readonly Spot[] {
  const cidr = text(byId(view, "network:Subnet", outs.vnetSubnetID)?.outs.addressPrefix);
  const wanted = list(outs.availabilityZones).map(text);
  if (wanted.length === 0) return [{ zone: "0", cidr }];
  return view.zones.filter(({ id, lost }) => wanted.includes(id) && !lost).map(({ name }) => ({ zone: name, cidr }));
}

/** Nodes that surge: a number, or a share of the pool that is rounded up. AKS' default is a tenth. */
function atOnce({ maxSurge = "10%" }: Values, desired: number): number {
  const surge = text(maxSurge);
  const count = surge.endsWith("%") ? Math.ceil((desired * number(surge.slice(0, -1))) / 100) : number(surge);
  return Math.max(1, count);
}

function identify(pool: string, zone: string): { readonly name: string; readonly providerId: string } {
  const instance = randomInt(36 ** 6)
    .toString(36)
    .padStart(6, "0");
  return {
    name: `aks-${pool}-vmss${instance}.${zone}`,
    providerId: `azure:///virtualMachineScaleSets/aks-${pool}-vmss/virtualMachines/${instanceId()}`,
  };
}
