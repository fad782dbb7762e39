import { cachePlans, databasePlans } from "../../platform/aws/figures/databaseSizes";
import { clusterPods } from "../../platform/aws/figures/clusterPods";
import { awsMachines, defaultTypes } from "../../platform/aws/figures/nodePlan";
import type { PoolName } from "../../platform/shared/nodePlan";
import { anyAddress } from "../formats";
import type { Configuration } from "../schema";
import { defaultVersion, edgeShape, settlePool, settleRedis, settleZone, sizesOf } from "../settleCloud";
import { externalPostgres } from "../settleExternal";
import type { AwsDns, AwsNodePool, AwsPlatformSettings } from "./types";

/** Range of a VPC that is made: apart from what cloud consoles and home routers propose. */
export const defaultCidr = "10.40.0.0/16";

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
    nodes: nodes(config, aws),
    postgres: postgres(config, aws),
    objectStore: objectStore(aws, aws.region),
    redis: redis(config, aws),
    dns: dns(config, aws),
    identity: aws.identity,
  };
}

type Aws = NonNullable<Configuration["aws"]>;

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

function nodes(config: Configuration, aws: Aws): AwsPlatformSettings["nodes"] {
  const { nodes: given, redis, identity } = aws;
  const placed = {
    sizes: sizesOf(config, redis),
    services: clusterPods({ cluster: cluster(config, aws), identity }, edgeShape(config)),
    catalogue: awsMachines,
  };
  const pool = (name: PoolName): AwsNodePool =>
    settlePool(name, { type: given[name].type ?? defaultTypes[config.preset][name] }, given[name], placed);
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

const redis = ({ preset }: Configuration, { redis: given }: Aws): AwsPlatformSettings["redis"] =>
  settleRedis(given, () => {
    const usual = cachePlans[preset];
    return { kind: "create" as const, nodeType: given.nodeType ?? usual.nodeType, nodes: given.nodes ?? usual.nodes };
  });

const dns = (config: Configuration, { dns: given }: Aws): AwsDns =>
  given.existing === undefined ? settleZone(config) : { kind: "existing", ...given.existing };
