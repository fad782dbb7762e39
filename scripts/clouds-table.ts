import { join } from "node:path";
import { type PresetName, presetNames } from "../components/logfire/catalogue/names";
import { parts as awsParts } from "../components/platform/aws/figures/parts";
import { parts as azureParts } from "../components/platform/azure/figures/parts";
import { byPlace } from "../components/platform/clouds";
import { parts as gcpParts } from "../components/platform/gcp/figures/parts";
import { type PoolName, poolNames } from "../components/platform/shared/nodePlan";
import { type PartName, partNames, type Parts } from "../components/platform/shared/parts";
import { pages, type Plans, plansOf, settingsOf, type ShownCloud, usd } from "./cloud-pages";
import { type GeneratedPage, table, writeGenerated } from "./generated";

interface ComparedCloud extends ShownCloud {
  readonly made: Parts;
  readonly plans: Plans;
}

const compared = (): readonly ComparedCloud[] => [
  { ...pages.aws, made: awsParts, plans: plansOf(pages.aws) },
  { ...pages.gcp, made: gcpParts, plans: plansOf(pages.gcp) },
  { ...pages.azure, made: azureParts, plans: plansOf(pages.azure) },
];

const titlesOf = (clouds: readonly ComparedCloud[]): readonly string[] => clouds.map(({ figures }) => figures.title);

/** Keys of the values, in the words of the settings: `aws.cluster.apiAccess`. */
export function keysOf(values: Readonly<Record<string, unknown>>, within = ""): readonly string[] {
  return Object.entries(values).flatMap(([key, value]) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? keysOf(value as Readonly<Record<string, unknown>>, `${within}${key}.`)
      : [`${within}${key}`],
  );
}

const requiredKeys = ({ required }: ComparedCloud): string =>
  keysOf(required)
    .map((key) => `\`${key}\``)
    .join(", ");

const partsTable = (clouds: readonly ComparedCloud[]): string =>
  table(
    ["", ...titlesOf(clouds)],
    [
      ["required", ...clouds.map(requiredKeys)],
      ...partNames.map((part) => [part, ...clouds.map(({ made }) => made[part].made)]),
    ],
  );

const rounded = (amount: number): string => amount.toFixed(1).replace(/\.0$/, "");

function nodesOf({ figures, plans }: ComparedCloud, preset: PresetName, name: PoolName): string {
  const pool = plans[preset].pools.find((one) => one.name === name);
  if (pool === undefined) throw new Error(`${figures.title} has no pool ${name}`);
  const { type, minNodes, maxNodes, allocatable } = pool;
  const has = [`${rounded(allocatable.cpuMillis / 1000)} CPU`, `${rounded(allocatable.memoryMib / 1024)} GiB`];
  const scratch = name === "scratch" ? [`${rounded(allocatable.scratchMib / 1024)} GiB scratch`] : [];
  return `${minNodes} to ${maxNodes} × ${type}: ${[...has, ...scratch].join(", ")}`;
}

/** Local SSD below the scratch pool at its minimum, as the cloud counts it. */
const localSsd = (cloud: ComparedCloud, preset: PresetName): string =>
  byPlace(settingsOf(cloud, preset), {
    existing: () => "-",
    cloud: ({ machines }, { platform }) => {
      const { scratch } = platform.nodes;
      return `${usd((machines.machineOf(scratch)?.localSsdGb ?? 0) * scratch.minNodes)} GB`;
    },
  });

/** What has no price with a source, by name. */
const unpricedOf = ({ plans }: ComparedCloud, preset: PresetName): readonly string[] =>
  plans[preset].cost.lines.flatMap(({ what, usdPerMonth }) => (usdPerMonth === undefined ? [what] : []));

function month(cloud: ComparedCloud, preset: PresetName): string {
  const sum = `${usd(cloud.plans[preset].cost.totalUsd)} USD`;
  return unpricedOf(cloud, preset).length === 0 ? sum : `${sum} and more`;
}

function nodesTable(clouds: readonly ComparedCloud[]): string {
  const row = (preset: string, what: string, cell: (cloud: ComparedCloud) => string) => [
    preset,
    what,
    ...clouds.map(cell),
  ];
  return table(
    ["preset", "", ...titlesOf(clouds)],
    presetNames.flatMap((preset) => [
      ...poolNames.map((pool, index) =>
        row(index === 0 ? `\`${preset}\`` : "", `\`${pool}\``, (cloud) => nodesOf(cloud, preset, pool)),
      ),
      row("", "local SSD", (cloud) => localSsd(cloud, preset)),
      row("", "a month", (cloud) => month(cloud, preset)),
    ]),
  );
}

/** What each bill has beside the sums above, because no price of it has a source. */
const unpriced = (clouds: readonly ComparedCloud[]): string =>
  clouds
    .map((cloud) => {
      const names = new Set(presetNames.flatMap((preset) => unpricedOf(cloud, preset)));
      return `- ${cloud.figures.title}, ${cloud.plans.tiny.priceRegion}: without ${[...names].join("; ") || "nothing"}`;
    })
    .join("\n");

function differences(clouds: readonly ComparedCloud[]): string {
  const said = (part: PartName): readonly string[] =>
    clouds.flatMap(({ figures, made }) => {
      const { differs } = made[part];
      return differs === undefined ? [] : [`  - ${figures.title}: ${differs}.`];
    });
  return partNames.flatMap((part) => (said(part).length === 0 ? [] : [`- ${part}`, ...said(part)])).join("\n");
}

export const readme: GeneratedPage = {
  path: join(__dirname, "..", "README.md"),
  parts: () => {
    const clouds = compared();
    return {
      parts: partsTable(clouds),
      nodes: nodesTable(clouds),
      unpriced: unpriced(clouds),
      differences: differences(clouds),
    };
  },
};

/** Writes the comparison of the clouds into `README.md`; a test fails while it is stale. */
if (require.main === module) void writeGenerated(readme);
