import { checkSettings } from "../../platform/aws/check";
import { zoneCount } from "../../platform/shared/nodePlan";
import { settleAws } from "./settle";
import { attaches } from "../settleEdge";
import {
  createOrAdopt,
  edgeProblems,
  inCloud,
  networkOfCluster,
  planRule,
  reachOfCluster,
  required,
  storeProblems,
  type StoreTerms,
} from "../rules/cloud";
import { keyedHostnames } from "../rules/edge";
import { type Rule, when } from "../rules/rule";

const onAws = inCloud("aws");

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

const clusterTerms = { cloud: "aws", network: "VPC", own: "VPC and subnets" } as const;

const cluster = onAws((input, block) => [
  ...networkOfCluster(input, clusterTerms, block),
  ...reachOfCluster(input, clusterTerms, block),
]);

const storeTerms: StoreTerms = { cloud: "aws", cache: "ElastiCache", identity: "role", sseC: true };

const stores = onAws((input, block) => [
  ...storeProblems(input, storeTerms, block),
  ...when(
    block.postgres.encryption === "kms" && block.postgres.restoreFrom !== undefined,
    "aws.postgres.encryption",
    '"kms" stands beside restoreFrom, and a database that begins with a snapshot keeps the snapshot\'s key',
    "remove it; for another key, copy the snapshot with that key and begin with the copy",
  ),
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

const edge = onAws((input, block) => {
  const { proxyProtocol, exposure, mode } = input.config.edge;
  return [
    ...edgeProblems(input, { cloud: "aws", zoneKeys: "id", addon: true }, block),
    ...when(
      // An internal one that keeps addresses cannot send a connection back to the node that it came from.
      proxyProtocol && exposure === "public" && mode !== "native",
      "edge.proxyProtocol",
      "is true, and the public load balancer that is made keeps the client's address without it",
      "remove it; it is for edge.exposure: internal",
    ),
  ];
});

export const awsRules: readonly Rule[] = [
  required("aws", "region", "write the region for everything, such as eu-central-1"),
  createOrAdopt("aws", ["network", "cluster", "postgres", "objectStore", "redis", "dns"]),
  network,
  cluster,
  stores,
  edge,
  nativeNames,
  planRule("aws", ["region"], settleAws, checkSettings),
];
