import type { PulumiFn } from "@pulumi/pulumi/automation";
import type { ObjectManifest } from "../components/logfire/manifests";
import { toMib, toMillis } from "../components/lib/quantities";
import { nodesFor, type Cloud, type ConfigValue, type PodRequest, type SandboxNode } from "../sandbox";
import type { InspectedStack } from "./stack";

/** The stack's program, for the engine to run in this process. Loaded when it is needed: the SDK takes its time. */
export async function stackProgram(): Promise<PulumiFn> {
  const loaded = (await import("../index.js")) as unknown as { readonly default: PulumiFn };
  return loaded.default;
}

/** Configuration laid over the stack's file: the preset asked for, and the sandbox as the cluster that is there. */
export const overlay = (
  { settings, raw }: InspectedStack,
  kubeconfig: string,
): Readonly<Record<string, ConfigValue>> => ({
  "logfire-platform:preset": settings.logfire.preset,
  "logfire-platform:existing": { ...(raw.values.existing as Record<string, ConfigValue> | undefined), kubeconfig },
});

type PodOwner = Omit<ObjectManifest, "spec"> & {
  readonly spec?: {
    readonly replicas?: number;
    readonly minReplicas?: number;
    readonly scaleTargetRef?: { readonly name: string };
    readonly template?: {
      readonly spec: {
        readonly containers: readonly {
          readonly resources?: { readonly requests?: Readonly<Record<string, string>> };
        }[];
      };
    };
  };
};

/** Nodes of a cloud's usual machine types on which every pod of the stack finds room, autoscalers at their minimum. */
export function nodesForStack({ objects, sizes }: InspectedStack, cloud: Cloud): readonly SandboxNode[] {
  const owners = objects() as readonly PodOwner[];
  const minimum = new Map(owners.map(({ spec }) => [spec?.scaleTargetRef?.name, spec?.minReplicas]));
  const pods = owners.flatMap((owner) => {
    const { metadata, spec } = owner;
    if (spec?.template === undefined) return [];
    const name = metadata.name;
    const pool = Object.values(sizes).find((size) => size.name === name)?.pool ?? "general";
    const count = minimum.get(name) ?? spec.replicas ?? 1;
    const request = requestsOf(spec.template.spec.containers);
    return Array.from({ length: count }, () => ({ pool, request }));
  });
  const inPool = (pool: "general" | "scratch") => pods.filter((pod) => pod.pool === pool).map(({ request }) => request);
  return nodesFor({ cloud, pods: { general: inPool("general"), scratch: inPool("scratch") } });
}

function requestsOf(
  containers: readonly { readonly resources?: { readonly requests?: Readonly<Record<string, string>> } }[],
): PodRequest {
  const sum = (resource: string, read: (quantity: string) => number) =>
    containers.reduce((total, { resources }) => total + read(String(resources?.requests?.[resource] ?? "0Mi")), 0);
  return {
    cpuMillis: sum("cpu", (quantity) => (quantity === "0Mi" ? 0 : toMillis(quantity))),
    memoryMib: sum("memory", toMib),
    scratchMib: sum("ephemeral-storage", toMib),
  };
}
