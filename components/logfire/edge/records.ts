import type { DnsRecord } from "../../platform/contract";
import type { EdgeSettings } from "../../settings/types";

/** A record as it has to be, every value known. */
export interface KnownRecord {
  readonly name: string;
  readonly type: DnsRecord["type"];
  readonly values: readonly string[];
}

/** Records that lead the hostnames to the load balancer: by its addresses, or by its name where it has one. */
export function recordsFor(hostnames: readonly string[], addresses: readonly string[]): KnownRecord[] {
  const types = (["A", "AAAA", "CNAME"] as const).map(
    (type) => [type, addresses.filter((address) => typeOf(address) === type)] as const,
  );
  return hostnames.flatMap((name) =>
    types.flatMap(([type, values]) => (values.length === 0 ? [] : [{ name, type, values }])),
  );
}

function typeOf(address: string): DnsRecord["type"] {
  if (address.includes(":")) return "AAAA";
  return /^\d+(\.\d+){3}$/.test(address) ? "A" : "CNAME";
}

export interface PendingInput {
  readonly mode: EdgeSettings["mode"];
  readonly zone?: string;
  readonly nameServers?: readonly string[];
  readonly records: readonly KnownRecord[];
  /** Whether this stack writes the records itself. */
  readonly written: boolean;
  /** Where a routing layer of the owner's finds Logfire: `logfire-service.logfire:8080`. */
  readonly service: string;
  /** The certificate, where it comes by ACME, and whether it is there. */
  readonly certificate?: { readonly name: string; readonly namespace: string; readonly ready: boolean };
}

/** What somebody still has to do, or wait for, before the hostnames answer. One sentence each. */
export function pendingSteps(input: PendingInput): string[] {
  const { mode, zone, nameServers, records, written, certificate, service } = input;
  if (mode === "none") return [`Lead your routing layer to ${service}, and the hostnames to your routing layer.`];
  // A platform that writes records has an alias of its own for that.
  const apex = written ? [] : records.filter(({ name, type }) => type === "CNAME" && name === zone);
  return [
    // A native certificate would not be there without it.
    ...(nameServers === undefined || mode === "native"
      ? []
      : [`Delegate ${zone ?? "the zone"} to ${nameServers.join(", ")}, in the zone above it, unless that is done.`]),
    ...(written ? [] : records.map((record) => `Make the DNS record ${formatRecord(record)}, unless it is there.`)),
    ...apex.map(({ name }) => `${name} is a whole zone, which cannot be a CNAME: use your provider's ALIAS for it.`),
    ...(records.length === 0 ? ["The load balancer has no address yet; `pulumi up` again shows it."] : []),
    ...(certificate === undefined || certificate.ready ? [] : [awaitedCertificate(certificate)]),
  ];
}

const awaitedCertificate = ({ name, namespace }: NonNullable<PendingInput["certificate"]>): string =>
  `The certificate is not there yet: \`kubectl describe certificate ${name} -n ${namespace}\` says what it waits for.`;

/** `logfire.example.com A 203.0.113.7` */
export const formatRecord = ({ name, type, values }: KnownRecord): string => `${name} ${type} ${values.join(", ")}`;
