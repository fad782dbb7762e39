import { createHash } from "node:crypto";
import type { Text } from "../../lib/text";
import { configMaps, type ConfigData } from "../catalogue/configMaps";
import { configMapNames, type ConfigMapName } from "../catalogue/names";
import type { Context, Workload } from "../catalogue/workload";
import { objectLabels } from "./labels";
import { plain, type RenderedObject } from "./types";

/** ConfigMaps a workload reads, as environment or as files. */
export const configMapsOf = ({ environmentFrom = [], files = [] }: Workload): ConfigMapName[] => [
  ...environmentFrom,
  ...files.map(({ configMap }) => configMap),
];

/** The ConfigMaps that some enabled workload reads. */
export function renderConfigMaps(context: Context, workloads: readonly Workload[]): RenderedObject[] {
  const read = new Set(workloads.flatMap(configMapsOf));
  return configMapNames
    .filter((name) => read.has(name))
    .map((name) =>
      plain("config", {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: {
          name,
          namespace: context.settings.namespace,
          labels: objectLabels(context.settings, readerLabel(name, workloads)),
        },
        data: configMaps[name](context),
      }),
    );
}

// A ConfigMap of one workload carries its name, so that a look by component shows both.
function readerLabel(name: ConfigMapName, workloads: readonly Workload[]): string {
  const readers = workloads.filter((workload) => configMapsOf(workload).includes(name));
  return readers.length === 1 && readers[0] !== undefined ? readers[0].name : "logfire-ff-config";
}

/** SHA-256 of a ConfigMap's data, whatever the order of its keys. */
export function checksum(data: Readonly<Record<string, string>>): string {
  const entries = Object.entries(data).sort(([left], [right]) => (left < right ? -1 : 1));
  return createHash("sha256").update(JSON.stringify(entries)).digest("hex");
}

/** One checksum over what a workload reads; `undefined` where a part of it is known only to the engine. */
export function configChecksum(context: Context, workload: Workload): string | undefined {
  const data = configMapsOf(workload).map((name) => [name, configMaps[name](context)] as const);
  if (data.length === 0 || !data.every((entry): entry is [ConfigMapName, Record<string, string>] => isPlain(entry[1])))
    return undefined;
  return checksum(Object.fromEntries(data.map(([name, values]) => [name, checksum(values)])));
}

const isPlain = (data: ConfigData): boolean => Object.values(data).every((value: Text) => typeof value === "string");
