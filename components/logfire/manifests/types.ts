import type { Text } from "../../lib/text";
import type { PlatformFacts } from "../../platform/contract";
import type { LogfireSettings } from "../../settings/types";
import type { WorkloadName } from "../catalogue/names";
import type { Manifest } from "../../kubernetes/resources";

export interface RenderInput {
  readonly settings: LogfireSettings;
  readonly platform: PlatformFacts;
  /** Whether the platform has no Redis to offer, so that one runs among the workloads. */
  readonly redisInCluster: boolean;
}

export const objectRoles = [
  "namespace",
  "access",
  "certificate",
  "config",
  "policy",
  "service",
  "workload",
  "autoscaler",
  "budget",
  "edge",
] as const;
/** What an object is for; also the order in which objects are made. */
export type ObjectRole = (typeof objectRoles)[number];

/** A Kubernetes object as data. Names, namespaces and labels are plain; only values may be known later. */
export type ObjectManifest = Manifest & {
  readonly metadata: Manifest["metadata"] & { readonly name: string };
  readonly data?: Readonly<Record<string, Text>>;
  readonly spec?: object;
};

export interface RenderedObject {
  readonly manifest: ObjectManifest;
  readonly role: ObjectRole;
  readonly workload?: WorkloadName;
  /** What a workload's pods read: they roll when it changes, and must not start before it is there. */
  readonly reads: {
    /** Data of ConfigMaps by their names. */
    readonly config: Readonly<Record<string, Readonly<Record<string, Text>>>>;
    /** Names of Secrets. */
    readonly secrets: readonly string[];
  };
  /** Whether its pods read tables that migrations make. */
  readonly waitsForMigrations: boolean;
}

/** An object that reads nothing and waits for nothing. */
export const plain = (role: ObjectRole, manifest: ObjectManifest, workload?: WorkloadName): RenderedObject => ({
  manifest,
  role,
  ...(workload === undefined ? {} : { workload }),
  reads: { config: {}, secrets: [] },
  waitsForMigrations: false,
});
