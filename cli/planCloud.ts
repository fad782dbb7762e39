import type { Settings } from "../components/settings";
import { minReplicas, type Sizes } from "../components/logfire/sizing";
import { byPlace } from "../components/platform/clouds";
import type { NodePool } from "../components/platform/contract";
import { type MonthlyCost, nameOf } from "../components/platform/shared/cost";
import type { CloudFigures, CloudSettings } from "../components/platform/shared/figures";
import { nodePool, packedNodes, poolNames, poolPods } from "../components/platform/shared/nodePlan";
import type { QuotaNeed } from "../components/platform/shared/quotas";
import { cores, gib, table } from "./output";

/** What a stack in a cloud has and costs. */
export interface CloudPlan {
  readonly region: string;
  /** Region of the prices. */
  readonly priceRegion: string;
  /** With the nodes that the pods need at their minimum, packed tightly. */
  readonly pools: readonly (NodePool & { readonly packed?: number })[];
  readonly cost: MonthlyCost;
  /** What the cost leaves out, because it grows with use. */
  readonly billedByUse: readonly string[];
  /** Whose limits `quotas` are: `account`. */
  readonly quotaOwner: string;
  readonly quotas: readonly QuotaNeed[];
}

/** Worked out from figures, without an account. None where the place is the owner's own. */
export const cloudPlan = (settings: Settings, sizes: Sizes): CloudPlan | undefined =>
  byPlace<CloudPlan | undefined>(settings, {
    existing: () => undefined,
    cloud: (figures, stack) => planIn(figures, stack, sizes),
  });

function planIn<P extends CloudSettings>(cloud: CloudFigures<P>, settings: Settings<P>, sizes: Sizes): CloudPlan {
  const { platform, logfire } = settings;
  const { priceRegion, billedByUse, quotaOwner } = cloud;
  const ingest = sizes["logfire-ff-ingest"];
  const volumesGib = ingest === undefined ? 0 : minReplicas(ingest) * logfire.ingestVolumeGib;
  return {
    region: cloud.regionOf(platform),
    priceRegion,
    pools: poolNames.map((name) => {
      const pool: P["nodes"]["general"] = platform.nodes[name];
      const type = cloud.machines.machineOf(pool);
      const needed = poolPods(sizes, name, "min", cloud.services(settings));
      return {
        ...nodePool(cloud.machines, name, pool),
        ...(type === undefined ? {} : { packed: packedNodes(needed, type) }),
      };
    }),
    cost: cloud.cost(settings, volumesGib),
    billedByUse,
    quotaOwner,
    quotas: cloud.quotas(settings),
  };
}

export const formatPools = ({ pools }: CloudPlan): string =>
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

export const formatCost = ({ cost, region, priceRegion, billedByUse, quotaOwner, quotas }: CloudPlan): string =>
  [
    `Cost of a month with these nodes at the minimum: list prices in ${priceRegion}, USD, without tax` +
      `${region === priceRegion ? "" : `; ${region} differs`}`,
    table(
      ["what", "count", "USD"],
      [
        ...cost.lines.map((line) => [nameOf(line), line.count, dollars(line.usdPerMonth)]),
        ["total", "", dollars(cost.totalUsd)],
      ],
    ),
    `Beside it, by use: ${billedByUse.join("; ")}.`,
    "",
    `Limits of the ${quotaOwner} that this stack takes from, beside what else runs in it`,
    table(
      ["quota", "code", "needed", "at most", `new ${quotaOwner}s have`],
      quotas.map(({ name, code, least, most, initial }) => [name, code, least, most, initial]),
    ),
  ].join("\n");
