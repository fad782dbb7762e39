import * as fs from "node:fs/promises";
import * as path from "node:path";
import { parseAllDocuments } from "yaml";

/** A CustomResourceDefinition as it is sent to the API server. */
export interface Definition {
  readonly kind: "CustomResourceDefinition";
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly group: string;
    readonly names: { readonly plural: string };
    readonly versions: readonly { readonly name: string; readonly served: boolean }[];
  };
}

/** The file that an installed tool with `definitions` consists of. */
export const definitionsFile = (folder: string): string => path.join(folder, "definitions.json");

/**
 * Turns the YAML files in `folder/bin` into one JSON file beside it. Reading YAML of this size takes a second, JSON a
 * hundredth. Texts for people are left out: the API server would build its OpenAPI documents of four times as much.
 */
export async function writeDefinitions(folder: string): Promise<void> {
  const bin = path.join(folder, "bin");
  const names = (await fs.readdir(bin)).filter((name) => name.endsWith(".yaml")).sort();
  const texts = await Promise.all(names.map((name) => fs.readFile(path.join(bin, name), "utf8")));
  const definitions = texts.flatMap(definitionsIn);
  if (definitions.length === 0) throw new Error(`no CustomResourceDefinition in ${names.join(", ") || "no file"}`);
  await fs.writeFile(definitionsFile(folder), JSON.stringify(definitions, withoutDescriptions));
  await Promise.all(names.map((name) => fs.rm(path.join(bin, name))));
}

/** Policies that guard upgrades, and what else a file holds, are left out. */
export const definitionsIn = (text: string): readonly Definition[] =>
  parseAllDocuments(text)
    .map((document) => document.toJS() as Definition | null)
    .filter((object): object is Definition => object?.kind === "CustomResourceDefinition");

// A property that is named `description` has a schema, so an object, as its value.
const withoutDescriptions = (key: string, value: unknown): unknown =>
  key === "description" && typeof value === "string" ? undefined : value;
