import { toMillis } from "../../../lib/quantities";
import { type Architecture, type MachineType, reservedCpuMillis } from "../../shared/machines";
import { daemonSets } from "./daemonSets";

/** A machine type of EC2, and what a node of it has left for pods. */
export interface InstanceType extends MachineType {
  /** Network interfaces, and addresses on each: the VPC CNI hands out addresses by whole interfaces. */
  readonly interfaces: number;
  readonly addressesPerInterface: number;
}

const sizes = {
  large: { cpus: 2, interfaces: 3, addresses: 10 },
  xlarge: { cpus: 4, interfaces: 4, addresses: 15 },
  "2xlarge": { cpus: 8, interfaces: 4, addresses: 15 },
  "4xlarge": { cpus: 16, interfaces: 8, addresses: 30 },
  "8xlarge": { cpus: 32, interfaces: 8, addresses: 30 },
} as const;
type SizeName = keyof typeof sizes;

interface Family {
  readonly gibPerCpu: number;
  readonly architecture: Architecture;
  readonly localSsdGb: Partial<Readonly<Record<SizeName, number>>>;
}

const none = {};
// The same GB by size since the sixth generation.
const instanceStore = { large: 118, xlarge: 237, "2xlarge": 474, "4xlarge": 950, "8xlarge": 1900 };

// Families whose interfaces and addresses by size are those of `sizes`: the newer ones with more of both are left out,
// because EKS reserves memory by them and nobody has measured what is left.
const families: Readonly<Record<string, Family>> = {
  m6i: { gibPerCpu: 4, architecture: "amd64", localSsdGb: none },
  m6a: { gibPerCpu: 4, architecture: "amd64", localSsdGb: none },
  m7i: { gibPerCpu: 4, architecture: "amd64", localSsdGb: none },
  m7a: { gibPerCpu: 4, architecture: "amd64", localSsdGb: none },
  r6i: { gibPerCpu: 8, architecture: "amd64", localSsdGb: none },
  r7i: { gibPerCpu: 8, architecture: "amd64", localSsdGb: none },
  m6id: { gibPerCpu: 4, architecture: "amd64", localSsdGb: instanceStore },
  r6id: { gibPerCpu: 8, architecture: "amd64", localSsdGb: instanceStore },
  i4i: {
    gibPerCpu: 8,
    architecture: "amd64",
    localSsdGb: { large: 468, xlarge: 937, "2xlarge": 1875, "4xlarge": 3750, "8xlarge": 7500 },
  },
  m7g: { gibPerCpu: 4, architecture: "arm64", localSsdGb: none },
  m7gd: { gibPerCpu: 4, architecture: "arm64", localSsdGb: instanceStore },
  r7gd: { gibPerCpu: 8, architecture: "arm64", localSsdGb: instanceStore },
};

/** Root disk of a node, gp3: images and logs, which scratch nodes have on their local SSD. GiB. */
export const rootVolumeGib = { general: 100, scratch: 30 } as const;

/** Share of the memory that the hypervisor and the kernel keep, as Karpenter assumes it by default. */
const memoryOverhead = 0.075;
/** kubelet's default threshold `memory.available`. MiB. */
const evictionMib = 100;

/** Memory that EKS reserves for the kubelet, by the pods that the interfaces have addresses for. */
export const reservedMemoryMib = (pods: number): number => 255 + 11 * pods;

/** One address of each interface is the node's own; two pods run on its network. */
export const podsByInterfaces = (interfaces: number, addresses: number): number => interfaces * (addresses - 1) + 2;

/** EKS hands the kubelet of a managed node group no more than Kubernetes is tested with. */
export const maxPods = (cpus: number, byInterfaces: number): number => Math.min(byInterfaces, cpus < 30 ? 110 : 250);

/**
 * Scratch of an array over the whole instance store: less what the filesystem takes, the tenth at which the kubelet
 * begins to evict, and one GiB for images' layers and logs that are no scratch.
 */
export const scratchMib = (localSsdGb: number): number =>
  localSsdGb === 0 ? 0 : Math.floor(((localSsdGb * 1e9) / 1024 ** 2) * 0.985 * 0.9 - 1024);

function instanceType(family: Family, size: SizeName): InstanceType {
  const { cpus, interfaces, addresses } = sizes[size];
  const memoryMib = cpus * family.gibPerCpu * 1024;
  const localSsdGb = family.localSsdGb[size] ?? 0;
  const byInterfaces = podsByInterfaces(interfaces, addresses);
  const most = maxPods(cpus, byInterfaces);
  return {
    cpus,
    memoryMib,
    localSsdGb,
    architecture: family.architecture,
    maxPods: most,
    freePods: most - daemonSets.pods,
    interfaces,
    addressesPerInterface: addresses,
    allocatable: {
      cpuMillis: toMillis(String(cpus)) - reservedCpuMillis(cpus) - daemonSets.cpuMillis,
      memoryMib:
        Math.floor(memoryMib * (1 - memoryOverhead)) -
        reservedMemoryMib(byInterfaces) -
        evictionMib -
        daemonSets.memoryMib,
      scratchMib: scratchMib(localSsdGb),
    },
  };
}

/**
 * Machine types that a pool may have, by name. All that their allocatable resources are known of: a type that is not
 * here is refused, because a plan that is wrong about its nodes leaves pods without a place.
 */
export const instanceTypes: Readonly<Record<string, InstanceType>> = Object.fromEntries(
  Object.entries(families).flatMap(([name, family]) =>
    (Object.keys(sizes) as SizeName[]).map((size) => [`${name}.${size}`, instanceType(family, size)] as const),
  ),
);

/** A machine type that has to be known by now. */
export function instanceTypeOf(name: string): InstanceType {
  const found = instanceTypes[name];
  if (found === undefined) throw new Error(`"${name}" is no machine type with known figures`);
  return found;
}
