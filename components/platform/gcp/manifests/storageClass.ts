import { durableStorageClass } from "../figures/facts";

/**
 * Network storage, encrypted by Google, in the zone of the pod. `labels`: of the disks, as `labelsText` writes them.
 * Kubernetes changes no parameter: with other labels there is another class of the same name, and disks that are there
 * keep theirs.
 */
export const storageClassManifest = (labels: string) =>
  ({
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name: durableStorageClass },
    provisioner: "pd.csi.storage.gke.io",
    parameters: { type: "pd-ssd", "csi.storage.k8s.io/fstype": "ext4", labels },
    // A volume that is made before its pod has a node may be made in another zone.
    volumeBindingMode: "WaitForFirstConsumer",
    allowVolumeExpansion: true,
    reclaimPolicy: "Delete",
  }) as const;

/** As the driver of persistent disks takes labels: `team=observability,purpose=trial`. */
export const labelsText = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
