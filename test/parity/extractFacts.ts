import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { normalise, type Facts, type Raw } from "./normalise";
import { renderingNames, type RenderingName } from "./renderings";

/**
 * Extracts the facts of a rendered reference chart: `npx tsx test/parity/extractFacts.ts DIRECTORY`. Only names,
 * numbers and settings are kept; of long texts only what `normalise` reduces them to.
 */
const files: Readonly<Record<RenderingName, string>> = {
  tiny: "rendered-tiny.yaml",
  small: "rendered-small.yaml",
  standard: "rendered-standard.yaml",
  large: "rendered-large.yaml",
  everything: "rendered-standard-everything.yaml",
  local: "rendered-tiny-local.yaml",
};

const [directory] = process.argv.slice(2);
if (directory === undefined) throw new Error("name the directory with the rendered chart");
const table = new Map<string, Partial<Record<RenderingName, Facts[string]>>>();
for (const name of renderingNames) {
  const documents = parseAllDocuments(readFileSync(join(directory, files[name]), "utf8"));
  const objects = documents.map((document) => document.toJS() as Raw | null).filter((object) => object !== null);
  for (const [path, value] of Object.entries(normalise(objects)))
    table.set(path, { ...table.get(path), [name]: value });
}
const rows = [...table]
  .sort(([left], [right]) => (left < right ? -1 : 1))
  .map(([path, cells]) => [path, shorten(cells)]);
writeFileSync(join(__dirname, "facts.json"), `${JSON.stringify(Object.fromEntries(rows), undefined, 2)}\n`);

/** One value for a fact that all renderings agree on. */
function shorten(cells: Partial<Record<RenderingName, Facts[string]>>) {
  const values = renderingNames.map((name) => cells[name]);
  return new Set(values).size === 1 ? values[0] : cells;
}
