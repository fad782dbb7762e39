import type { Settings } from "../components/settings";
import { minReplicas, type Sizes } from "../components/logfire/sizing";
import { balancerExposure } from "../components/platform/aws/check";
import { billedByUse, monthlyCost, type MonthlyCost } from "../components/platform/aws/figures/cost";
import { clusterPods } from "../components/platform/aws/figures/clusterPods";
import { nodePool, packedNodes, poolPods } from "../components/platform/aws/figures/nodePlan";
import { instanceTypes } from "../components/platform/aws/figures/instanceTypes";
import { priceRegion } from "../components/platform/aws/figures/prices";
import { quotaNeeds, type QuotaNeed } from "../components/platform/aws/figures/quotas";
import type { NodePool } from "../components/platform/contract";
import { cores, gib, table } from "./output";

/** What a stack on AWS has and costs. */
export interface AwsPlan {
  readonly region: string;
  /** With the nodes that the pods need at their minimum, packed tightly. */
  readonly pools: readonly (NodePool & { readonly packed?: number })[];
  readonly cost: MonthlyCost;
  readonly quotas: readonly QuotaNeed[];
}

/** Worked out from figures, without an account. None for another platform. */
export function awsPlan({ platform, logfire }: Settings, sizes: Sizes): AwsPlan | undefined {
  if (platform.kind !== "aws") return undefined;
  const exposure = balancerExposure(logfire.edge);
  const ingest = sizes["logfire-ff-ingest"];
  const volumesGib = ingest === undefined ? 0 : minReplicas(ingest) * logfire.ingestVolumeGib;
  return {
    region: platform.region,
    pools: (["general", "scratch"] as const).map((name) => {
      const type = instanceTypes[platform.nodes[name].type];
      const needed = poolPods(sizes, name, "min", clusterPods(platform, logfire));
      return {
        ...nodePool(name, platform.nodes[name]),
        ...(type === undefined ? {} : { packed: packedNodes(needed, type) }),
      };
    }),
    cost: monthlyCost({ platform, exposure, volumesGib }),
    quotas: quotaNeeds(platform, logfire.edge),
  };
}

export const formatPools = ({ pools }: AwsPlan): string =>
  [
    "Node pools, and what one node has for pods. `packed` nodes would do for the pods at their minimum.",
    table(
      ["pool", "type", "nodes", "nodes max", "packed", "CPU", "GiB", "scratch GiB"],
      pools.map(({ name, type, minNodes, maxNodes, packed, allocatable }) => [
        name,
        type,
        minNodes,
        maxNodes,
        packed ?? "-",
        cores(allocatable.cpuMillis),
        gib(allocatable.memoryMib),
        allocatable.scratchMib === 0 ? "-" : gib(allocatable.scratchMib),
      ]),
    ),
  ].join("\n");

const dollars = (usd: number | undefined): string => (usd === undefined ? "no price known" : usd.toFixed(2));

export const formatCost = ({ cost, region, quotas }: AwsPlan): string =>
  [
    `Cost of a month with these nodes at the minimum: list prices in ${priceRegion}, USD, without tax` +
      `${region === priceRegion ? "" : `; ${region} differs`}`,
    table(
      ["what", "count", "USD"],
      [
        ...cost.lines.map(({ what, count, usdPerMonth }) => [what, count, dollars(usdPerMonth)]),
        ["total", "", dollars(cost.totalUsd)],
      ],
    ),
    `Beside it, by use: ${billedByUse.join("; ")}.`,
    "",
    "Limits of the account that this stack takes from, beside what else runs in it",
    table(
      ["quota", "code", "needed", "at most", "new accounts have"],
      quotas.map(({ name, code, least, most, initial }) => [name, code, least, most, initial]),
    ),
  ].join("\n");
