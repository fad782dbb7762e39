import type { Problem } from "../../../lib/errors";
import type { AzurePlatformSettings } from "../../../settings/azure/types";
import { at } from "../../shared/problems";
import { checkOverlaps, checkPrivateRange, type Neighbour, storeNeighbours } from "../../shared/rangeChecks";
import { networkPrefix, nodesInPods, nodesNeeded, planNetwork, podsPrefix, usableIn } from "../figures/networkPlan";

/** Ranges that AKS keeps for itself, or that Azure never routes. */
const reserved: readonly Neighbour[] = ["169.254.0.0/16", "172.30.0.0/16", "172.31.0.0/16", "192.0.2.0/24"].map(
  (cidr) => [cidr, "which AKS keeps for itself"],
);

const example = { network: "10.60.0.0/16", pods: "10.244.0.0/16", services: "172.20.0.0/16" } as const;

/** The range of a virtual network that is made. */
export function checkRange({ network, cluster, nodes, ...stores }: AzurePlatformSettings): readonly Problem[] {
  if (network.kind === "existing") return [];
  const key = "azure.network.cidr";
  const { cidr } = network;
  const problems = checkPrivateRange(key, cidr, {
    ...networkPrefix,
    what: "a virtual network of three subnets",
    example: example.network,
  });
  if (problems.length > 0) return problems;
  const ranges: readonly Neighbour[] =
    cluster.kind === "create"
      ? [
          [cluster.podsCidr, "azure.cluster.podsCidr"],
          [cluster.servicesCidr, "azure.cluster.servicesCidr"],
        ]
      : [];
  return [
    ...checkOverlaps(
      key,
      cidr,
      [...ranges.filter(([range]) => isRange(range)), ...storeNeighbours("azure", stores)],
      example.network,
    ),
    ...tooFew(key, cidr, nodes),
  ];
}

function tooFew(key: string, cidr: string, nodes: AzurePlatformSettings["nodes"]): readonly Problem[] {
  const need = nodesNeeded(nodes);
  const has = usableIn(planNetwork(cidr).nodes);
  if (has >= need.addresses) return [];
  const prefix = Array.from({ length: 9 }, (_, index) => networkPrefix.longest - index).find(
    (one) => usableIn(planNetwork(`10.0.0.0/${one}`).nodes) >= need.addresses,
  );
  return at(
    key,
    `"${cidr}" leaves ${has} addresses to nodes, and ${need.addresses} are needed at full scale (${need.arithmetic})`,
    prefix === undefined ? "lower azure.nodes' maxNodes" : `write a range of /${prefix} or larger, or lower maxNodes`,
  );
}

const isRange = (cidr: string): boolean => checkPrivateRange("", cidr, anyRange).length === 0;
const anyRange = { shortest: 8, longest: 28, what: "", example: "" };

/** Ranges of pods and of services in a cluster that is made: its own, fixed when it is created. */
export function checkClusterRanges({ cluster, nodes }: AzurePlatformSettings): readonly Problem[] {
  if (cluster.kind === "existing") return [];
  const keys = { pods: "azure.cluster.podsCidr", services: "azure.cluster.servicesCidr" } as const;
  const { podsCidr, servicesCidr } = cluster;
  const problems = [
    ...checkPrivateRange(keys.pods, podsCidr, { ...podsPrefix, what: "pods", example: example.pods }),
    ...checkPrivateRange(keys.services, servicesCidr, {
      ...{ shortest: 13, longest: 24, what: "services" },
      example: example.services,
    }),
  ];
  if (problems.length > 0) return problems;
  const need = nodesNeeded(nodes);
  const has = nodesInPods(podsCidr);
  return [
    ...checkOverlaps(keys.pods, podsCidr, [[servicesCidr, keys.services], ...reserved], example.pods),
    ...checkOverlaps(keys.services, servicesCidr, reserved, example.services),
    ...(has >= need.nodes
      ? []
      : at(
          keys.pods,
          `"${podsCidr}" is enough for ${has} nodes, each of which takes a /24, and ${need.nodes} run at full scale while an upgrade runs`,
          `write a range of /${24 - Math.ceil(Math.log2(need.nodes))} or larger, or lower azure.nodes' maxNodes`,
        )),
  ];
}
