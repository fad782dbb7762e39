import { StorageClass } from "@pulumi/kubernetes/storage/v1/storageClass";
import type * as pulumi from "@pulumi/pulumi";
import { managed } from "../../kubernetes/resources";
import type { AwsContext } from "./context";

/** Of the ingest queue's volumes: network storage, encrypted, in the zone of the pod. */
export const durableStorageClass = "logfire-gp3";

export const createStorageClass = ({ name }: AwsContext, opts: pulumi.CustomResourceOptions): StorageClass =>
  new StorageClass(
    `${name}-storage-class-${durableStorageClass}`,
    {
      metadata: managed({ name: durableStorageClass }),
      provisioner: "ebs.csi.aws.com",
      parameters: { type: "gp3", encrypted: "true", "csi.storage.k8s.io/fstype": "ext4" },
      // A volume that is made before its pod has a node may be made in another zone.
      volumeBindingMode: "WaitForFirstConsumer",
      allowVolumeExpansion: true,
      reclaimPolicy: "Delete",
    },
    opts,
  );
