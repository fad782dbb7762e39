import { migrationJobs } from "../../components/logfire/migrations";
import { connection } from "../../components/logfire/catalogue/secretRefs";
import { imageReference } from "../../components/logfire/catalogue/images";
import { renderLogfire, type RenderInput } from "../../components/logfire/manifests";
import reference from "./facts.json";
import { normalise, type Facts, type Raw } from "./normalise";
import { renderingNames, type RenderingName } from "./renderings";

export interface Difference {
  readonly rendering: RenderingName;
  /** `Kind/name field` */
  readonly path: string;
  /** Absent where one side has no such field. */
  readonly theirs?: Facts[string];
  readonly ours?: Facts[string];
}

/** A deliberate difference from the reference. */
export interface Rule {
  /** Fields it explains. */
  readonly path: RegExp;
  /** Renderings it explains them in; all where absent. */
  readonly in?: readonly RenderingName[];
  /** What the reference says there; anything, or nothing, where absent. */
  readonly theirs?: RegExp;
  /** What ours says there. */
  readonly ours?: RegExp;
  readonly reason: string;
}

/** Beginnings of patterns. */
export const workload = "^(Deployment|StatefulSet)/\\S+";
export const job = "^Job/\\S+";
/** Some fields of some objects. */
export const field = (object: string, fields: string): RegExp => new RegExp(`${object} (${fields})$`);

type Cell = Facts[string];

/** The reference's facts of one rendering. */
export function referenceFacts(name: RenderingName): Facts {
  const table = reference as Readonly<Record<string, Cell | Partial<Record<RenderingName, Cell>>>>;
  const entries = Object.entries(table).flatMap(([path, cell]) => {
    const value = typeof cell === "object" ? cell[name] : cell;
    return value === undefined ? [] : [[path, value] as const];
  });
  return Object.fromEntries(entries);
}

/** Ours, migrations included, as plain JSON. */
export function ourObjects(input: RenderInput): Raw[] {
  const { settings, platform } = input;
  const jobs = migrationJobs({
    context: {
      namespace: settings.namespace,
      placement: platform.placement,
      pullPolicy: settings.images.pullPolicy,
      pullSecrets: settings.images.pullSecrets,
      priorityClassName: settings.priorityClassName,
      podSecurity: settings.podSecurity,
    },
    images: {
      python: imageReference("python", settings.images),
      fusionfire: imageReference("fusionfire", settings.images),
    },
    dsns: { crud: connection.crudDsn, ff: connection.ffDsn },
    postgresCa: false,
  });
  const manifests = [...renderLogfire(input).map(({ manifest }) => manifest), ...jobs];
  return JSON.parse(JSON.stringify(manifests)) as Raw[];
}

export function differencesOf(rendering: RenderingName, input: RenderInput): Difference[] {
  const theirs = referenceFacts(rendering);
  const ours = normalise(ourObjects(input));
  const has = (facts: Facts, path: string): boolean => facts[`${path.slice(0, path.indexOf(" "))} present`] === true;
  return (
    [...new Set([...Object.keys(theirs), ...Object.keys(ours)])]
      .filter((path) => theirs[path] !== ours[path])
      // An object that one side lacks is one difference, not one for each of its fields.
      .filter((path) => path.endsWith(" present") || (has(theirs, path) && has(ours, path)))
      .sort()
      .map((path) => ({ rendering, path, theirs: theirs[path], ours: ours[path] }))
  );
}

export function explains(rule: Rule, { rendering, path, theirs, ours }: Difference): boolean {
  const matches = (pattern: RegExp | undefined, value: Cell | undefined): boolean =>
    pattern === undefined || pattern.test(value === undefined ? "nothing" : String(value));
  return (
    (rule.in ?? renderingNames).includes(rendering) &&
    rule.path.test(path) &&
    matches(rule.theirs, theirs) &&
    matches(rule.ours, ours)
  );
}

export const describeDifference = ({ rendering, path, theirs, ours }: Difference): string =>
  `${rendering}: ${path}: ${String(theirs ?? "nothing")} -> ${String(ours ?? "nothing")}`;
