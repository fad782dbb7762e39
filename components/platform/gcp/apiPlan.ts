import type { LogfireSettings } from "../../settings/types";
import type { GcpPlatformSettings } from "../../settings/gcp/types";

/**
 * Services of Google's that a project has to have enabled, without `.googleapis.com`. Not here, because nothing can be
 * asked or enabled before they are: `cloudresourcemanager`, `serviceusage`.
 */
export type Api =
  | "certificatemanager"
  | "cloudkms"
  | "compute"
  | "container"
  | "dns"
  | "iam"
  | "iamcredentials"
  | "redis"
  | "servicenetworking"
  | "sqladmin"
  | "storage";

export interface ApiShape {
  readonly platform: Pick<GcpPlatformSettings, "network" | "cluster" | "postgres" | "objectStore" | "redis" | "dns">;
  readonly logfire: { readonly edge: Pick<LogfireSettings["edge"], "mode"> };
}

/** Whether Google's own network has to be connected with the stack's: only its managed stores live there. */
export const needsStoresRange = ({ postgres, redis }: Pick<GcpPlatformSettings, "postgres" | "redis">): boolean =>
  postgres.kind === "create" || redis.kind === "create";

/** What the parts that are made need; parts of the owner's are there, and so is what they need. */
export function apisOf({ platform, logfire }: ApiShape): readonly Api[] {
  const { network, cluster, postgres, objectStore, redis, dns } = platform;
  const wanted: Readonly<Record<Api, boolean>> = {
    compute: true,
    container: true,
    iam: true,
    // Pods act as a Google service account through it.
    iamcredentials: true,
    cloudkms:
      cluster.kind === "create" ||
      (postgres.kind === "create" && postgres.encryption === "kms") ||
      (objectStore.kind === "create" && objectStore.encryption === "kms"),
    servicenetworking: network.kind === "create" && needsStoresRange(platform),
    sqladmin: postgres.kind === "create",
    redis: redis.kind === "create",
    storage: true,
    dns: dns.kind !== "none",
    certificatemanager: logfire.edge.mode === "native",
  };
  return (Object.keys(wanted) as Api[]).filter((api) => wanted[api]).sort();
}
