import { type About, flag, number, show, text } from "./fields";
import { hostname } from "./formats";
import { externalPostgres, externalRedis, floors } from "./schemaExisting";

/** Keys that every cloud has alike, below its own. */

/** What a part is called where it is made, or where one of the owner's is used in its place. */
export const adopted = (what: string) => ({
  means: `Uses ${what} in place of one that is made; nothing else may stand beside it.`,
  change: "Fixed when the stack is created.",
});

export const count = (min: number, max: number, about: About) => number({ min, max, whole: true }, about).optional();
export const gib = (min: number, about: About) =>
  number({ unit: "GiB", min, max: 65536, whole: true }, about).optional();
export const byPreset = "by preset, see `npm run plan`";

const versionFault = (product: string) => (value: string) => {
  const minor = /^1\.(\d+)$/.exec(value)?.[1];
  if (minor === undefined)
    return { problem: `${show(value)} is not a version of ${product}`, remedy: 'write one such as "1.35"' };
  return Number(minor) < Number(floors.kubernetes.slice(2))
    ? { problem: `${show(value)} is too old`, remedy: `write ${floors.kubernetes} or later, in quotes` }
    : undefined;
};

/** Consequence of changing what everything else is in: most of it would be made anew, names are taken, data is protected. */
export const ofTheStack = "Fixed when the stack is created: make another stack instead.";

/** `product`: `EKS`, `GKE`, `AKS`. */
export const clusterVersion = (product: string, about: Partial<About> = {}) =>
  text(
    {
      means: "Version of Kubernetes, in quotes.",
      change: "The control plane is upgraded, then the nodes one after the other. Never back.",
      default: '`"1.35"`',
      ...about,
    },
    versionFault(product),
    'a version such as "1.35"',
  ).optional();

/** Of a pool: its type and its bounds. `which`: `the nodes with local SSD`. */
export const poolFields = (which: string) => ({
  type: text({
    means: `Machine type of ${which}.`,
    change: "The nodes are replaced one after the other.",
    default: byPreset,
  }).optional(),
  minNodes: count(1, 450, { means: `Fewest of ${which}, over all zones.`, default: byPreset }),
  maxNodes: count(1, 450, {
    means: `Most of ${which}; a guard for the bill. At the limit, workers wait and nothing breaks.`,
    default: "half of what every autoscaler at its maximum needs",
  }),
});

/** What the pools are called in messages. */
export const poolNouns = {
  general: "the nodes for pods without scratch",
  scratch: "the nodes with local SSD",
} as const;

export const backupDays = count(1, 35, { means: "Days for which every moment can be restored.", default: "`7`" });
export const existingPostgres = externalPostgres.optional().meta(adopted("your PostgreSQL server"));

/** In place of the managed cache. */
export const otherRedis = {
  inCluster: flag({
    means: "Runs one Redis without persistence in the cluster instead.",
    change: "Caches start empty, queued work is lost.",
    default: "`false`",
  }).optional(),
  existing: externalRedis.optional().meta(adopted("your Redis, by `secrets.redisDsn`,")),
};

/** `service`: `Route 53`, `Cloud DNS`, `Azure DNS`. */
export const zoneName = (service: string) =>
  hostname({
    means: `Name of the ${service} zone that is made. The zone above it has to delegate to it; the outputs say how.`,
    change:
      "A zone is made anew and has to be delegated again; a stack that is not disposable refuses, since its zone is protected.",
    default: "the primary hostname",
  }).optional();

export const manageRecords = flag({
  means: "Whether this stack writes records. Without it they are yours, and so is the proof for the certificate.",
  change: "The records of this stack are removed.",
  default: "`true`",
}).optional();
