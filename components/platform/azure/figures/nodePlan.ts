import type { Problem } from "../../../lib/errors";
import type { PresetName } from "../../../logfire/catalogue/names";
import { imageArchitecture } from "../../shared/machines";
import type { MachineCatalogue, PoolName } from "../../shared/nodePlan";
import { at } from "../../shared/problems";
import {
  type AzureMachine,
  largestOsDiskGib,
  leastOsDiskGib,
  localDisksOf,
  machineNames,
  machineOf,
  usualOsDiskGib,
} from "./machineTypes";

/**
 * Machine types by preset: the smallest whose nodes hold the preset's largest pods without much left over. From `small` up
 * `general` is of one type, although smaller ones would do at first: AKS never changes the machines of a cluster's first
 * pool, and a team that grows shall not need another cluster.
 */
export const defaultTypes: Readonly<Record<PresetName, Readonly<Record<PoolName, string>>>> = {
  tiny: { general: "Standard_D4ds_v5", scratch: "Standard_D4ds_v6" },
  small: { general: "Standard_D8ds_v5", scratch: "Standard_D8ds_v6" },
  standard: { general: "Standard_D8ds_v5", scratch: "Standard_E8ds_v6" },
  large: { general: "Standard_D8ds_v5", scratch: "Standard_E16ds_v6" },
};

/** With the OS disk that a pool gets by itself. */
const usual = (pool: PoolName, type: string) => machineOf({ type, osDiskGib: usualOsDiskGib(pool, type) });

/** Sizes of virtual machines as pools use them. */
export const azureMachines: MachineCatalogue<AzureMachine> = {
  key: "azure.nodes",
  machineOf,
  usable: (pool) =>
    Object.fromEntries(
      machineNames.flatMap((name) => {
        const type = usual(pool, name);
        return type?.architecture === imageArchitecture && type.cpus >= leastCpus ? [[name, type]] : [];
      }),
    ),
  refused: (key, _pool, machine) => checkOsDisk(key, machine),
  arm: "Ampere or Cobalt",
  examples: { general: "Standard_D8ds_v5", scratch: "Standard_E8ds_v6" },
};

/** AKS takes no smaller one into a pool that runs what belongs to the system. */
const leastCpus = 4;

/** An ephemeral OS disk that the machine can hold, and that holds the node. */
function checkOsDisk(key: string, { type, osDiskGib }: AzureMachine): readonly Problem[] {
  const largest = largestOsDiskGib(type);
  const disks = localDisksOf(type);
  if (largest === undefined || disks === undefined) return [];
  if (osDiskGib > largest)
    return at(
      `${key}.osDiskGib`,
      `${osDiskGib} is more than ${type} holds: its local disk has ${disks.gib} GiB` +
        `${disks.count === 1 ? "" : `, as each of its ${disks.count} has, of which an ephemeral OS disk takes one`}`,
      largest < leastOsDiskGib ? "write a larger type" : `write at most ${largest}, or a type with a larger disk`,
    );
  return osDiskGib < leastOsDiskGib
    ? at(
        `${key}.osDiskGib`,
        `${osDiskGib} leaves no room for the images of the node and its pods`,
        `write at least ${leastOsDiskGib}, or remove it`,
      )
    : [];
}
