import { durableStorageClass } from "../figures/facts";

/** Network storage, encrypted, in the zone of the pod. */
export const storageClassManifest = {
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: { name: durableStorageClass },
  provisioner: "ebs.csi.aws.com",
  parameters: { type: "gp3", encrypted: "true", "csi.storage.k8s.io/fstype": "ext4" },
  // A volume that is made before its pod has a node may be made in another zone.
  volumeBindingMode: "WaitForFirstConsumer",
  allowVolumeExpansion: true,
  reclaimPolicy: "Delete",
} as const;
