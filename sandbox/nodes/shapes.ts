/** A machine type of a cloud and what a node of it has left for pods, after kubelet, system and daemon sets. */
export interface NodeShape {
  readonly type: string;
  /** What tells two shapes of one type apart: number of local disks, size of the system disk. */
  readonly variant?: string;
  readonly vcpu: number;
  readonly cpuMillis: number;
  readonly memoryGib: number;
  /** Ephemeral storage: the NVMe array on scratch nodes, the system disk elsewhere. */
  readonly ephemeralGib: number;
}

export type Cloud = "aws" | "gcp" | "azure";
export type PoolName = "general" | "scratch";

/** What a system disk of 100 GB leaves for pods. */
const rootDisk = 80;

const shape = (type: string, vcpu: number, cpu: number, memoryGib: number, ephemeralGib = rootDisk, variant?: string) =>
  ({ type, variant, vcpu, cpuMillis: Math.round(cpu * 1000), memoryGib, ephemeralGib }) satisfies NodeShape;

/** Each list begins with the shape that is used where none is named. */
export const nodeShapes: Readonly<Record<Cloud, Readonly<Record<PoolName, readonly [NodeShape, ...NodeShape[]]>>>> = {
  aws: {
    general: [
      shape("m7i.2xlarge", 8, 7.61, 28.1),
      shape("m7i.large", 2, 1.63, 6.2),
      shape("m7i.xlarge", 4, 3.62, 13.3),
      shape("m7i.4xlarge", 16, 15.59, 55.8),
    ],
    scratch: [
      shape("r6id.2xlarge", 8, 7.61, 57.7, 390),
      shape("r6id.xlarge", 4, 3.62, 28.1, 195),
      shape("i4i.xlarge", 4, 3.62, 28.1, 773),
      shape("m6id.2xlarge", 8, 7.61, 28.1, 390),
      shape("i4i.2xlarge", 8, 7.61, 57.7, 1547),
      shape("m6id.4xlarge", 16, 15.59, 55.8, 783),
      shape("r6id.4xlarge", 16, 15.59, 115, 783),
      shape("r7gd.4xlarge", 16, 15.59, 115, 783),
      shape("r6id.8xlarge", 32, 31.55, 233.4, 1568),
    ],
  },
  gcp: {
    general: [
      shape("n2d-standard-8", 8, 7.41, 26.9),
      shape("n2d-standard-4", 4, 3.42, 12.2),
      shape("n2d-standard-16", 16, 15.39, 56.5),
    ],
    scratch: [
      shape("n2-highmem-8", 8, 7.41, 56.5, 588, "2-ssd"),
      shape("n2-highmem-4", 4, 3.42, 26.9, 281, "1-ssd"),
      shape("n2-highmem-8", 8, 7.41, 56.5, 281, "1-ssd"),
      shape("n2-standard-8", 8, 7.41, 26.9, 588, "2-ssd"),
      shape("n2-highmem-16", 16, 15.39, 115.6, 588, "2-ssd"),
      shape("n2-highmem-16", 16, 15.39, 115.6, 1227, "4-ssd"),
      shape("c4-highmem-8-lssd", 8, 7.41, 54.7, 281),
      shape("c4-highmem-16-lssd", 16, 15.39, 111.9, 588),
    ],
  },
  azure: {
    general: [
      shape("Standard_D8ds_v5", 8, 7.42, 28),
      shape("Standard_D4ds_v5", 4, 3.46, 12.4),
      shape("Standard_D16ds_v5", 16, 15.34, 59.2),
    ],
    scratch: [
      shape("Standard_E8ds_v6", 8, 7.42, 59.2, 378, "os-440"),
      shape("Standard_E8ds_v5", 8, 7.42, 59.2, 256, "os-300"),
      shape("Standard_D8ds_v6", 8, 7.42, 28, 378, "os-440"),
      shape("Standard_D16ds_v6", 16, 15.34, 59.2, 378, "os-440"),
      shape("Standard_D16ds_v6", 16, 15.34, 59.2, 762, "os-880"),
      shape("Standard_E16ds_v5", 16, 15.34, 121.6, 518, "os-600"),
      shape("Standard_E16ds_v6", 16, 15.34, 121.6, 378, "os-440"),
      shape("Standard_E16ds_v6", 16, 15.34, 121.6, 762, "os-880"),
      shape("Standard_D32ds_v6", 32, 31.18, 121.6, 762, "os-880"),
    ],
  },
};

/** A region of each cloud, with three of its zones. */
export const regions: Readonly<Record<Cloud, { readonly region: string; readonly zones: readonly string[] }>> = {
  aws: { region: "eu-west-1", zones: ["eu-west-1a", "eu-west-1b", "eu-west-1c"] },
  gcp: { region: "europe-west1", zones: ["europe-west1-b", "europe-west1-c", "europe-west1-d"] },
  azure: { region: "swedencentral", zones: ["swedencentral-1", "swedencentral-2", "swedencentral-3"] },
};
