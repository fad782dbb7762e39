import type { Deployment } from "@pulumi/pulumi/automation";
import type { StateResource } from "./chain";
import type { RehearsedCloud } from "./cloud";

export const resourcesOf = ({ deployment }: Deployment): readonly StateResource[] =>
  (deployment as { readonly resources?: readonly StateResource[] }).resources ?? [];

/** Resources by service: `{ ec2: 31, eks: 14, kubernetes: 120 }`. */
export function byService(
  resources: readonly StateResource[],
  { packages }: Pick<RehearsedCloud, "packages">,
): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { type } of resources) {
    const [owner = "", module = ""] = type.split(":");
    const service = packages.includes(owner) ? module.split("/")[0] : owner === "kubernetes" ? owner : undefined;
    if (service !== undefined) counts[service] = (counts[service] ?? 0) + 1;
  }
  return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What holds data or is hard to get again, and is not protected from an update that would delete it. */
export const unprotected = (
  resources: readonly StateResource[],
  { holdsData }: Pick<RehearsedCloud, "holdsData">,
): readonly string[] =>
  resources.filter(({ type, protect }) => holdsData(type) && protect !== true).map(({ urn }) => nameOf(urn));

/** Credentials of the cloud that do not expire: of a user, of a provider, in a Secret, in a container. */
export const staticKeysIn = (
  resources: readonly StateResource[],
  { isStaticKey }: Pick<RehearsedCloud, "isStaticKey">,
): readonly string[] => resources.filter(isStaticKey).map(({ urn }) => nameOf(urn));

/** `urn:pulumi:s::p::aws:ec2/vpc:Vpc::net` -> `Vpc net` */
export const nameOf = (urn: string): string =>
  `${typeOf(urn).split(":").at(-1) ?? ""} ${urn.split("::").slice(3).join("::")}`;

/** `urn:pulumi:s::p::parent$aws:ec2/vpc:Vpc::net` -> `aws:ec2/vpc:Vpc` */
export const typeOf = (urn: string): string => urn.split("::")[2]?.split("$").at(-1) ?? "";
