import { checkSettings } from "../../platform/gcp/check";
import { zoneCount } from "../../platform/shared/nodePlan";
import { settleGcp, settleMaintenance } from "./settle";
import {
  createOrAdopt,
  edgeProblems,
  inCloud,
  networkOfCluster,
  planRule,
  required,
  storeProblems,
  type StoreTerms,
} from "../rules/cloud";
import { keyedHostnames } from "../rules/edge";
import { type Rule, when } from "../rules/rule";

const onGcp = inCloud("gcp");

const network = onGcp((_, { region, network: { zones, existing }, postgres, redis }) => {
  const made = [
    ...(postgres.existing === undefined ? ["PostgreSQL"] : []),
    ...(redis.existing === undefined && redis.inCluster !== true ? ["Redis"] : []),
  ];
  return [
    ...when(
      zones !== undefined && new Set(zones).size !== zoneCount,
      "gcp.network.zones",
      `names ${new Set(zones).size} zones`,
      `write ${zoneCount} different ones, or remove it`,
    ),
    ...(zones ?? []).flatMap((zone) =>
      when(
        region !== undefined && !zone.startsWith(`${region}-`),
        "gcp.network.zones",
        `"${zone}" does not lie in ${region ?? ""}`,
        `write zones such as ${region ?? ""}-a`,
      ),
    ),
    ...when(
      existing !== undefined && existing.storesRange === undefined && made.length > 0,
      "gcp.network.existing.storesRange",
      `is missing: ${made.join(" and ")} would be made in your network`,
      "write the name of the range that the network allocated to private services access",
    ),
  ];
});

/** GKE wants so much time for upgrades. Hours in 32 days. */
const leastMaintenance = 48;

const clusterTerms = { cloud: "gcp", network: "network", own: "network, subnet and ranges" } as const;

const cluster = onGcp((input, block) => {
  const { days, hours } = settleMaintenance(block.cluster.maintenance);
  // Four whole weeks are in any 32 days.
  const inMonth = 4 * new Set(days).size * hours;
  return [
    ...networkOfCluster(input, clusterTerms, block),
    ...when(
      inMonth < leastMaintenance,
      "gcp.cluster.maintenance",
      `leaves ${inMonth} hours in four weeks, and GKE needs ${leastMaintenance}`,
      "write more days, or more hours",
    ),
  ];
});

const storeTerms: StoreTerms = { cloud: "gcp", cache: "Memorystore", identity: "service account", sseC: false };

const stores = onGcp((input, block) => storeProblems(input, storeTerms, block));

/** What a certificate of Google's takes as a name. */
const longestName = 64;

const nativeNames = onGcp((input) =>
  input.config.edge.mode !== "native"
    ? []
    : keyedHostnames(input).flatMap(({ key, name }) =>
        when(
          name.length > longestName,
          key,
          `"${name}" has ${name.length} characters, and a certificate of Google's takes ${longestName} at the most`,
          "write a shorter one, or edge.mode: gateway",
        ),
      ),
);

const edge = onGcp((input, block) => {
  const { proxyProtocol, mode, exposure, sourceRanges } = input.config.edge;
  return [
    ...edgeProblems(input, { cloud: "gcp", zoneKeys: "name in Cloud DNS", addon: false }, block),
    ...when(
      proxyProtocol && mode !== "native",
      "edge.proxyProtocol",
      "is true, and the load balancer that GKE makes passes packets on as they are, with the client's address",
      "remove it",
    ),
    ...when(
      mode === "native" && exposure === "internal" && sourceRanges.length > 0,
      "edge.sourceRanges",
      "are given, and Google's load balancer inside the network lets in everybody there: it takes no policy of ranges",
      "remove them, or write edge.mode: gateway",
    ),
  ];
});

export const gcpRules: readonly Rule[] = [
  required("gcp", "project", "write the id of the project for everything, such as example-logfire"),
  required("gcp", "region", "write the region for everything, such as europe-west3"),
  createOrAdopt("gcp", ["network", "cluster", "postgres", "objectStore", "redis", "dns"]),
  network,
  cluster,
  stores,
  edge,
  nativeNames,
  planRule("gcp", ["project", "region"], settleGcp, checkSettings),
];
