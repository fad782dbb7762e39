import { readFileSync } from "node:fs";
import type { Definition } from "../tools/definitions";
import type { ApiClient } from "./api";

const collection = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

export const readDefinitions = (files: readonly string[]): readonly Definition[] =>
  files.flatMap((file) => JSON.parse(readFileSync(file, "utf8")) as readonly Definition[]);

/**
 * Adds the definitions that the API server does not have. Those it has stay as they are: a sandbox whose definitions
 * are of an older version goes on with them until it is taken down. Resolves to undefined while the server does not
 * answer yet: then ask again.
 */
export async function addDefinitions(api: ApiClient, wanted: readonly Definition[]): Promise<true | undefined> {
  const present = await api.names(collection);
  if (present === undefined) return undefined;
  const missing = wanted.filter(({ metadata }) => !present.has(metadata.name));
  const answers = await Promise.all(missing.map((definition) => api.ask("POST", collection, definition)));
  for (const [index, { status, text }] of answers.entries()) {
    // Another command may have been quicker.
    if (status === 201 || status === 409) continue;
    // The server is still at its own start.
    if (status === 0 || status === 403 || status === 429 || status >= 500) return undefined;
    throw new Error(`the API server refuses the definition ${missing[index]?.metadata.name}: ${text.slice(0, 300)}`);
  }
  return true;
}

/** Whether the API server serves every resource in every version; undefined, to be asked again, while it does not. */
export async function definitionsServed(api: ApiClient, wanted: readonly Definition[]): Promise<true | undefined> {
  const places = new Map<string, string[]>();
  for (const { spec } of wanted)
    for (const { name } of spec.versions.filter(({ served }) => served)) {
      const place = `/apis/${spec.group}/${name}`;
      places.set(place, [...(places.get(place) ?? []), spec.names.plural]);
    }
  const served = await Promise.all([...places].map(([place, plurals]) => serves(api, place, plurals)));
  return served.every(Boolean) ? true : undefined;
}

async function serves(api: ApiClient, place: string, plurals: readonly string[]): Promise<boolean> {
  const { status, text } = await api.ask("GET", place);
  if (status !== 200) return false;
  // A group of which nothing is served yet has null here.
  const { resources } = JSON.parse(text) as { readonly resources: readonly { readonly name: string }[] | null };
  return plurals.every((plural) => resources?.some(({ name }) => name === plural));
}
