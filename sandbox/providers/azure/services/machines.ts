import { cpusOf, machineOf as figuresOf } from "../../../../components/platform/azure/figures/machineTypes";
import type { MachineType } from "../../../../components/platform/shared/machines";
import { CloudError, number, text, type Values } from "../../cloud/model";
import type { AzureView } from "../kind";

interface Size {
  readonly cpus: number;
  /** What an ephemeral OS disk can be put on; 0 where the size has no local disk. GiB. */
  readonly localDiskGib: number;
}

/**
 * What the name of a size says: `Standard_E8ds_v6` has 8 vCPUs, a local disk (d) and premium storage (s). Of v5 the local
 * disk is 37.5 GiB for each vCPU: https://learn.microsoft.com/azure/virtual-machines/sizes/general-purpose/ddsv5-series;
 * of v6 it is NVMe disks of 110 GiB for 2, 220 for 4 and 440 for 8 and more, of which the OS disk takes one.
 */
export function machineOf(vmSize: unknown): Size | undefined {
  const [, cpus = "", features = "", generation = ""] = /^Standard_[A-Z]+(\d+)([a-z]*)_v(\d)$/.exec(text(vmSize)) ?? [];
  if (cpus === "") return undefined;
  const size = generation === "6" ? Math.min(440, 55 * number(cpus)) : 37.5 * number(cpus);
  return { cpus: number(cpus), localDiskGib: features.includes("d") ? size : 0 };
}

/** Limit that a size counts against beside that of all vCPUs; undefined where the simulator knows none. */
export function familyOf(vmSize: unknown): string | undefined {
  const [, letter = "", amd = "", generation = ""] = /^Standard_([DE])\d+(a?)ds_v(5|6)$/.exec(text(vmSize)) ?? [];
  if (letter === "") return undefined;
  if (generation === "5") return `standard${letter}${amd.toUpperCase()}DSv5Family`;
  return amd === "" ? `Standard${letter}dsv6Family` : `standard${letter}${amd}dv6Family`;
}

/** What AKS has against a machine: that the location lacks it, or that it cannot hold the OS disk. */
export function refuseMachine(pool: Values, view: AzureView): void {
  const { vmSize, osDiskType, osDiskSizeGB, availabilityZones } = pool;
  const type = text(vmSize);
  const size = machineOf(type);
  const missing = view.zones.filter(({ without }) => without.includes(type));
  if (size === undefined || (missing.length === view.zones.length && missing.length > 0))
    throw new CloudError(
      "VMSizeNotSupported",
      `The VM size of ${type} is not allowed in your subscription in location '${view.region}'.`,
    );
  if (missing.length > 0 && availabilityZones !== undefined)
    throw new CloudError(
      "SkuNotAvailable",
      `The requested VM size ${type} is not available in zone ${missing.map(({ name }) => name).join(", ")}.`,
    );
  const wanted = number(osDiskSizeGB ?? 128) || 128;
  if (osDiskType === "Ephemeral" && wanted > size.localDiskGib)
    throw new CloudError(
      "VMTemporaryDiskTooSmall",
      `The virtual machine size ${type} has a temp disk of ${size.localDiskGib} GiB, but the OS disk size requested is ` +
        `${wanted} GiB. Use a VM size with a larger local disk, or a smaller OS disk.`,
    );
}

/** Allocatable figures of a pool's nodes. */
export function allocatableOf(vmSize: unknown, osDiskSizeGB: unknown): MachineType {
  const type = text(vmSize);
  const known = figuresOf({ type, osDiskGib: number(osDiskSizeGB) });
  if (known === undefined || cpusOf(type) === 0)
    throw new Error(`the simulator knows no allocatable figures of ${type}`);
  return known;
}
