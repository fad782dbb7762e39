import type { EdgeShape } from "../logfire/edge/capacity";
import { resolveSizes } from "../logfire/sizing";
import { cachePlans, databasePlans } from "../platform/aws/figures/databaseClasses";
import { clusterPods } from "../platform/aws/figures/clusterPods";
import { defaultBounds, defaultTypes } from "../platform/aws/figures/nodePlan";
import { anyAddress } from "./formats";
import type { Configuration } from "./schema";
import { edgeDefaults } from "./schemaEdge";
import { certificateOf, certManagerController, gatewayController, platformZone } from "./settleEdge";
import { externalOrInCluster, externalPostgres } from "./settleExternal";
import type { AwsDns, AwsNodePool, AwsPlatformSettings } from "./typesAws";

/** Range of a VPC that is made: apart from what cloud consoles and home routers propose. */
export const defaultCidr = "10.40.0.0/16";
export const defaultVersion = "1.35";

/** The platform of a checked configuration, every default filled in. */
export function settleAws(config: Configuration): AwsPlatformSettings {
  const { aws } = config;
  if (aws?.region === undefined) throw new Error("unchecked configuration");
  return {
    kind: "aws",
    region: aws.region,
    ...(aws.accountId === undefined ? {} : { accountId: aws.accountId }),
    ...(aws.profile === undefined ? {} : { profile: aws.profile }),
    tags: aws.tags,
    network: network(config, aws),
    cluster: cluster(config, aws),
    nodes: nodes(
      config,
      aws,
      clusterPods({ cluster: cluster(config, aws), identity: aws.identity }, edgeShape(config)),
    ),
    postgres: postgres(config, aws),
    objectStore: objectStore(aws, aws.region),
    redis: redis(config, aws),
    dns: dns(config, aws),
    identity: aws.identity,
  };
}

type Aws = NonNullable<Configuration["aws"]>;

/** What runs at the edge, of a configuration that may still lack what its owner has to say. */
export const edgeShape = (config: Configuration): EdgeShape => ({
  preset: config.preset,
  edge: {
    mode: config.edge.mode,
    gateway: { ...(config.edge.gateway ?? edgeDefaults.gateway), controller: gatewayController(config) },
    certificate: { source: certificateOf(config)?.source ?? "none" },
    certManager: { controller: certManagerController(config) },
  },
  ...(config.inClusterTls === undefined ? {} : { inClusterTls: config.inClusterTls }),
});

function network({ preset }: Configuration, { network: given }: Aws): AwsPlatformSettings["network"] {
  if (given.existing !== undefined) return { kind: "existing", ...given.existing };
  return {
    kind: "create",
    cidr: given.cidr ?? defaultCidr,
    zones: given.zones ?? [],
    nat: given.nat ?? (preset === "tiny" ? "single" : "regional"),
    flowLogs: given.flowLogs ?? false,
  };
}

function cluster({ disposable }: Configuration, { cluster: given }: Aws): AwsPlatformSettings["cluster"] {
  if (given.existing !== undefined) return { kind: "existing", ...given.existing };
  return {
    kind: "create",
    version: given.version ?? defaultVersion,
    apiAccess: given.apiAccess ?? [],
    administrators: given.administrators ?? [],
    logRetentionDays: given.logRetentionDays ?? (disposable ? 7 : 30),
  };
}

/** One bound that is given alone pulls the other along. */
function nodes(
  config: Configuration,
  { nodes: given, redis: cache }: Aws,
  services: ReturnType<typeof clusterPods>,
): AwsPlatformSettings["nodes"] {
  const sizes = resolveSizes(config, { redisInCluster: cache.inCluster === true });
  const pool = (name: "general" | "scratch"): AwsNodePool => {
    const { type = defaultTypes[config.preset][name], minNodes, maxNodes } = given[name];
    const usual = defaultBounds(sizes, name, type, services);
    return {
      type,
      minNodes: minNodes ?? Math.min(usual.minNodes, maxNodes ?? Infinity),
      maxNodes: maxNodes ?? Math.max(usual.maxNodes, minNodes ?? 0),
    };
  };
  return { general: pool("general"), scratch: pool("scratch") };
}

function postgres({ preset }: Configuration, { postgres: given }: Aws): AwsPlatformSettings["postgres"] {
  if (given.existing !== undefined) return externalPostgres(given.existing);
  const usual = databasePlans[preset];
  const storageGib = given.storageGib ?? usual.storageGib;
  const growth = usual.maxStorageGib / usual.storageGib;
  return {
    kind: "create",
    instanceClass: given.instanceClass ?? usual.instanceClass,
    storageGib,
    maxStorageGib: given.maxStorageGib ?? Math.min(65536, growth * storageGib),
    multiAz: given.multiAz ?? usual.multiAz,
    backupDays: given.backupDays ?? usual.backupDays,
    encryption: given.encryption ?? "rds",
    ...(given.restoreFrom === undefined ? {} : { restoreFrom: given.restoreFrom }),
  };
}

function objectStore({ objectStore: given }: Aws, region: string): AwsPlatformSettings["objectStore"] {
  if (given.existing === undefined) return { kind: "create", encryption: given.encryption ?? "s3" };
  const { bucket, kmsKeyArn } = given.existing;
  return {
    kind: "external",
    uri: `s3://${bucket}`,
    environment: { AWS_DEFAULT_REGION: region },
    secretEnvironmentKeys: [],
    port: 443,
    cidrs: anyAddress,
    ...(kmsKeyArn === undefined ? {} : { kmsKeyArn }),
  };
}

function redis({ preset }: Configuration, { redis: given }: Aws): AwsPlatformSettings["redis"] {
  if (given.existing !== undefined) return externalOrInCluster(given.existing);
  if (given.inCluster === true) return { kind: "inCluster" };
  const usual = cachePlans[preset];
  return { kind: "create", nodeType: given.nodeType ?? usual.nodeType, nodes: given.nodes ?? usual.nodes };
}

function dns(config: Configuration, { dns: given }: Aws): AwsDns {
  if (given.existing !== undefined) return { kind: "existing", ...given.existing };
  const name = platformZone(config);
  return name === undefined ? { kind: "none" } : { kind: "create", name };
}
