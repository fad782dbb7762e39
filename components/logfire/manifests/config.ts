import { createHash } from "node:crypto";
import { configMaps, type ConfigData } from "../catalogue/configMaps";
import { configMapNames, type ConfigMapName } from "../catalogue/names";
import type { Context, Workload } from "../catalogue/workload";
import { postgresCa } from "../database/connection";
import { objectLabels } from "../../kubernetes/labels";
import { plain, type RenderedObject } from "./types";
import { readsPostgresCa } from "./volumes";

/** ConfigMaps of the catalogue that a workload reads, as environment or as files. */
const configMapsOf = ({ environmentFrom = [], files = [] }: Workload): ConfigMapName[] => [
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

/** The data of every ConfigMap that a workload's pods read, by its name: the certificates of the database included. */
export function configOf(context: Context, workload: Workload): Readonly<Record<string, ConfigData>> {
  const { caBundle } = context.platform.postgres;
  const own = configMapsOf(workload).map((name) => [name, configMaps[name](context)] as const);
  const certificates =
    caBundle !== undefined && readsPostgresCa(context, workload)
      ? [[postgresCa.configMap, { [postgresCa.key]: caBundle }] as const]
      : [];
  return Object.fromEntries<ConfigData>([...own, ...certificates]);
}

/** SHA-256 of ConfigMaps' data by their names, whatever the order of either's keys. */
export function checksum(config: Readonly<Record<string, Readonly<Record<string, string>>>>): string {
  const sorted = <T>(values: Readonly<Record<string, T>>) =>
    Object.entries(values).sort(([left], [right]) => (left < right ? -1 : 1));
  const content = sorted(config).map(([name, data]) => [name, sorted(data)]);
  return createHash("sha256").update(JSON.stringify(content)).digest("hex");
}

/** Whether every text is known without an engine. */
export const isPlain = (
  config: Readonly<Record<string, ConfigData>>,
): config is Readonly<Record<string, Readonly<Record<string, string>>>> =>
  Object.values(config)
    .flatMap((data) => Object.values(data))
    .every((text) => typeof text === "string");
