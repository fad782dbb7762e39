import type { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import { imageReference } from "../../logfire/catalogue/images";
import { jobContext } from "../../logfire/database/manifests";
import { namespaceManifest } from "../../kubernetes/namespace";
import { register } from "../../kubernetes/resources";
import { given } from "../../logfire/secrets/values";
import type { ExistingPlatformSettings, SecretValues, Settings } from "../../settings/types";
import type {
  ClusterAccess,
  ObjectStore,
  EdgeSupport,
  Placement,
  Platform,
  PodIdentity,
  PostgresServer,
  RedisServer,
  Scratch,
} from "../contract";
import { createKubernetesProvider } from "../shared/kubernetesProvider";
import { ownRedis, secretEnvironment } from "../shared/ownStores";
import { inClusterRedisDsn } from "../shared/redisFacts";
import { minioCredentials, platformFacts } from "./facts";
import { findCluster } from "./kubeconfig";
import { createMinio, createPostgres, type StoresArgs } from "./stores";

export interface ExistingPlatformArgs {
  /** Of the whole stack: stores inside the cluster share Logfire's namespace, images and pull Secrets. */
  readonly settings: Settings<ExistingPlatformSettings>;
  /** `postgresAdminPassword`, `redisDsn`, `tokenRedisDsn`, `usageRedisDsn` and `objectStore.<NAME>`, where given. */
  readonly secrets: SecretValues;
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
  readonly edge: EdgeSupport;
  readonly nodePools = [];

  constructor(name: string, args: ExistingPlatformArgs, opts?: pulumi.ComponentResourceOptions) {
    super("logfire-platform:index:ExistingPlatform", name, {}, opts);
    const { platform: settings, logfire } = args.settings;
    const facts = platformFacts(settings);
    const provider = createProvider(name, settings, { parent: this });
    const own = register(name, namespaceManifest(logfire.namespace, logfire.podSecurity), {
      parent: this,
      provider,
      protect: !logfire.disposable,
    });
    const child = { parent: this, provider, dependsOn: [own] };

    const postgres = connectPostgres(name, args, child);
    const objectStore = connectObjectStore(name, args, child);

    this.kubernetes = { provider, namespace: own, ready: [...postgres.ready, ...objectStore.ready] };
    this.postgres = { ...facts.postgres, adminPassword: postgres.adminPassword, ready: postgres.ready };
    this.objectStore = { ...facts.objectStore, secretEnvironment: objectStore.secretEnvironment };
    this.redis = {
      ...facts.redis,
      ...(settings.redis.kind === "inCluster" ? { dsn: inClusterRedisDsn } : ownRedis(args.secrets)),
      inCluster: settings.redis.kind === "inCluster",
    };
    this.identity = facts.identity;
    this.scratch = facts.scratch;
    this.placement = facts.placement;
    this.durableStorageClass = facts.durableStorageClass;
    const zone = logfire.edge.zone;
    this.edge = { ...facts.edge, ...(zone === undefined ? {} : { zone: { name: zone } }) };
    this.registerOutputs({});
  }
}

const storesArgs = ({ settings: { platform, logfire } }: ExistingPlatformArgs): StoresArgs => ({
  settings: platform,
  context: jobContext(logfire, platform.placement),
  images: {
    postgres: imageReference("postgres", logfire.images),
    minio: imageReference("minio", logfire.images),
    minioClient: imageReference("minioClient", logfire.images),
  },
  disposable: logfire.disposable,
});

function createProvider(name: string, settings: ExistingPlatformSettings, opts: pulumi.ResourceOptions): Provider {
  const { content, context } = findCluster(settings);
  const clusterIdentifier = settings.context ?? "current";
  return createKubernetesProvider(name, { kubeconfig: pulumi.secret(content), context, clusterIdentifier }, opts);
}

function connectPostgres(name: string, args: ExistingPlatformArgs, opts: pulumi.CustomResourceOptions) {
  const { postgres } = args.settings.platform;
  if (postgres.kind === "inCluster") return createPostgres(name, storesArgs(args), postgres.volumeGib, opts);
  return { ready: [], adminPassword: given(args.secrets, "postgresAdminPassword") };
}

function connectObjectStore(name: string, args: ExistingPlatformArgs, opts: pulumi.CustomResourceOptions) {
  const { objectStore } = args.settings.platform;
  if (objectStore.kind === "inCluster") {
    const { ready, user, password } = createMinio(name, storesArgs(args), objectStore.volumeGib, opts);
    return { ready, secretEnvironment: { [minioCredentials.user]: user, [minioCredentials.password]: password } };
  }
  return { ready: [], secretEnvironment: secretEnvironment(objectStore.secretEnvironmentKeys, args.secrets) };
}
