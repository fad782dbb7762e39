import type { Problem } from "../../lib/errors";
import type { EdgeShape } from "../../logfire/edge/capacity";
import type { Sizes } from "../../logfire/sizing";
import type { CloudName } from "../cloud";
import type { Configuration } from "../schema";
import { edgeShape, sizesOf } from "../settleCloud";
import { hostnamesOf } from "../settleEdge";
import { unused } from "./core";
import { demand, type Rule, type RuleInput, when } from "./rule";
import { checkServer } from "./stores";

/** Rules that every cloud has alike, below its own key. */

type Block<K extends CloudName> = NonNullable<Configuration[K]>;

/** A rule for stacks in a cloud whose keys below its name can be read. */
export const inCloud =
  <K extends CloudName>(cloud: K) =>
  (judge: (input: RuleInput, block: Block<K>) => readonly Problem[]): Rule =>
  (input) => {
    const block = input.config[cloud];
    return input.config.platform === cloud && block !== undefined ? judge(input, block) : [];
  };

const blocks = ["existing", "aws", "gcp", "azure"] as const satisfies readonly Configuration["platform"][];

/** Settings of another platform do nothing, and whoever wrote them expects something. */
const otherPlatform: Rule = ({ config: { platform }, written }) =>
  blocks.flatMap((block) =>
    when(
      written.includes(block) && platform !== block,
      block,
      `stands beside platform: ${platform}`,
      `remove it, or write platform: ${block}`,
    ),
  );

export const platformRules: readonly Rule[] = [otherPlatform];

/** A key right below the cloud's name that has no default, with what to write. */
export const required =
  <K extends CloudName>(cloud: K, key: keyof Block<K> & string, remedy: string): Rule =>
  ({ config, readable }) => {
    const block = config[cloud] as Readonly<Record<string, unknown>> | undefined;
    return when(
      config.platform === cloud && block?.[key] === undefined && readable([cloud, key]),
      `${cloud}.${key}`,
      "is missing",
      remedy,
    );
  };

/** One is made or one is used: never both. `parts` are those that have an `existing`. */
export const createOrAdopt = <K extends CloudName>(cloud: K, parts: readonly (keyof Block<K> & string)[]): Rule =>
  inCloud(cloud)((_, block) =>
    parts.flatMap((part) => {
      const { existing, ...own } = (block as Readonly<Record<string, { readonly existing?: unknown }>>)[part] ?? {};
      if (existing === undefined) return [];
      const beside = Object.entries(own).flatMap(([key, value]) => (value === undefined ? [] : [key]));
      return beside.flatMap((key) =>
        when(
          true,
          `${cloud}.${part}.${key}`,
          `stands beside ${cloud}.${part}.existing`,
          "keep one: what is yours is not changed",
        ),
      );
    }),
  );

/** Ranges that may reach the cluster's API. */
const openToAll = (key: string, ranges: readonly string[]): readonly Problem[] =>
  ranges
    .filter((range) => range.endsWith("/0"))
    .flatMap((range) =>
      when(
        true,
        key,
        `"${range}" is the whole internet`,
        "write the addresses of your own networks, such as 203.0.113.7/32",
      ),
    );

interface ClusterTerms {
  readonly cloud: CloudName;
  /** `VPC` */
  readonly network: string;
  /** The parts of it that are named: `VPC and subnets`. */
  readonly own: string;
}

interface ClusterParts {
  readonly network: { readonly existing?: unknown };
  readonly cluster: { readonly existing?: unknown };
}

/** A cluster of the owner's lies in a network of his. */
export const networkOfCluster = (
  { readable }: RuleInput,
  { cloud, network: noun, own }: ClusterTerms,
  { network, cluster }: ClusterParts,
): readonly Problem[] =>
  when(
    cluster.existing !== undefined && network.existing === undefined && readable([cloud, "network"]),
    `${cloud}.network.existing`,
    `is missing: ${cloud}.cluster.existing has a ${noun} already`,
    `write the cluster's own ${own}`,
  );

/** Where the API of a cluster that is made has an address, who reaches it. */
export const reachOfCluster = (
  { readable }: RuleInput,
  { cloud, network: noun }: ClusterTerms,
  { network, cluster }: ClusterParts & { readonly cluster: { readonly apiAccess?: readonly string[] | undefined } },
): readonly Problem[] => [
  ...openToAll(`${cloud}.cluster.apiAccess`, cluster.apiAccess ?? []),
  ...when(
    cluster.existing === undefined &&
      network.existing === undefined &&
      (cluster.apiAccess ?? []).length === 0 &&
      readable([cloud]),
    `${cloud}.cluster.apiAccess`,
    `is missing: nobody is inside a ${noun} that is made, so that nothing could be deployed into its cluster`,
    "write the public address of the machine that runs `pulumi up`, such as 203.0.113.7/32",
  ),
];

interface Stores {
  readonly postgres: { readonly existing?: Parameters<typeof checkServer>[1] | undefined };
  readonly redis: { readonly existing?: unknown; readonly inCluster?: boolean | undefined };
  readonly objectStore: { readonly existing?: unknown };
}

