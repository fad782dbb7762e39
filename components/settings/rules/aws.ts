import type { Problem } from "../../lib/errors";
import { resolveSizes } from "../../logfire/sizing";
import { checkSettings } from "../../platform/aws/check";
import { zoneCount } from "../../platform/aws/figures/nodePlan";
import { edgeShape, settleAws } from "../settleAws";
import { attaches, hostnamesOf } from "../settleEdge";
import { unused } from "./core";
import { keyedHostnames } from "./edge";
import { demand, type Rule, type RuleInput, when } from "./rule";
import { checkServer } from "./stores";

type Aws = NonNullable<RuleInput["config"]["aws"]>;

/** A rule for stacks on AWS whose keys below `aws` can be read. */
const onAws =
  (judge: (input: RuleInput, aws: Aws) => readonly Problem[]): Rule =>
  (input) =>
    input.config.platform === "aws" && input.config.aws !== undefined ? judge(input, input.config.aws) : [];

/** Settings of another platform do nothing, and whoever wrote them expects something. */
const otherPlatform: Rule = ({ config: { platform }, written }) =>
  (["existing", "aws"] as const).flatMap((block) =>
    when(
      written.includes(block) && platform !== block,
      block,
      `stands beside platform: ${platform}`,
      `remove it, or write platform: ${block}`,
    ),
  );

const region: Rule = ({ config: { platform, aws }, readable }) =>
  when(
    platform === "aws" && aws?.region === undefined && readable(["aws", "region"]),
    "aws.region",
    "is missing",
    "write the region for everything, such as eu-central-1",
  );

const parts = ["network", "cluster", "postgres", "objectStore", "redis", "dns"] as const;

/** One is made or one is used: never both. */
const createOrAdopt = onAws((_, aws) =>
  parts.flatMap((part) => {
    const { existing, ...own } = aws[part];
    if (existing === undefined) return [];
    const beside = Object.entries(own).flatMap(([key, value]) => (value === undefined ? [] : [key]));
    return beside.flatMap((key) =>
      when(true, `aws.${part}.${key}`, `stands beside aws.${part}.existing`, "keep one: what is yours is not changed"),
    );
  }),
);

const network = onAws(({ config: { edge, ...config } }, { region: name, network: { zones, existing } }) => [
  ...when(
    zones !== undefined && new Set(zones).size !== zoneCount,
    "aws.network.zones",
    `names ${new Set(zones).size} zones`,
    `write ${zoneCount} different ones, or remove it`,
  ),
  ...(zones ?? []).flatMap((zone) =>
    when(
      name !== undefined && !zone.startsWith(name),
      "aws.network.zones",
      `"${zone}" does not lie in ${name ?? ""}`,
      `write zones such as ${name ?? ""}a`,
    ),
  ),
  ...when(
    existing !== undefined && existing.privateSubnetIds.length < zoneCount,
    "aws.network.existing.privateSubnetIds",
    `names ${existing?.privateSubnetIds.length ?? 0} subnets`,
    `write at least ${zoneCount}, in as many zones`,
  ),
  ...when(
    existing?.publicSubnetIds.length === 0 &&
      ["gateway", "native"].includes(edge.mode) &&
      edge.exposure === "public" &&
      !attaches({ ...config, edge }),
    "aws.network.existing.publicSubnetIds",
    "is missing: edge.exposure is public",
    "write a subnet of an internet gateway in each of the zones, or edge.exposure: internal",
  ),
]);

const cluster = onAws(({ readable }, { network: { existing: vpc }, cluster: { existing, apiAccess } }) => [
  ...when(
    existing !== undefined && vpc === undefined && readable(["aws", "network"]),
    "aws.network.existing",
    "is missing: aws.cluster.existing has a VPC already",
    "write the cluster's own VPC and subnets",
  ),
  ...(apiAccess ?? [])
    .filter((range) => range.endsWith("/0"))
    .flatMap((range) =>
      when(
        true,
        "aws.cluster.apiAccess",
        `"${range}" is the whole internet`,
        "write the addresses of your own networks, such as 203.0.113.7/32",
      ),
    ),
  ...when(
    existing === undefined && vpc === undefined && (apiAccess ?? []).length === 0 && readable(["aws"]),
    "aws.cluster.apiAccess",
    "is missing: nobody is inside a VPC that is made, so that nothing could be deployed into its cluster",
    "write the public address of the machine that runs `pulumi up`, such as 203.0.113.7/32",
  ),
]);

