import type { Deployment } from "@pulumi/pulumi/automation";
import { kinds, shortToken } from "../providers/aws/kinds";
import type { StateResource } from "./chain";

export const resourcesOf = ({ deployment }: Deployment): readonly StateResource[] =>
  (deployment as { readonly resources?: readonly StateResource[] }).resources ?? [];

/** Resources of AWS by service: `{ ec2: 31, eks: 14 }`. */
export function byService(resources: readonly StateResource[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { type } of resources) {
    const service = /^aws:([^/]+)\//.exec(type)?.[1] ?? (type.startsWith("kubernetes:") ? "kubernetes" : undefined);
    if (service !== undefined) counts[service] = (counts[service] ?? 0) + 1;
  }
  return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What holds data or is hard to get again, and is not protected from an update that would delete it. */
export const unprotected = (resources: readonly StateResource[]): readonly string[] =>
  resources
    .filter(({ type, protect }) => kinds[shortToken(type)]?.stateful === true && protect !== true)
    .map(({ urn }) => nameOf(urn));

const staticKeys = /^(accessKey|secretKey|AWS_ACCESS_KEY_ID|AWS_SECRET_ACCESS_KEY)$/;

/** Static keys of AWS: users and keys of IAM, keys of a provider, keys that a workload is given. */
export function staticKeysIn(resources: readonly StateResource[]): readonly string[] {
  return resources.flatMap(({ urn, type, inputs }) =>
    /^aws:iam\/(accessKey|user):/.test(type) || holdsKey(inputs) ? [nameOf(urn)] : [],
  );
}

function holdsKey(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  // As a key of its own, or as the name of a container's variable.
  const variable = (value as { readonly name?: unknown }).name;
  if (typeof variable === "string" && staticKeys.test(variable)) return true;
  return Object.entries(value).some(
    ([key, inner]: [string, unknown]) =>
      (staticKeys.test(key) && inner !== undefined && inner !== "") || holdsKey(inner),
  );
}

/** `urn:pulumi:s::p::aws:ec2/vpc:Vpc::net` -> `Vpc net` */
export const nameOf = (urn: string): string => {
  const [, , type = "", ...name] = urn.split("::");
  return `${type.split(":").at(-1) ?? type} ${name.join("::")}`;
};
