import type { Input } from "@pulumi/pulumi";
import type { GcpNodePool } from "../../settings/gcp/types";
import type { PoolName } from "../shared/nodePlan";
import { placements } from "../shared/placements";
import { bootDiskGib, diskTypeOf } from "./figures/machineTypes";

type Labels = Readonly<Record<string, string>>;

/** IAM alone says what the machine's account may do. */
const oauthScopes = ["https://www.googleapis.com/auth/cloud-platform"];

/** Of every machine, whatever runs on it. */
const hardened = (serviceAccount: Input<string>, resourceLabels: Labels) => ({
  serviceAccount,
  oauthScopes,
  imageType: "COS_CONTAINERD",
  resourceLabels: { ...resourceLabels },
  // A pod that has no account of its own does not get the machine's.
  workloadMetadataConfig: { mode: "GKE_METADATA" },
  metadata: { "disable-legacy-endpoints": "true" },
  shieldedInstanceConfig: { enableSecureBoot: true, enableIntegrityMonitoring: true },
  kubeletConfig: { insecureKubeletReadonlyPortEnabled: "FALSE" },
});

/** Nodes that GKE makes with the cluster, and that go before anything runs on them. */
export const firstNodes = (serviceAccount: Input<string>, labels: Labels) => ({
  ...hardened(serviceAccount, labels),
  machineType: "e2-medium",
  diskType: "pd-standard",
  diskSizeGb: 20,
});

/** Nodes of a pool; those of the scratch pool have kubelet, containers and logs on their local SSDs. */
export const poolNodes = (
  pool: PoolName,
  { type, localSsds }: GcpNodePool,
  serviceAccount: Input<string>,
  labels: Labels,
) => ({
  ...hardened(serviceAccount, labels),
  machineType: type,
  diskType: diskTypeOf(type),
  diskSizeGb: bootDiskGib[pool],
  gvnic: { enabled: true },
  ...(pool === "scratch" ? { ephemeralStorageLocalSsdConfig: { localSsdCount: localSsds } } : {}),
  labels: placements[pool].nodeSelector,
  taints: placements[pool].tolerations.map(({ key, value }) => ({ key, value, effect: "NO_SCHEDULE" })),
});