const stores = onAws((input, { postgres, redis, objectStore }) => [
  ...(postgres.existing === undefined
    ? unused(input, ["postgresAdminPassword"], "PostgreSQL is made", "write aws.postgres.existing")
    : checkServer(input, postgres.existing, "aws.postgres.existing")),
  ...when(
    postgres.encryption === "kms" && postgres.restoreFrom !== undefined,
    "aws.postgres.encryption",
    '"kms" stands beside restoreFrom, and a database that begins with a snapshot keeps the snapshot\'s key',
    "remove it; for another key, copy the snapshot with that key and begin with the copy",
  ),
  ...(redis.existing === undefined
    ? unused(input, ["redisDsn", "tokenRedisDsn", "usageRedisDsn"], "Redis is made", "write aws.redis.existing")
    : demand(input, "redisDsn", "aws.redis.existing is given")),
  ...when(
    redis.inCluster === true && (redis.nodeType !== undefined || redis.nodes !== undefined),
    "aws.redis.inCluster",
    "stands beside settings of ElastiCache",
    "keep one of them",
  ),
  ...unused(
    input,
    input.given.filter((path) => path.startsWith("objectStore.")),
    "pods reach the bucket by their role, without keys",
    objectStore.existing === undefined ? "leave keys out" : "let the role read and write your bucket",
  ),
  ...(input.config.sseC
    ? demand(input, "objectStoreSseCKey", "sseC is true, and the key has to be one that you keep")
    : unused(input, ["objectStoreSseCKey"], "sseC is off", "write sseC: true on an empty bucket")),
]);

/** What ACM takes as a certificate's first name, and the load balancer as a host that it compares with. */
const longestName = { first: 64, other: 128 } as const;

const nativeNames = onAws((input) =>
  input.config.edge.mode !== "native"
    ? []
    : keyedHostnames(input).flatMap(({ key, name }, index) => {
        const most = longestName[index === 0 ? "first" : "other"];
        return when(
          name.length > most,
          key,
          `"${name}" has ${name.length} characters, and with edge.mode: native ${index === 0 ? "the first name of the certificate" : "a hostname"} has ${most} at the most`,
          index === 0
            ? "write a shorter one first, or edge.mode: gateway"
            : "write a shorter one, or edge.mode: gateway",
        );
      }),
);

const edge = onAws(({ config: { edge: given } }, { cluster: { existing }, dns }) => [
  ...when(
    given.zone !== undefined,
    "edge.zone",
    "is not used: aws.dns says which zone it is",
    "write it as aws.dns.zone, or as aws.dns.existing with its id",
  ),
  ...when(
    given.certManager?.controller === "install" && existing === undefined,
    "edge.certManager.controller",
    '"install" stands beside the cluster\'s add-on, which brings cert-manager',
    "remove it",
  ),
  ...when(
    // An internal one that keeps addresses cannot send a connection back to the node that it came from.
    given.proxyProtocol && given.exposure === "public" && given.mode !== "native",
    "edge.proxyProtocol",
    "is true, and the public load balancer that is made keeps the client's address without it",
    "remove it; it is for edge.exposure: internal",
  ),
  ...when(
    dns.manage === false && dns.zone !== undefined,
    "aws.dns.zone",
    "stands beside aws.dns.manage: false",
    "remove one of them",
  ),
]);

/** What the figures say: machine types, nodes, addresses, database, zone. */
const plan = onAws(({ config, readable }, aws) => {
  if (aws.region === undefined || !readable(["aws"]) || !readable(["preset"]) || !readable(["workloads"])) return [];
  const platform = settleAws(config);
  const sizes = resolveSizes(config, { redisInCluster: platform.redis.kind === "inCluster" });
  const hostnames = readable(["hostname"]) && readable(["hostnames"]) ? hostnamesOf(config) : [];
  const [primary, ...others] = hostnames;
  const names = primary === undefined ? ([platformName] as const) : ([primary, ...others] as const);
  const problems = checkSettings({ platform, logfire: { ...edgeShape(config), hostnames: names }, sizes });
  return primary === undefined ? problems.filter(({ key }) => !/^hostnames?$/.test(key)) : problems;
});

/** Stands in for a hostname that is missing or wrong, which is reported elsewhere. */
const platformName = "logfire.invalid";

export const awsRules: readonly Rule[] = [region, createOrAdopt, network, cluster, stores, edge, nativeNames, plan];
export const platformRules: readonly Rule[] = [otherPlatform];
