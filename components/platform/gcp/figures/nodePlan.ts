import type { Problem } from "../../../lib/errors";
import type { PresetName } from "../../../logfire/catalogue/names";
import type { GcpNodePool } from "../../../settings/gcp/types";
import { imageArchitecture } from "../../shared/machines";
import type { MachineCatalogue, PoolName } from "../../shared/nodePlan";
import { at } from "../../shared/problems";
import { type GcpMachine, machineTypes, nodeOf } from "./machineTypes";

/** Machines by preset: the smallest whose nodes hold the preset's largest pods without much left over. */
export const defaultMachines: Readonly<Record<PresetName, Readonly<Record<PoolName, GcpMachine>>>> = {
  tiny: {
    general: { type: "n2d-standard-4", localSsds: 0 },
    scratch: { type: "n2-highmem-4", localSsds: 1 },
  },
  small: {
    general: { type: "n2d-standard-4", localSsds: 0 },
    scratch: { type: "n2-highmem-8", localSsds: 1 },
  },
  standard: {
    general: { type: "n2d-standard-8", localSsds: 0 },
    scratch: { type: "n2-highmem-8", localSsds: 2 },
  },
  large: {
    general: { type: "n2d-standard-8", localSsds: 0 },
    scratch: { type: "n2-highmem-16", localSsds: 2 },
  },
};

/** Local SSDs that a machine of a type gets by itself: its own, or the fewest that it may have beyond the preset's. */
export function usualSsds(name: string, preset: PresetName): number {
  const wanted = defaultMachines[preset].scratch.localSsds;
  const counts = machineTypes[name]?.localSsds ?? [];
  return counts.find((count) => count >= wanted) ?? counts.at(-1) ?? 0;
}

/** Local SSDs of a type that is proposed. */
const fewest = (name: string): number => machineTypes[name]?.localSsds[0] ?? 0;

/** General nodes hold the volumes of the ingest queue, which are persistent disks. */
const usable = (pool: PoolName) =>
  Object.entries(machineTypes)
    .filter(
      ([, { architecture, persistentDisks, bundled, localSsds }]) =>
        architecture === imageArchitecture && (pool === "general" ? persistentDisks && !bundled : localSsds.length > 0),
    )
    .map(([type]) => ({ type, localSsds: pool === "general" ? 0 : fewest(type) }));

/** What Compute Engine refuses of a machine, or what GKE could not give the pool's pods on it. */
export function refused(key: string, pool: PoolName, { type, localSsds }: GcpMachine): readonly Problem[] {
  const { localSsds: legal = [], bundled, persistentDisks } = machineTypes[type] ?? {};
  if (pool === "general")
    return [
      ...(persistentDisks === false
        ? at(
            `${key}.type`,
            `"${type}" takes Hyperdisk alone, and the volumes of the ingest queue are persistent disks`,
            "write n2d-standard-8, or another one of the families n2, n2d and c3",
          )
        : []),
      ...(bundled === true && persistentDisks === true
        ? at(
            `${key}.type`,
            `"${type}" has local SSDs, which general nodes do not use`,
            `write ${type.replace(/-lssd$/, "")}`,
          )
        : []),
    ];
  // Without any, the type is refused with those that can have some.
  if (legal.includes(localSsds) || (legal.length === 0 && localSsds === 0)) return [];
  if (legal.length === 0)
    return at(`${key}.localSsds`, `${localSsds} are written, and a ${type} takes none`, "write another type");
  return at(
    `${key}.localSsds`,
    bundled === true
      ? `"${type}" has ${legal.join()} by itself, and ${localSsds} is written`
      : `a ${type} cannot have ${localSsds} local SSDs`,
    bundled === true ? `write ${legal.join()}, or leave it out` : `write one of ${legal.join(", ")}`,
  );
}

/** The machine types of GKE's node pools. */
export const gcpMachines: MachineCatalogue<Pick<GcpNodePool, "type" | "localSsds">> = {
  key: "gcp.nodes",
  machineOf: nodeOf,
  usable: (pool) =>
    Object.fromEntries(
      usable(pool).flatMap((machine) => {
        const node = nodeOf(machine);
        return node === undefined ? [] : [[machine.type, node] as const];
      }),
    ),
  refused,
  arm: "Axion",
  examples: { general: "n2d-standard-8", scratch: "n2-highmem-8" },
};
