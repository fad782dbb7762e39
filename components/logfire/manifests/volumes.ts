import type { core } from "@pulumi/kubernetes/types/input";
import { formatMib } from "../../lib/quantities";
import type { Context, Workload } from "../catalogue/workload";
import { postgresCa } from "../database/connection";
import type { Size } from "../sizing/sizes";
import { tlsMounts } from "./tls";

const caVolume = "postgres-ca";

/** Whether the workload's connections are checked with certificates that the platform gave. */
export const readsPostgresCa = ({ platform }: Context, { needs }: Workload): boolean =>
  platform.postgres.caBundle !== undefined && needs.some((need) => need.startsWith("postgres:"));

export function volumeMounts(context: Context, workload: Workload): core.v1.VolumeMount[] {
  const { volume, temporary = {}, files = [] } = workload;
  return [
    ...(volume === undefined ? [] : [{ name: volume.name, mountPath: volume.mountPath }]),
    ...Object.entries(temporary).map(([name, mountPath]) => ({ name, mountPath })),
    ...files.map(({ configMap, mountPath, key }) => ({
      name: configMap,
      mountPath,
      ...(key === undefined ? {} : { subPath: key }),
      readOnly: true,
    })),
    ...(readsPostgresCa(context, workload)
      ? [{ name: caVolume, mountPath: postgresCa.mountPath, readOnly: true }]
      : []),
    ...tlsMounts(context, workload).map(({ mountPath, volume: { name } }) => ({ name, mountPath, readOnly: true })),
  ];
}

/** Volumes of the pod; a durable one comes from the StatefulSet's claim template instead. */
export function volumes(context: Context, workload: Workload, size: Size): core.v1.Volume[] {
  const { volume, temporary = {}, files = [] } = workload;
  return [
    ...(volume?.class === "scratch" ? [scratch(context, volume.name, size)] : []),
    ...Object.keys(temporary).map((name) => ({ name, emptyDir: {} })),
    ...files.map(({ configMap }) => ({ name: configMap, configMap: { name: configMap } })),
    ...(readsPostgresCa(context, workload) ? [{ name: caVolume, configMap: { name: postgresCa.configMap } }] : []),
    ...tlsMounts(context, workload).map(({ volume }) => volume),
  ];
}

function scratch({ platform }: Context, name: string, { scratchMib }: Size): core.v1.Volume {
  const quantity = formatMib(scratchMib);
  if (platform.scratch.kind === "emptyDir") return { name, emptyDir: { sizeLimit: quantity } };
  return {
    name,
    ephemeral: {
      volumeClaimTemplate: {
        spec: {
          accessModes: ["ReadWriteOnce"],
          storageClassName: platform.scratch.storageClass,
          resources: { requests: { storage: quantity } },
        },
      },
    },
  };
}

/** Claim of a durable volume. Fixed when the StatefulSet is created. */
export function claimTemplates({ settings, platform }: Context, { volume }: Workload): core.v1.PersistentVolumeClaim[] {
  if (volume?.class !== "durable") return [];
  return [
    {
      metadata: { name: volume.name },
      spec: {
        accessModes: ["ReadWriteOnce"],
        ...(platform.durableStorageClass === undefined ? {} : { storageClassName: platform.durableStorageClass }),
        resources: { requests: { storage: `${settings.ingestVolumeGib}Gi` } },
      },
    },
  ];
}
