import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import { stringify } from "yaml";
import type { PresetName } from "../components/logfire/catalogue/names";
import type { ObjectManifest } from "../components/logfire/manifests";
import type { Settings } from "../components/settings";
import { ProblemsError } from "../components/lib/errors";
import { edgeCharts, type ChartInstall } from "../components/logfire/edge/charts";
import { placeholdersIn, secretsRead, stackFacts } from "./objects";
import { inspectStack, presetOption, stackOption } from "./stack";

export function register(program: Command): void {
  program
    .command("render")
    .description("The Kubernetes objects as YAML, one file each, for review or GitOps. Secrets stay references.")
    .addOption(stackOption())
    .addOption(presetOption())
    .requiredOption("-o, --out <folder>", "folder to write to; made where it is missing, refused where it is not empty")
    .option("--overwrite", "write into a folder that is not empty; files of objects that are gone stay")
    .action((options: { stack?: string; preset?: PresetName; out: string; overwrite?: true }) => {
      const inspected = inspectStack(options.stack, options.preset);
      const objects = inspected.objects();
      const { settings } = inspected;
      const charts = edgeCharts({ settings: settings.logfire, platform: stackFacts(settings) });
      const folder = resolve(options.out);
      prepare(folder, options.overwrite === true);
      for (const object of objects) writeFileSync(join(folder, fileName(object)), stringify(object, { lineWidth: 0 }));
      writeCharts(join(folder, chartFolder), charts);
      console.log(`${objects.length} objects in ${folder}`);
      if (charts.length > 0) {
        console.log(`Helm charts that have to be there before, with their values in ${chartFolder}/, in this order:`);
        for (const chart of charts) console.log(`- ${installCommand(chart)}`);
      }
      printPlaceholders(settings, [...objects, ...charts.map(({ values }) => values)]);
      console.log("Not among them, because only the engine, or you, know the values. The Secrets that they read:");
      for (const { name, keys } of secretsRead(objects))
        console.log(`  ${name}${keys.length === 0 ? "" : `: ${keys.join(", ")}`}`);
    });
}

function printPlaceholders(settings: Settings, written: readonly unknown[]): void {
  const found = placeholdersIn(settings, written);
  if (found.length === 0) return;
  console.log("Placeholders in them, for what the account knows once `pulumi up` has made it:");
  for (const [name, what] of found) console.log(`- ${name}: ${what}`);
}

/** Below the folder of the objects, where tools that apply every YAML file of a folder do not take them for objects. */
const chartFolder = "charts";

/** What Helm has to install: the command on the first line, the values below. */
function writeCharts(folder: string, charts: readonly ChartInstall[]): void {
  if (charts.length > 0) mkdirSync(folder, { recursive: true });
  for (const chart of charts)
    writeFileSync(
      join(folder, valuesFile(chart)),
      `# ${installCommand(chart)}\n${stringify(chart.values, { lineWidth: 0, aliasDuplicateObjects: false })}`,
    );
}

const valuesFile = ({ release }: ChartInstall): string => `${release}.values.yaml`;

/** Definitions are applied: what Helm would keep of a release of them is more than a Secret may hold. */
function installCommand(chart: ChartInstall): string {
  const version = chart.version === undefined ? "" : ` --version ${chart.version}`;
  const rest = `${chart.release} ${chart.chart}${version} --namespace ${chart.namespace}`;
  const values = `--values ${valuesFile(chart)}`;
  return chart.definitionsOnly
    ? `helm template ${rest} ${values} | kubectl apply --server-side -f -`
    : `helm upgrade --install ${rest} --create-namespace ${values}`;
}

function prepare(folder: string, overwrite: boolean): void {
  const found = makeFolder(folder);
  if (found === 0 || overwrite) return;
  refuse(
    `${folder} holds ${found} ${found === 1 ? "file" : "files"} already`,
    "name an empty folder, or add --overwrite",
  );
}

/** Makes the folder where it is missing, and counts what it holds. */
function makeFolder(folder: string): number {
  try {
    mkdirSync(folder, { recursive: true });
    return readdirSync(folder).length;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === "EEXIST" || code === "ENOTDIR" ? "it, or what is above it, is a file" : message;
    return refuse(`${folder} cannot be made: ${reason}`, "name a folder that you may write to");
  }
}

function refuse(problem: string, remedy: string): never {
  throw new ProblemsError("Nothing was written", [{ key: "--out", problem, remedy }]);
}

/** `deployment-logfire-backend.yaml`: kind first, so that a listing is grouped. */
const fileName = ({ kind, metadata }: ObjectManifest): string => `${kind.toLowerCase()}-${metadata.name}.yaml`;
