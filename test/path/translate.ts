import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { stringify } from "yaml";
import type { Json } from "./envoyConfig";

const run = promisify(execFile);
const translations = new Map<string, Promise<Json>>();

/** What Envoy Gateway makes of these objects, as an xDS dump. The same objects are translated once in a run. */
export function translate(egctl: string, objects: readonly object[]): Promise<Json> {
  const text = objects.map((object) => stringify(object)).join("---\n");
  const known = translations.get(text) ?? translateText(egctl, text);
  translations.set(text, known);
  return known;
}

async function translateText(egctl: string, text: string): Promise<Json> {
  const folder = mkdtempSync(join(tmpdir(), "logfire-egctl-"));
  const file = join(folder, "objects.yaml");
  writeFileSync(file, text, { mode: 0o600 });
  try {
    const command = ["experimental", "translate", "--from", "gateway-api", "--to", "gateway-api,xds"];
    const { stdout } = await run(egctl, [...command, "--type", "all", "--output", "json", "--file", file], {
      maxBuffer: 64 * 1024 ** 2,
    });
    const translated = JSON.parse(stdout) as Json;
    const refused = refusals(translated);
    if (refused.length > 0) throw new Error(`Envoy Gateway refuses what was rendered:\n${refused.join("\n")}`);
    return translated;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Conditions that say no, wherever they stand in a status. */
function refusals(value: Json, path = ""): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  const own = isRefusal(value) ? [`${path}: ${value.type} is False, ${value.reason}: ${value.message}`] : [];
  const inner = Object.entries(value).flatMap(([key, each]) => refusals(each, `${path}/${key}`));
  return [...own, ...inner];
}

/** The translator has no cluster, so nothing is ever deployed or has an address. */
const withoutCluster = new Set(["Programmed"]);

function isRefusal(value: object): value is { type: string; status: "False"; reason: string; message: string } {
  const condition = value as { readonly type?: unknown; readonly status?: unknown };
  return typeof condition.type === "string" && condition.status === "False" && !withoutCluster.has(condition.type);
}
