import type { StateResource } from "../../sandbox/rehearsal/chain";

type Outputs = Readonly<Record<string, unknown>>;
const outputsOf = (resource: StateResource): Outputs => (resource as { readonly outputs?: Outputs }).outputs ?? {};

/** On what each kind of grant is. */
const scopes: Readonly<Record<string, string>> = {
  "gcp:projects/iAMMember:IAMMember": "the project",
  "gcp:serviceaccount/iAMMember:IAMMember": "the account",
  "gcp:storage/bucketIAMMember:BucketIAMMember": "the bucket",
  "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember": "the key",
  "gcp:dns/dnsManagedZoneIamMember:DnsManagedZoneIamMember": "the zone",
};

/** `logfire-x@project.iam.gserviceaccount.com` -> `logfire-x`; agents of Google's by their domain. */
const who = (member: string): string =>
  /svc\.id\.goog\[(.*)\]$/.exec(member)?.[1] ??
  /^serviceAccount:service-\d+@([^.]+)\./.exec(member)?.[1] ??
  member.replace(/^\w+:/, "").replace(/@.*$/, "");

/** What is given to whom, and on what: `workloads: roles/storage.objectUser on the bucket`. */
export const grantsIn = (resources: readonly StateResource[]): readonly string[] =>
  resources
    .filter(({ type }) => type in scopes)
    .map((resource) => {
      const { role, member } = outputsOf(resource);
      const part = (resource.urn.split("::").at(-1) ?? "").replace(/^platform-/, "");
      const own = String(role).replace(/^projects\/.*$/, "a role of its own");
      return `${part}: ${own} on ${scopes[resource.type] ?? ""} to ${who(String(member))}`;
    })
    .sort();
