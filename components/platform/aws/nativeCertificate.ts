import { Certificate } from "@pulumi/aws/acm/certificate";
import { CertificateValidation } from "@pulumi/aws/acm/certificateValidation";
import { Record as DnsEntry } from "@pulumi/aws/route53/record";
import * as pulumi from "@pulumi/pulumi";
import type { AwsContext } from "./context";
import type { Dns } from "./dns";

/** Seconds that others may remember a record for that never changes. */
const ttl = 300;

/**
 * A certificate of Amazon's for all hostnames, which renews itself as long as the records that prove them are there. Known
 * to whoever waits for it only when it is issued, because a load balancer takes no other.
 */
export function createCertificate(context: AwsContext, zone: NonNullable<Dns["zone"]>): pulumi.Output<string> {
  const { name, names, logfire, child } = context;
  const [primary, ...others] = logfire.hostnames;
  const certificate = new Certificate(
    `${name}-native`,
    {
      domainName: primary,
      ...(others.length === 0 ? {} : { subjectAlternativeNames: [...others] }),
      validationMethod: "DNS",
      keyAlgorithm: "EC_prime256v1",
      tags: { Name: names.of(255, "native") },
    },
    child,
  );
  const proofs = logfire.hostnames.map((hostname) => proof(context, zone, certificate, hostname));
  sayWhatItWaitsFor(zone);
  const issued = new CertificateValidation(
    `${name}-native`,
    { certificateArn: certificate.arn, validationRecordFqdns: proofs.map(({ fqdn }) => fqdn) },
    child,
  );
  return issued.certificateArn;
}

/** One for each hostname, found by it: AWS answers in an order of its own. */
function proof(
  { name, child }: AwsContext,
  { id }: NonNullable<Dns["zone"]>,
  certificate: Certificate,
  hostname: string,
): DnsEntry {
  const option = certificate.domainValidationOptions.apply((options) => {
    const found = options.find(({ domainName }) => domainName === hostname);
    if (found === undefined) throw new Error(`ACM names no record that proves ${hostname}`);
    return found;
  });
  return new DnsEntry(
    `${name}-native-proof-${hostname}`,
    {
      zoneId: id,
      name: option.resourceRecordName,
      type: option.resourceRecordType,
      records: [option.resourceRecordValue],
      ttl,
      // It is the same for every certificate of this name in the account, so it may be there, and then is right.
      allowOverwrite: true,
    },
    child,
  );
}

/** A zone that is made answers nobody until the one above it names its servers, and outputs come only at the end. */
function sayWhatItWaitsFor({ name, nameServers }: NonNullable<Dns["zone"]>): void {
  if (nameServers === undefined || pulumi.runtime.isDryRun()) return;
  pulumi
    .output(nameServers)
    .apply((servers) =>
      pulumi.log.info(
        `The certificate waits until ${name} is delegated: name ${servers.join(", ")} in the zone above it, unless that ` +
          "is done. When the update gives up after 75 minutes, `pulumi up` again goes on.",
      ),
    );
}
