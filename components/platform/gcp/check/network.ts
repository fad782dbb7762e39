import type { Problem } from "../../../lib/errors";
import { at } from "../../shared/problems";
import { checkOverlaps, checkPrivateRange, storeNeighbours } from "../../shared/rangeChecks";
import {
  databasesOwn,
  isDatabasesOwn,
  networkPrefix,
  nodesNeeded,
  nodesOfPods,
  nodesOfSubnet,
  planNetwork,
} from "../figures/networkPlan";
import type { PlannedSettings } from "./types";

const example = "10.40.0.0/16";

/** The range of a network that is made. */
export function checkRange({ platform }: Pick<PlannedSettings, "platform">): readonly Problem[] {
  const { network, nodes, postgres } = platform;
  if (network.kind === "existing") return [];
  const key = "gcp.network.cidr";
  const { cidr } = network;
  const what = "nodes, pods, Services and stores";
  const wrong = checkPrivateRange(key, cidr, { ...networkPrefix, what, example });
  if (wrong.length > 0) return wrong;
  const taken = storeNeighbours("gcp", platform);
  const unanswered = postgres.kind === "create" && isDatabasesOwn(cidr);
  return [
    ...checkOverlaps(key, cidr, taken, example),
    ...(unanswered ? unansweredRange(key, `"${cidr}"`, `write a range apart from it, such as ${example}`) : []),
    ...tooFew(key, cidr, nodes),
  ];
}

/** A range whose pods, nodes or stores Cloud SQL would not answer. */
export const unansweredRange = (key: string, what: string, remedy: string): readonly Problem[] =>
  at(key, `${what} overlaps ${databasesOwn}, which Cloud SQL has for itself: it answers nobody there`, remedy);

/** Every node takes a range of its own for pods, so that the pods' range decides. */
function tooFew(key: string, cidr: string, nodes: PlannedSettings["platform"]["nodes"]): readonly Problem[] {
  const need = nodesNeeded(Object.values(nodes));
  const has = roomOf(cidr);
  if (has >= need.nodes) return [];
  const { shortest, longest } = networkPrefix;
  const prefixes = Array.from({ length: longest - shortest + 1 }, (_, index) => longest - index);
  const enough = prefixes.find((prefix) => roomOf(`0.0.0.0/${prefix}`) >= need.nodes);
  return at(
    key,
    `"${cidr}" leaves pods addresses for ${has} nodes, and there are ${need.nodes} at full scale (${need.arithmetic})`,
    enough === undefined ? "lower gcp.nodes' maxNodes" : `write a range of /${enough} or larger, or lower maxNodes`,
  );
}

/** Nodes that a network's range has room for. */
function roomOf(cidr: string): number {
  const { nodes, pods } = planNetwork({ cidr });
  return Math.min(nodesOfPods(pods), nodesOfSubnet(nodes));
}
