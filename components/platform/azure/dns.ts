import { RecordSet, type RecordSetArgs } from "@pulumi/azure-native/dns/recordSet";
import { Zone as DnsZone } from "@pulumi/azure-native/dns/zone";
import * as pulumi from "@pulumi/pulumi";
import type { EdgeSupport, DnsRecord, PodIdentity, Zone } from "../contract";
import type { Cluster } from "./cluster";
import { armId, type AzureContext } from "./context";
import { dns01 } from "./figures/facts";
import { certManagerIdentity, provesByRecords } from "./figures/plannedFacts";
import { createPodIdentity } from "./identity";
import { zoneTagsOf } from "./names";

export interface Dns {
  readonly zone?: Pick<Zone, "name" | "nameServers"> & {
    readonly id: pulumi.Input<string>;
    readonly resourceGroupName: pulumi.Input<string>;
    /** Known as soon as the zone is there. */
    readonly zoneName: pulumi.Input<string>;
  };
}

export function createDns({ name, settings, facts, group, place, guarded }: AzureContext): Dns {
  const { dns } = settings;
  switch (dns.kind) {
    case "none":
      return {};
    case "existing": {
      const id = armId(facts.subscriptionId, dns.resourceGroup, "Microsoft.Network/dnsZones", dns.name);
      return { zone: { name: dns.name, zoneName: dns.name, id, resourceGroupName: dns.resourceGroup } };
    }
    case "create": {
      const zone = new DnsZone(
        `${name}-zone`,
        { ...place, zoneName: dns.name, location: "global", zoneType: "Public", tags: zoneTagsOf(place.tags) },
        guarded,
      );
      return { zone: { name: dns.name, zoneName: zone.name, id: zone.id, ...group, nameServers: zone.nameServers } };
    }
  }
}

/** Seconds that others may remember a record for. */
const ttl = 300;

/** The zone with a pen. */
export function writableZone({ zone }: Dns, provider: pulumi.ProviderResource | undefined): Zone | undefined {
  if (zone === undefined) return undefined;
  const { id: _, resourceGroupName, zoneName, ...known } = zone;
  return {
    ...known,
    write: (component, record, opts) =>
      new RecordSet(
        `${component}-record-${record.name}-${record.type.toLowerCase()}`,
        {
          resourceGroupName,
          zoneName,
          relativeRecordSetName: relativeName(record.name, zone.name),
          recordType: record.type,
          ttl,
          ...valuesOf(record),
        },
        // Whoever writes has another provider at hand: the cluster's.
        { ...opts, ...(provider === undefined ? {} : { provider }) },
      ),
  };
}

/** Azure names records without their zone's name, and the zone's own `@`. */
export const relativeName = (name: string, zone: string): string =>
  name === zone ? "@" : name.endsWith(`.${zone}`) ? name.slice(0, -zone.length - 1) : name;

function valuesOf({ type, values }: DnsRecord): Partial<RecordSetArgs> {
  switch (type) {
    case "A":
      return { aRecords: values.map((ipv4Address) => ({ ipv4Address })) };
    case "AAAA":
      return { aaaaRecords: values.map((ipv6Address) => ({ ipv6Address })) };
    case "CNAME": {
      const [cname] = values;
      return cname === undefined ? {} : { cnameRecord: { cname } };
    }
  }
}

export interface CertManagerAccess {
  readonly dns01?: EdgeSupport["dns01"];
  readonly identity: Pick<PodIdentity, "serviceAccountAnnotations" | "podLabels">;
  readonly ready: readonly pulumi.Resource[];
}

/** Lets cert-manager prove that the hostnames are ours, by records in the one zone. */
export function createCertManagerAccess(context: AzureContext, { issuer }: Cluster, { zone }: Dns): CertManagerAccess {
  const { settings, logfire, facts } = context;
  const { edge } = logfire;
  if (zone === undefined || !provesByRecords(settings, edge))
    return { identity: certManagerIdentity(undefined), ready: [] };
  const account = { namespace: edge.certManager.namespace, serviceAccount: "cert-manager" };
  const { clientId, ready } = createPodIdentity(context, "cert-manager", account, issuer, {
    ...{ role: "dnsZoneContributor", scope: zone.id, on: "zone" },
  });
  const { subscriptionId } = facts;
  const { name, resourceGroupName } = zone;
  return {
    dns01: dns01({ subscriptionId, resourceGroup: pulumi.output(resourceGroupName), name, clientId }),
    identity: certManagerIdentity(clientId),
    ready,
  };
}
