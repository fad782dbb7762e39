import type * as pulumi from "@pulumi/pulumi";
import type { EdgeSupport, NodePool, ObjectStore, PodIdentity, PostgresServer, RedisServer } from "../contract";
import type { CloudParts } from "./cloudPlatform";
import { placements } from "./placements";

/** With what whoever uses it waits for. */
type Waited<T> = Omit<T, "ready"> & { readonly ready: readonly pulumi.Resource[] };

/** What a cloud has made, part by part. */
export interface MadeParts {
  readonly provider: pulumi.ProviderResource;
  /** Nodes, and what no pod on them can do without. */
  readonly usable: readonly pulumi.Resource[];
  /** What Logfire's pods wait for beside these parts. */
  readonly alsoReady?: readonly pulumi.Resource[];
  readonly postgres: Waited<PostgresServer>;
  readonly objects: Waited<{ readonly store: ObjectStore }>;
  readonly redis: Waited<RedisServer>;
  /** The workloads' to the objects. */
  readonly access: Waited<{ readonly identity: PodIdentity }>;
  /** cert-manager's to the zone. */
  readonly certificates: Waited<{ readonly identity: EdgeSupport["certManagerIdentity"] }>;
  readonly edge: Omit<EdgeSupport, "certManagerIdentity">;
  readonly durableStorageClass: string;
  readonly nodePools: readonly NodePool[];
  readonly clusterName: string;
  readonly kubeconfig: pulumi.Output<string>;
}

/** The contract as every cloud keeps it: scratch is on the nodes' own disks, and the database's Jobs wait for no other store. */
export function handOut(made: MadeParts): CloudParts {
  const { provider, usable, alsoReady = [], postgres, objects, redis, access, certificates } = made;
  const { durableStorageClass, nodePools, clusterName, kubeconfig } = made;
  return {
    kubernetes: {
      provider,
      ready: [usable, alsoReady, ...[access, certificates, objects, redis].map(({ ready }) => ready)].flat(),
    },
    postgres: { ...postgres, ready: [...usable, ...postgres.ready] },
    objectStore: objects.store,
    redis,
    identity: access.identity,
    scratch: { kind: "emptyDir", ...placements.scratch },
    placement: placements.general,
    edge: { ...made.edge, certManagerIdentity: certificates.identity },
    ...{ durableStorageClass, nodePools, clusterName, kubeconfig },
  };
}
