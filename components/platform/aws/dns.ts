import { Record as DnsEntry } from "@pulumi/aws/route53/record";
import { Zone as HostedZone } from "@pulumi/aws/route53/zone";
import type * as pulumi from "@pulumi/pulumi";
import type { PodIdentity, Zone } from "../contract";
import { json, type AwsContext } from "./context";
import { associate, createPodRole, type PodIdentities } from "./identity";
import { dnsChallenge } from "./policies";

export interface Dns {
  readonly zone?: Pick<Zone, "name" | "nameServers"> & { readonly id: pulumi.Input<string> };
}

export function createDns({ name, settings, logfire, guarded }: AwsContext): Dns {
  const { dns } = settings;
  switch (dns.kind) {
    case "none":
      return {};
    case "existing":
      return { zone: { name: dns.name, id: dns.zoneId } };
    case "create": {
      const zone = new HostedZone(
        `${name}-zone`,
        // A challenge's record that cert-manager left behind would keep the zone.
        { name: dns.name, comment: "Logfire", forceDestroy: logfire.disposable },
        guarded,
      );
      return { zone: { name: dns.name, id: zone.zoneId, nameServers: zone.nameServers } };
    }
  }
}

/** What a record in Route 53 leads to. */
export interface Target {
  readonly dnsName: pulumi.Input<string>;
  readonly zoneId: pulumi.Input<string>;
}

/** Seconds that others may remember a record for. */
const ttl = 300;

/**
 * The zone with a pen. An address record leads to the load balancer by its name: Route 53 then leaves out a zone in which
 * nobody answers, which a list of addresses cannot.
 */
export function writableZone(
  { zone }: Dns,
  target: Target | undefined,
  provider: pulumi.ProviderResource | undefined,
): Zone | undefined {
  if (zone === undefined) return undefined;
  const { id, ...known } = zone;
  return {
    ...known,
    write: (component, { name, type, values }, opts) =>
      new DnsEntry(
        `${component}-record-${name}-${type.toLowerCase()}`,
        {
          zoneId: id,
          name,
          type,
          ...(type === "A" && target !== undefined
            ? { aliases: [{ name: target.dnsName, zoneId: target.zoneId, evaluateTargetHealth: true }] }
            : { ttl, records: [...values] }),
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

/** Lets cert-manager prove that the hostnames are ours, by records in the one zone. */
export function createCertManagerAccess(
  context: AwsContext,
  identities: PodIdentities,
  { zone }: Dns,
  agent: readonly pulumi.Resource[],
): CertManagerAccess {
  const { certificate, certManager } = context.logfire.edge;
  const none = { identity: { serviceAccountAnnotations: {}, podLabels: {} }, ready: [] };
  if (zone === undefined || certificate.source !== "acme" || certificate.http01) return none;
  const account = { namespace: certManager.namespace, serviceAccount: "cert-manager" };
  const role = createPodRole(context, identities, "cert-manager", account, {
    own: { zone: json({ id: zone.id }, ({ id }) => dnsChallenge(context.facts.partition, id)) },
  });
  return {
    identity: { serviceAccountAnnotations: role.annotations, podLabels: {} },
    ready: associate(context, "cert-manager", account, role, agent),
  };
}
