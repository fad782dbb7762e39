import type { Problem } from "../../../lib/errors";
import { at } from "../../shared/problems";
import { isDatabasesOwn, nodesNeeded, nodesOfPods, nodesOfSubnet } from "../figures/networkPlan";
import { unansweredRange } from "./network";
import type { AdoptedNetwork, CheckedFacts, CheckedSettings, StoresRange } from "./types";

const key = "gcp.network.existing";

/** An owner's network with its subnet and ranges. */
export function checkAdopted(
  { platform }: CheckedSettings,
  { network: found, storesRange }: CheckedFacts,
): readonly Problem[] {
  const { network, nodes } = platform;
  if (network.kind !== "existing" || found === undefined) return [];
  const rangeOf = (name: string) => found.secondaryRanges.find((range) => range.name === name);
  const pods = rangeOf(network.podsRange);
  const need = nodesNeeded(Object.values(nodes));
  return [
    ...(found.network === network.network
      ? []
      : at(
          `${key}.subnetwork`,
          `"${network.subnetwork}" is a subnet of ${found.network}, not of ${network.network}`,
          "write the network's own subnet",
        )),
    ...(found.privateGoogleAccess
      ? []
      : at(
          `${key}.subnetwork`,
          `"${network.subnetwork}" has no Private Google Access, by which nodes and pods without public addresses reach Google`,
          `run gcloud compute networks subnets update ${network.subnetwork} --enable-private-ip-google-access`,
        )),
    ...(["podsRange", "servicesRange"] as const).flatMap((range) =>
      rangeOf(network[range]) === undefined ? unknownRange(range, network[range], found) : [],
    ),
    ...(pods === undefined ? [] : tooFew("podsRange", pods.cidr, nodesOfPods(pods.cidr), need)),
    ...tooFew("subnetwork", found.cidr, nodesOfSubnet(found.cidr), need),
    ...checkStores(network.network, storesRange),
    ...(platform.postgres.kind === "create"
      ? checkAnswers({ subnetwork: found.cidr, podsRange: pods?.cidr, storesRange: storesRange?.cidr })
      : []),
  ];
}

const checkAnswers = (ranges: Readonly<Record<string, string | undefined>>): readonly Problem[] =>
  Object.entries(ranges).flatMap(([part, cidr]) =>
    cidr !== undefined && isDatabasesOwn(cidr)
      ? unansweredRange(`${key}.${part}`, cidr, "name one apart from it, or use a PostgreSQL of your own")
      : [],
  );

const unknownRange = (range: string, name: string, { secondaryRanges }: AdoptedNetwork): readonly Problem[] => {
  const names = secondaryRanges.map((one) => one.name).join(", ");
  return at(
    `${key}.${range}`,
    `"${name}" is no secondary range of the subnet`,
    names === "" ? "add one to it" : `choose from ${names}`,
  );
};

/** Others may live there too, and nobody says how many: what is too small even when empty is refused. */
const tooFew = (
  part: string,
  cidr: string,
  has: number,
  { nodes, arithmetic }: ReturnType<typeof nodesNeeded>,
): readonly Problem[] =>
  has >= nodes
    ? []
    : at(
        `${key}.${part}`,
        `${cidr} has addresses for ${has} nodes, and there are ${nodes} at full scale (${arithmetic})`,
        "name a larger one, or lower gcp.nodes' maxNodes",
      );

function checkStores(network: string, stores: StoresRange | undefined): readonly Problem[] {
  if (stores === undefined) return [];
  if (stores.purpose !== "VPC_PEERING")
    return at(
      `${key}.storesRange`,
      `is for ${stores.purpose === "" ? "nothing" : stores.purpose}, not for private services access`,
      "name a range whose purpose is VPC_PEERING",
    );
  return stores.network === network
    ? []
    : at(`${key}.storesRange`, `lies in ${stores.network}, not in ${network}`, "name a range of the network");
}
