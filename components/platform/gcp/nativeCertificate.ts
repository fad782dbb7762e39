import { Certificate } from "@pulumi/gcp/certificatemanager/certificate";
import { CertificateMap } from "@pulumi/gcp/certificatemanager/certificateMap";
import { CertificateMapEntry } from "@pulumi/gcp/certificatemanager/certificateMapEntry";
import { DnsAuthorization } from "@pulumi/gcp/certificatemanager/dnsAuthorization";
import { RecordSet } from "@pulumi/gcp/dns/recordSet";
import * as pulumi from "@pulumi/pulumi";
import { enabled } from "./apis";
import type { GcpContext } from "./context";
import { ttl, type Dns } from "./dns";
import { certificateName, nativeName } from "./manifests/native";

/**
 * A certificate of Google's for each hostname, which renews itself as long as the record that proves it is there: one more
 * hostname changes none of the others. Hands out what has to be there before a Gateway finds it by its name. It may be
 * issued a day later, when the zone is delegated: nothing waits for it.
 */
export function createCertificates(context: GcpContext, zone: NonNullable<Dns["zone"]>): readonly pulumi.Resource[] {
  const { name, names, logfire, child } = context;
  const made = logfire.hostnames.map((hostname) => createCertificate(context, zone, hostname));
  sayWhatItWaitsFor(zone);
  if (logfire.edge.exposure === "internal") return made.map(({ certificate }) => certificate);
  const known = nativeName(names, logfire.edge.exposure);
  const map = new CertificateMap(
    `${name}-native`,
    { name: known, description: "Load balancer of Logfire" },
    { ...child, dependsOn: enabled(context, "certificatemanager") },
  );
  const entries = made.map(
    ({ hostname, known: entry, certificate }) =>
      new CertificateMapEntry(
        `${name}-native-${hostname}`,
        { name: entry, map: map.name, certificates: [certificate.id], hostname },
        child,
      ),
  );
  return [map, ...entries];
}

interface MadeCertificate {
  readonly hostname: string;
  /** Its name in GCP. */
  readonly known: string;
  readonly certificate: Certificate;
}

function createCertificate(context: GcpContext, zone: NonNullable<Dns["zone"]>, hostname: string): MadeCertificate {
  const { name, names, settings, logfire, child } = context;
  const known = certificateName(names, hostname);
  // Load balancers inside the network take certificates of their region alone. These are others, not the same in another
  // place: what is in front of the public goes as a whole, the map's entry before its certificate.
  const inside = logfire.edge.exposure === "internal";
  const where = inside ? { location: settings.region } : {};
  const logical = inside ? `${name}-native-internal` : `${name}-native`;
  const authorization = new DnsAuthorization(
    `${logical}-${hostname}`,
    { name: known, domain: hostname, ...where },
    { ...child, dependsOn: enabled(context, "certificatemanager") },
  );
  const proof = authorization.dnsResourceRecords.apply(([record]) => {
    if (record === undefined) throw new Error(`Certificate Manager names no record that proves ${hostname}`);
    return record;
  });
  new RecordSet(
    `${logical}-proof-${hostname}`,
    { managedZone: zone.zone, name: proof.name, type: proof.type, ttl, rrdatas: [proof.data] },
    child,
  );
  const certificate = new Certificate(
    `${logical}-${hostname}`,
    { name: known, managed: { domains: [hostname], dnsAuthorizations: [authorization.id] }, ...where },
    child,
  );
  return { hostname, known, certificate };
}

/** A zone that is made answers nobody until the one above it names its servers, and outputs come only at the end. */
function sayWhatItWaitsFor({ name, nameServers }: NonNullable<Dns["zone"]>): void {
  if (nameServers === undefined || pulumi.runtime.isDryRun()) return;
  pulumi
    .output(nameServers)
    .apply((servers) =>
      pulumi.log.info(
        `Google issues the certificate when ${name} is delegated: name ${servers.join(", ")} in the zone above it, ` +
          "unless that is done.",
      ),
    );
}
