import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import { stringify } from "yaml";
import type { PresetName } from "../components/logfire/catalogue/names";
import type { ObjectManifest } from "../components/logfire/manifests";
import { ProblemsError } from "../components/lib/errors";
import { secretsRead } from "./objects";
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
      const objects = inspectStack(options.stack, options.preset).objects();
      const folder = resolve(options.out);
      prepare(folder, options.overwrite === true);
      for (const object of objects) writeFileSync(join(folder, fileName(object)), stringify(object, { lineWidth: 0 }));
      console.log(`${objects.length} objects in ${folder}`);
      console.log("Not among them, because only the engine, or you, know the values. The Secrets that they read:");
      for (const { name, keys } of secretsRead(objects))
        console.log(`  ${name}${keys.length === 0 ? "" : `: ${keys.join(", ")}`}`);
    });
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