export interface StoreTerms {
  readonly cloud: CloudName;
  /** The managed cache: `ElastiCache`. */
  readonly cache: string;
  /** What lets pods into the bucket: `role`. */
  readonly identity: string;
  /** Whether the bucket takes keys of the owner's with every request: S3's alone does. */
  readonly sseC: boolean;
}

/** Secrets that the stores need, or that nothing reads. */
export function storeProblems(
  input: RuleInput,
  { cloud, cache, identity, sseC }: StoreTerms,
  { postgres, redis, objectStore }: Stores,
): readonly Problem[] {
  const { existing, inCluster, ...own } = redis;
  return [
    ...(postgres.existing === undefined
      ? unused(input, ["postgresAdminPassword"], "PostgreSQL is made", `write ${cloud}.postgres.existing`)
      : checkServer(input, postgres.existing, `${cloud}.postgres.existing`)),
    ...(existing === undefined
      ? unused(input, ["redisDsn", "tokenRedisDsn", "usageRedisDsn"], "Redis is made", `write ${cloud}.redis.existing`)
      : demand(input, "redisDsn", `${cloud}.redis.existing is given`)),
    ...when(
      inCluster === true && Object.values(own).some((value) => value !== undefined),
      `${cloud}.redis.inCluster`,
      `stands beside settings of ${cache}`,
      "keep one of them",
    ),
    ...unused(
      input,
      input.given.filter((path) => path.startsWith("objectStore.")),
      `pods reach the bucket by their ${identity}, without keys`,
      objectStore.existing === undefined ? "leave keys out" : `let the ${identity} read and write your bucket`,
    ),
    ...(sseC ? ownKey(input) : noOwnKey(input, cloud)),
  ];
}

const ownKey = (input: RuleInput): readonly Problem[] =>
  input.config.sseC
    ? demand(input, "objectStoreSseCKey", "sseC is true, and the key has to be one that you keep")
    : unused(input, ["objectStoreSseCKey"], "sseC is off", "write sseC: true on an empty bucket");

const noOwnKey = (input: RuleInput, cloud: CloudName): readonly Problem[] => [
  ...when(
    input.config.sseC,
    "sseC",
    `is true, and only a bucket in S3 takes such keys, not one on ${cloud}`,
    "remove it",
  ),
  ...unused(input, ["objectStoreSseCKey"], "only a bucket in S3 takes such keys", "leave it out"),
];

/** What the platform decides about the edge. `addon`: whether the cluster's add-on brings cert-manager. */
export function edgeProblems(
  { config: { edge: given } }: RuleInput,
  { cloud, zoneKeys, addon }: { readonly cloud: CloudName; readonly zoneKeys: string; readonly addon: boolean },
  {
    cluster,
    dns,
  }: {
    readonly cluster: { readonly existing?: unknown };
    readonly dns: { readonly manage?: boolean | undefined; readonly zone?: string | undefined };
  },
): readonly Problem[] {
  return [
    ...when(
      given.zone !== undefined,
      "edge.zone",
      `is not used: ${cloud}.dns says which zone it is`,
      `write it as ${cloud}.dns.zone, or as ${cloud}.dns.existing with its ${zoneKeys}`,
    ),
    ...when(
      addon && given.certManager?.controller === "install" && cluster.existing === undefined,
      "edge.certManager.controller",
      '"install" stands beside the cluster\'s add-on, which brings cert-manager',
      "remove it",
    ),
    ...when(
      dns.manage === false && dns.zone !== undefined,
      `${cloud}.dns.zone`,
      `stands beside ${cloud}.dns.manage: false`,
      "remove one of them",
    ),
  ];
}

/** Stands in for a hostname that is missing or wrong, which is reported elsewhere. */
const anyName = "logfire.invalid";

/** Whether everything that the figures are worked out from can be read. */
const canPlan = (cloud: CloudName, { readable }: RuleInput): boolean =>
  [cloud, "preset", "workloads"].every((key) => readable([key]));

/** What a cloud's figures are told of a stack. */
interface Planned<P> {
  readonly platform: P;
  readonly logfire: EdgeShape & { readonly hostnames: readonly [string, ...string[]] };
  readonly sizes: Sizes;
}

/**
 * What the figures say: machine types, nodes, addresses, database, zone. Nothing where they cannot be worked out yet, as
 * without the keys that say where the stack is, `places`.
 */
export const planRule = <K extends CloudName, P>(
  cloud: K,
  places: readonly (keyof Block<K> & string)[],
  settle: (config: Configuration) => P,
  check: (planned: Planned<P>) => readonly Problem[],
): Rule =>
  inCloud(cloud)((input, block) => {
    const { config, readable } = input;
    const { redis, ...given }: Readonly<Record<string, unknown>> & Pick<Stores, "redis"> = block;
    if (places.some((key) => given[key] === undefined) || !canPlan(cloud, input)) return [];
    const checked = (hostnames: readonly [string, ...string[]]) =>
      check({
        platform: settle(config),
        logfire: { ...edgeShape(config), hostnames },
        sizes: sizesOf(config, redis),
      });
    const [primary, ...others] = readable(["hostname"]) && readable(["hostnames"]) ? hostnamesOf(config) : [];
    if (primary !== undefined) return checked([primary, ...others]);
    return checked([anyName]).filter(({ key }) => !/^hostnames?$/.test(key));
  });
