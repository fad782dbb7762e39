import type { Problem } from "../../../lib/errors";
import type { AzurePlatformSettings } from "../../../settings/azure/types";
import { at } from "../../shared/problems";
import { overlap, parseRange } from "../../shared/ranges";
import { maxPods } from "../figures/machineTypes";
import { addressesOf, type NodeCount, nodesNeeded, usableIn } from "../figures/networkPlan";
import type { AdoptedNetwork, AdoptedSubnet, CheckedFacts } from "./types";

const flexibleServers = "Microsoft.DBforPostgreSQL/flexibleServers";

/** An owner's virtual network with its subnets. */
export function checkAdoptedNetwork(
  platform: AzurePlatformSettings,
  { vnet, cluster, ownNodes = 0 }: CheckedFacts,
): readonly Problem[] {
  const { network, location, nodes } = platform;
  if (network.kind !== "existing" || vnet === undefined) return [];
  const key = "azure.network.existing";
  const find = (name: string | undefined) => vnet.subnets.find((subnet) => subnet.name === name);
  const named = ["nodesSubnet", "postgresSubnet", "endpointsSubnet"] as const;
  const podsOfNode = cluster !== undefined && cluster.podsCidr === undefined ? maxPods : 0;
  return [
    ...otherLocation(key, `${network.name} lies`, vnet.location, location),
    ...named.flatMap((one) => {
      const name = network[one];
      return name === undefined || find(name) !== undefined
        ? []
        : at(`${key}.${one}`, `"${name}" is not a subnet of ${network.name}`, `choose from ${namesOf(vnet)}`);
    }),
    ...checkRanges(key, platform, vnet),
    ...checkNodes(`${key}.nodesSubnet`, find(network.nodesSubnet), {
      need: nodesNeeded(nodes, podsOfNode),
      own: addressesOf(ownNodes, podsOfNode),
    }),
    ...checkPostgres(`${key}.postgresSubnet`, find(network.postgresSubnet)),
    ...checkEndpoints(`${key}.endpointsSubnet`, find(network.endpointsSubnet)),
  ];
}

const namesOf = ({ subnets }: AdoptedNetwork) => subnets.map(({ name }) => name).join(", ");

const otherLocation = (key: string, what: string, found: string, wanted: string): readonly Problem[] =>
  found === wanted
    ? []
    : at(key, `${what} in ${found}, and azure.location is ${wanted}`, `write azure.location: ${found}`);

/** Pods and services of a cluster that is made must be apart from everything that the network reaches. */
const checkRanges = (
  key: string,
  { cluster }: AzurePlatformSettings,
  { ranges }: AdoptedNetwork,
): readonly Problem[] =>
  cluster.kind === "existing"
    ? []
    : (["podsCidr", "servicesCidr"] as const).flatMap((part) =>
        ranges
          .filter((range) => overlap(parseRange(range), parseRange(cluster[part])))
          .flatMap((range) =>
            at(
              `azure.cluster.${part}`,
              `"${cluster[part]}" overlaps ${range}, which belongs to ${key}`,
              "write a range apart from it",
            ),
          ),
      );

function checkNodes(
  key: string,
  subnet: AdoptedSubnet | undefined,
  { need, own }: { readonly need: NodeCount; readonly own: number },
): readonly Problem[] {
  if (subnet === undefined) return [];
  const { name, cidr, usedAddresses, delegations, leavesBy } = subnet;
  // What the stack itself has is part of what it needs.
  const free = usableIn(cidr) - Math.max(0, usedAddresses - own);
  return [
    ...(leavesBy !== undefined
      ? []
      : at(
          key,
          `${name} has neither a NAT gateway nor a route table, and nodes pull images from outside`,
          "attach a NAT gateway to it, or a route table that leads out",
        )),
    ...(delegations.length === 0
      ? []
      : at(key, `${name} is delegated to ${delegations.join(", ")}, and takes no nodes`, "name another subnet")),
    ...(free >= need.addresses
      ? []
      : at(
          key,
          `${name} (${cidr}) has ${free} free addresses, and ${need.addresses} are needed at full scale (${need.arithmetic})`,
          "name a larger subnet, or lower azure.nodes' maxNodes",
        )),
  ];
}

/** Smallest subnet that Flexible Server takes with a standby. */
const leastPostgresAddresses = 11;

const checkPostgres = (key: string, subnet: AdoptedSubnet | undefined): readonly Problem[] =>
  subnet === undefined
    ? []
    : [
        ...(subnet.delegations.includes(flexibleServers)
          ? []
          : at(
              key,
              `${subnet.name} is not delegated to ${flexibleServers}`,
              "delegate it, or name the subnet that is; nothing else may be in it",
            )),
        ...(usableIn(subnet.cidr) >= leastPostgresAddresses
          ? []
          : at(key, `${subnet.name} (${subnet.cidr}) is too small for a server`, "name one of /28 or larger")),
      ];

const checkEndpoints = (key: string, subnet: AdoptedSubnet | undefined): readonly Problem[] =>
  subnet === undefined || subnet.delegations.length === 0
    ? []
    : at(
        key,
        `${subnet.name} is delegated to ${subnet.delegations.join(", ")}, and takes no private endpoints`,
        "name another subnet",
      );

/** An owner's cluster. */
export function checkAdoptedCluster(
  { cluster, location, objectStore, dns }: AzurePlatformSettings,
  { cluster: found }: CheckedFacts,
): readonly Problem[] {
  if (cluster.kind !== "existing" || found === undefined) return [];
  const key = "azure.cluster.existing";
  const needsIdentity = objectStore.kind === "create" || objectStore.account !== undefined || dns.kind !== "none";
  return [
    ...otherLocation(key, `${cluster.name} lies`, found.location, location),
    ...(found.workloadIdentity || !needsIdentity
      ? []
      : at(
          key,
          `${cluster.name} gives pods no identities, and pods reach the storage account by theirs`,
          `run az aks update --name ${cluster.name} --resource-group ${cluster.resourceGroup} --enable-oidc-issuer --enable-workload-identity`,
        )),
  ];
}
