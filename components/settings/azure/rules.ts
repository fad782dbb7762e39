import { checkSettings } from "../../platform/azure/check";
import { mostTags } from "../../platform/azure/names";
import { settleAzure } from "./settle";
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
import { type Rule, when } from "../rules/rule";

const onAzure = inCloud("azure");

const network = onAzure((_, { network: { existing }, postgres, redis }) => {
  const key = "azure.network.existing";
  const usesRedis = redis.existing !== undefined || redis.inCluster === true;
  return existing === undefined
    ? []
    : [
        ...when(
          existing.postgresSubnet === undefined && postgres.existing === undefined,
          `${key}.postgresSubnet`,
          "is missing, and PostgreSQL is made",
          "write the name of a subnet delegated to Microsoft.DBforPostgreSQL/flexibleServers",
        ),
        ...when(
          existing.endpointsSubnet === undefined && !usesRedis,
          `${key}.endpointsSubnet`,
          "is missing, and Redis is made, which is reached by a private endpoint",
          "write the name of a subnet for private endpoints",
        ),
      ];
});

const clusterTerms = { cloud: "azure", network: "network", own: "virtual network and subnets" } as const;

const cluster = onAzure((input, block) => [
  ...networkOfCluster(input, clusterTerms, block),
  ...reachOfCluster(input, clusterTerms, block),
]);

const tags = onAzure((_, { tags: own }) =>
  when(
    Object.keys(own).length > mostTags,
    "azure.tags",
    `are ${Object.keys(own).length}, and Azure DNS takes ${mostTags} on a zone beside the stack's own`,
    `write at most ${mostTags}`,
  ),
);

const administrators = onAzure((_, { cluster: { administrators: ids = [] } }) =>
  ids
    .filter((id, at) => ids.slice(0, at).some((other) => other.toLowerCase() === id.toLowerCase()))
    .flatMap((id) => when(true, "azure.cluster.administrators", `"${id}" is there twice`, "name everybody once")),
);

const storeTerms: StoreTerms = { cloud: "azure", cache: "Azure Managed Redis", identity: "identity", sseC: false };

const stores = onAzure((input, block) => storeProblems(input, storeTerms, block));

const edge = onAzure((input, block) => {
  const { proxyProtocol, mode } = input.config.edge;
  return [
    ...edgeProblems(input, { cloud: "azure", zoneKeys: "resourceGroup", addon: false }, block),
    ...when(
      mode === "native" && input.readable(["edge", "mode"]),
      "edge.mode",
      '"native" is not there on Azure: the interface that the SDK speaks has no switch for the Gateway API of AKS',
      "remove it, for a Gateway in the cluster behind Azure's load balancer",
    ),
    ...when(
      proxyProtocol,
      "edge.proxyProtocol",
      "is true, and Azure's load balancer keeps the client's address and speaks no such protocol",
      "remove it",
    ),
  ];
});

export const azureRules: readonly Rule[] = [
  required("azure", "location", "write the location for everything, such as swedencentral"),
  createOrAdopt("azure", ["network", "cluster", "postgres", "objectStore", "redis", "dns"]),
  tags,
  network,
  cluster,
  administrators,
  stores,
  edge,
  planRule("azure", ["location"], settleAzure, checkSettings),
];
