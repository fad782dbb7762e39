import { isIP } from "node:net";
import { digest, now } from "../../cloud/ids";
import { CloudError, isUnknown, text, texts, type Entity, type Values } from "../../cloud/model";
import { length, matches, oneOf, whole } from "../../cloud/rules";
import { byAnyName, lastPart, rfc1035, type GcpView, type Kinds, type ResourceKind } from "../kind";
import { numericId } from "./network";

const domain = /^(\*\.)?([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+$/;
const domainRule = matches(domain, "a domain name in lower case with a final dot");

const zoneIn = (view: GcpView, value: unknown): Entity | undefined =>
  byAnyName(view.of("dns/managedZone:ManagedZone"), value);

const managedZone: ResourceKind = {
  api: ["Cloud DNS", "ManagedZone"],
  rules: {
    dnsName: matches(/^([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+$/, "a domain name in lower case with a final dot"),
    description: length(1, 1024),
    visibility: oneOf("public", "private"),
    "dnssecConfig.state": oneOf("on", "off", "transfer"),
    "dnssecConfig.nonExistence": oneOf("nsec", "nsec3"),
  },
  name: rfc1035(63),
  replaces: ["name", "project", "dnsName", "visibility"],
  check: ({ visibility, dnssecConfig }) =>
    visibility === "private" && dnssecConfig !== undefined ? ["dnssecConfig does not go with visibility private"] : [],
  seconds: { create: 3, update: 3, delete: 3 },
  id: (inputs) => `projects/${text(inputs.project)}/managedZones/${text(inputs.name)}`,
  outputs: (inputs, { id, before }) => ({
    ...{ creationTime: before?.creationTime ?? now(), managedZoneId: numericId(id) },
    nameServers: ["1", "2", "3", "4"].map((at) => `ns-cloud-${"abcde".charAt(id.length % 5)}${at}.googledomains.com.`),
    ...{ description: inputs.description ?? "Managed by Pulumi", visibility: inputs.visibility ?? "public" },
    ...{
      dnssecConfig: inputs.dnssecConfig ?? {},
      cloudLoggingConfig: inputs.cloudLoggingConfig ?? { enableLogging: false },
    },
    forceDestroy: inputs.forceDestroy ?? false,
  }),
  release: ({ id, outs }, view) => {
    if (outs.forceDestroy === true) return;
    const own = [...view.of("dns/recordSet:RecordSet"), ...view.of("dns/foreignRecord:RecordSet")];
    if (own.some((each) => zoneIn(view, each.outs.managedZone)?.id === id))
      throw new CloudError(
        "containerNotEmpty",
        `The resource named '${text(outs.name)}' cannot be deleted because it contains one or more 'resource records'.`,
      );
  },
  stateful: true,
};

const types = ["A", "AAAA", "CAA", "CNAME", "DS", "HTTPS", "MX", "NS", "PTR", "SOA", "SRV", "SVCB", "TXT"];

const recordSet: ResourceKind = {
  api: ["Cloud DNS", "RecordSet"],
  rules: { name: domainRule, type: oneOf(...types), ttl: whole(0, 2_147_483_647) },
  references: {
    managedZone: { to: "dns/managedZone:ManagedZone", by: ["name", "id"], missing: "notFound" },
  },
  replaces: ["managedZone", "name", "project", "type"],
  check: (inputs) => [
    ...((inputs.rrdatas === undefined) === (inputs.routingPolicy === undefined)
      ? ["rrdatas or routingPolicy is needed, one of them"]
      : []),
    ...texts(inputs.rrdatas)
      .filter((value) => !isUnknown(value))
      .flatMap((value) => valueFault(text(inputs.type), value)),
  ],
  admit: admitRecord,
  seconds: { create: 4, update: 4, delete: 4 },
  id: (inputs) =>
    `projects/${text(inputs.project)}/managedZones/${lastPart(inputs.managedZone)}/rrsets/${text(inputs.name)}/${text(inputs.type)}`,
  outputs: (inputs) => ({ ttl: inputs.ttl ?? 0 }),
};

function admitRecord(inputs: Values, view: GcpView, before?: Entity): void {
  const zone = zoneIn(view, inputs.managedZone);
  const [name, dnsName] = [text(inputs.name), text(zone?.outs.dnsName)];
  if (name !== dnsName && !name.endsWith(`.${dnsName}`))
    throw new CloudError(
      "invalid",
      `Invalid value for 'entity.change.additions[0].name': '${name}' is not in zone '${dnsName}'`,
    );
  const others = view
    .of("dns/recordSet:RecordSet")
    .filter(
      ({ id, outs }) => id !== before?.id && outs.name === name && zoneIn(view, outs.managedZone)?.id === zone?.id,
    );
  if (others.some(({ outs }) => (outs.type === "CNAME") !== (inputs.type === "CNAME")))
    throw new CloudError(
      "invalid",
      `The resource record set 'entity.change.additions[0]' is invalid because a CNAME and other records of '${name}' exclude each other.`,
    );
  if (inputs.type === "CNAME" && name === dnsName)
    throw new CloudError(
      "invalid",
      `The resource record set 'entity.change.additions[0]' is invalid because the DNS name '${name}' may not have a CNAME at the zone's apex.`,
    );
}

function valueFault(type: string, value: string): readonly string[] {
  const fits: Readonly<Record<string, boolean>> = {
    A: isIP(value) === 4,
    AAAA: isIP(value) === 6,
    CNAME: domain.test(value),
    CAA: /^\d{1,3} (issue|issuewild|iodef) ".*"$/.test(value),
    TXT: /^"[^"]{0,255}"( "[^"]{0,255}")*$/.test(value),
  };
  return fits[type] === false ? [`rrdatas: ${value} is not a value of a record of type ${type}`] : [];
}

export const dns: Kinds = { "dns/managedZone:ManagedZone": managedZone, "dns/recordSet:RecordSet": recordSet };

/** The proof of a domain that Certificate Manager asks for: a name and what it leads to. */
export const proofOf = (domainName: string, project: string) => ({
  name: `_acme-challenge_${digest(`${project} ${domainName}`, 16)}.${domainName}.`,
  type: "CNAME",
  data: `${digest(`proof ${project} ${domainName}`, 36)}.7.authorize.certificatemanager.goog.`,
});
