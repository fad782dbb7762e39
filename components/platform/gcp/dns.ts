import { DnsManagedZoneIamMember } from "@pulumi/gcp/dns/dnsManagedZoneIamMember";
import { ManagedZone } from "@pulumi/gcp/dns/managedZone";
import { RecordSet } from "@pulumi/gcp/dns/recordSet";
import { IAMCustomRole } from "@pulumi/gcp/projects/iamcustomRole";
import * as pulumi from "@pulumi/pulumi";
import type { PodIdentity, Zone } from "../contract";
import { enabled } from "./apis";
import type { Cluster } from "./cluster";
import type { GcpContext } from "./context";
import { createPodAccount, memberOf } from "./identity";
import { limits } from "./names";
import { endsUniquely } from "../shared/unique";

export interface Dns {
  /** `zone`: what Cloud DNS calls it. */
  readonly zone?: Pick<Zone, "name" | "nameServers"> & { readonly zone: pulumi.Input<string> };
}

export function createDns(context: GcpContext): Dns {
  const { name, names, settings, logfire, guarded } = context;
  const { dns } = settings;
  switch (dns.kind) {
    case "none":
      return {};
    case "existing":
      return { zone: { name: dns.name, zone: dns.zone } };
    case "create": {
      const zone = new ManagedZone(
        `${name}-zone`,
        {
          name: names.of(limits.resource, "zone"),
          dnsName: `${dns.name}.`,
          description: "Logfire",
          visibility: "public",
          dnssecConfig: { state: "on" },
          // A challenge's record that cert-manager left behind would keep the zone.
          forceDestroy: logfire.disposable,
        },
        {
          ...guarded,
          dependsOn: enabled(context, "dns"),
          // Another name of the zone makes it anew, and the project may have one of what Cloud DNS calls it.
          deleteBeforeReplace: true,
        },
      );
      return { zone: { name: dns.name, zone: zone.name, nameServers: zone.nameServers } };
    }
  }
}

/** Seconds that others may remember a record for. */
export const ttl = 300;

/** Names end with a dot in Cloud DNS, and so do those that a CNAME leads to. */
export const absolute = (name: string): string => (name.endsWith(".") ? name : `${name}.`);

/** The zone with a pen. */
export function writableZone({ zone }: Dns, provider: pulumi.ProviderResource | undefined): Zone | undefined {
  if (zone === undefined) return undefined;
  const { zone: managedZone, ...known } = zone;
  return {
    ...known,
    write: (component, { name, type, values }, opts) =>
      new RecordSet(
        `${component}-record-${name}-${type.toLowerCase()}`,
        {
          managedZone,
          name: absolute(name),
          type,
          ttl,
          rrdatas: type === "CNAME" ? values.map((value) => pulumi.output(value).apply(absolute)) : [...values],
        },
        // Whoever writes has another provider at hand: the cluster's.
        { ...opts, ...(provider === undefined ? {} : { provider }) },
      ),
  };
}

export interface CertManagerAccess {
  readonly identity: Pick<PodIdentity, "serviceAccountAnnotations" | "podLabels">;
  readonly ready: readonly pulumi.Resource[];
}

/** What cert-manager does in a zone whose name it is told: it looks at records and changes them. */
export const challengePermissions = [
  "dns.changes.create",
  "dns.changes.get",
  "dns.changes.list",
  "dns.resourceRecordSets.create",
  "dns.resourceRecordSets.delete",
  "dns.resourceRecordSets.get",
  "dns.resourceRecordSets.list",
  "dns.resourceRecordSets.update",
] as const;

/** Lets cert-manager prove that the hostnames are ours, by records in the one zone. */
export function createCertManagerAccess(context: GcpContext, cluster: Cluster, { zone }: Dns): CertManagerAccess {
  const { certificate, certManager } = context.logfire.edge;
  const none = { identity: { serviceAccountAnnotations: {}, podLabels: {} }, ready: [] };
  if (zone === undefined || certificate.source !== "acme" || certificate.http01) return none;
  const { name, child } = context;
  const account = { namespace: certManager.namespace, serviceAccount: "cert-manager" };
  const identity = createPodAccount(context, cluster, "cert-manager", "cert-manager, for Logfire's zone", account);
  const role = new IAMCustomRole(
    `${name}-cert-manager`,
    {
      roleId: challengeRoleId(context),
      title: "Records of one zone",
      description: "cert-manager of Logfire, bound to its zone alone",
      permissions: [...challengePermissions],
    },
    { ...child, dependsOn: enabled(context, "iam") },
  );
  const right = new DnsManagedZoneIamMember(
    `${name}-cert-manager`,
    { managedZone: zone.zone, role: role.name, member: memberOf(identity.account) },
    child,
  );
  return {
    identity: { serviceAccountAnnotations: identity.annotations, podLabels: {} },
    ready: [...identity.ready, right],
  };
}

/** IAM gives nobody a role's id again for weeks after the role was deleted. */
const challengeRoleId = (context: GcpContext): pulumi.Output<string> =>
  endsUniquely(context, "cert-manager", limits.role).apply((id) => id.replace(/-/g, "_"));
