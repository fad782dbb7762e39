import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import type { JobContext } from "../../logfire/database/job";
import { register } from "../../logfire/resources";
import { given } from "../../logfire/secrets/values";
import type { ExistingPlatformSettings, SecretValues } from "../../settings/types";
import type {
  ClusterAccess,
  ObjectStore,
  Placement,
  Platform,
  PodIdentity,
  PostgresServer,
  RedisServer,
  Scratch,
} from "../contract";
import { inClusterRedisDsn, minioCredentials, platformFacts } from "./facts";
import { findCluster } from "./kubeconfig";
import { namespaceManifest } from "../../logfire/namespace";
import { createMinio, createPostgres, type StoresArgs } from "./stores";

export interface ExistingPlatformArgs {
  readonly settings: ExistingPlatformSettings;
  /** `postgresAdminPassword`, `redisDsn`, `tokenRedisDsn`, `usageRedisDsn` and `objectStore.<NAME>`, where given. */
  readonly values: SecretValues;
  /** Logfire's namespace, which the stores inside the cluster share. */
  readonly namespace: { readonly name: string; readonly podSecurity: "restricted" | "baseline" };
  /** How pods are pulled and scheduled; the placement is the platform's own. */
  readonly pods: Pick<JobContext, "pullPolicy" | "pullSecrets" | "priorityClassName">;
  /** Full references of the images of the stores inside the cluster. */
  readonly images: StoresArgs["images"];
  /** Without protection, and the volumes go with their servers. */
  readonly disposable: boolean;
}

/** A cluster that is already there, with PostgreSQL, MinIO and Redis inside it where none is given. */
export class ExistingPlatform extends pulumi.ComponentResource implements Platform {
  readonly kubernetes: ClusterAccess;
  readonly objectStore: ObjectStore;
  readonly postgres: PostgresServer;
  readonly redis: RedisServer;
  readonly identity: PodIdentity;
  readonly scratch: Scratch;
  readonly placement: Placement;
  readonly durableStorageClass?: string;
  readonly nodePools = [];

  constructor(name: string, args: ExistingPlatformArgs, opts?: pulumi.ComponentResourceOptions) {
    super("logfire-platform:index:ExistingPlatform", name, {}, opts);
    const { settings, namespace, disposable } = args;
    const facts = platformFacts(settings);
    const provider = createProvider(name, settings, { parent: this });
    const own = register(name, namespaceManifest(namespace.name, namespace.podSecurity), {
      parent: this,
      provider,
      protect: !disposable,
    });
    const child = { parent: this, provider, dependsOn: [own] };
    const stores = { ...args, context: context(args) };

    const postgres = connectPostgres(name, stores, child);
    const objectStore = connectObjectStore(name, stores, child);

    this.kubernetes = { provider, namespace: own, ready: [...postgres.ready, ...objectStore.ready] };
    this.postgres = { ...facts.postgres, adminPassword: postgres.adminPassword };
    this.objectStore = { ...facts.objectStore, secretEnvironment: objectStore.secretEnvironment };
    this.redis = { ...facts.redis, ...redisDsns(args), inCluster: settings.redis.kind === "inCluster" };
    this.identity = facts.identity;
    this.scratch = facts.scratch;
    this.placement = facts.placement;
    this.durableStorageClass = facts.durableStorageClass;
    this.registerOutputs({});
  }
}

const context = ({ settings, namespace, pods }: ExistingPlatformArgs): JobContext => ({
  ...pods,
  namespace: namespace.name,
  podSecurity: namespace.podSecurity,
  placement: settings.placement,
});

function createProvider(name: string, settings: ExistingPlatformSettings, opts: pulumi.ResourceOptions): Provider {
  const { content, context: current } = findCluster(settings);
  return new Provider(
    `${name}-kubernetes`,
    {
      kubeconfig: pulumi.secret(content),
      context: current,
      // Only this decides whether it is another cluster, and everything in it another object: not an address or a
      // certificate, which change under a cluster that stays.
      clusterIdentifier: settings.context ?? "current",
      enableServerSideApply: true,
      // Otherwise a changed value deletes the Secret or ConfigMap before there is a new one, under running pods.
      enableConfigMapMutable: true,
      enableSecretMutable: true,
    },
    opts,
  );
}

interface Connecting extends ExistingPlatformArgs, StoresArgs {}

function connectPostgres(name: string, args: Connecting, opts: pulumi.CustomResourceOptions) {
  const { postgres } = args.settings;
  if (postgres.kind === "inCluster") return createPostgres(name, args, postgres.volumeGib, opts);
  return { ready: [], adminPassword: given(args.values, "postgresAdminPassword") };
}

function connectObjectStore(name: string, args: Connecting, opts: pulumi.CustomResourceOptions) {
  const { objectStore } = args.settings;
  if (objectStore.kind === "inCluster") {
    const { ready, user, password } = createMinio(name, args, objectStore.volumeGib, opts);
    return { ready, secretEnvironment: { [minioCredentials.user]: user, [minioCredentials.password]: password } };
  }
  const variables = objectStore.secretEnvironmentKeys.map((key) => [key, given(args.values, `objectStore.${key}`)]);
  return { ready: [], secretEnvironment: Object.fromEntries(variables) as Record<string, pulumi.Output<string>> };
}

function redisDsns({ settings, values }: ExistingPlatformArgs): Pick<RedisServer, "dsn" | "tokenDsn" | "usageDsn"> {
  if (settings.redis.kind === "inCluster") return { dsn: inClusterRedisDsn };
  const optional = (path: string) => (values[path] === undefined ? undefined : given(values, path));
  return { dsn: given(values, "redisDsn"), tokenDsn: optional("tokenRedisDsn"), usageDsn: optional("usageRedisDsn") };
}
