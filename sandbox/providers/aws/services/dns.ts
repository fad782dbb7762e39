import { isIP } from "node:net";
import { digest, hex, letters, now, uuid } from "../../cloud/ids";
import { CloudError, isUnknown, list, record, text, texts, type Values } from "../../cloud/model";
import type { AwsView, Kinds, ResourceKind } from "../kind";
import { length, matches, whole } from "../../cloud/rules";
import { arn as arnRule, valueOf } from "../rules";

const domain = /^(\*\.)?([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z]{2,63}\.?$/i;
const domainRule = matches(domain, "a domain name");

const zone: ResourceKind = {
  api: ["Route 53", "HostedZone"],
  rules: { name: domainRule, comment: length(0, 256) },
  references: { "vpcs[].vpcId": { to: "ec2/vpc:Vpc", missing: "InvalidVPCId" } },
  replaces: ["name", "delegationSetId"],
  check: ({ name }) => (name === undefined ? ["name is required"] : []),
  seconds: { create: 35, delete: 30 },
  id: () => `Z${letters(20)}`,
  outputs: (inputs, { id, before }) => ({
    arn: `arn:aws:route53:::hostedzone/${id}`,
    nameServers:
      before?.nameServers ??
      ["com", "net", "org", "co.uk"].map(
        (end, at) => `ns-${at * 512 + Number.parseInt(hex(2), 16)}.awsdns-${String(at).padStart(2, "0")}.${end}`,
      ),
    primaryNameServer: "ns-0.awsdns-00.com",
    zoneId: id,
    comment: inputs.comment ?? "Managed by Pulumi",
    enableAcceleratedRecovery: false,
  }),
  unset: ["name"],
  release: ({ id, outs }, view) => {
    if (outs.forceDestroy === true) return;
    const left = [...view.of("route53/record:Record"), ...view.of("route53/foreignRecord:Record")].filter(
      (each) => each.outs.zoneId === id,
    );
    if (left.length > 0)
      throw new CloudError(
        "HostedZoneNotEmpty",
        "The specified hosted zone contains non-required resource record sets and so cannot be deleted.",
      );
  },
  stateful: true,
};

const plain = (name: unknown): string => text(name).replace(/\.$/, "").toLowerCase();

/** The record's whole name: one that lacks the zone's has it put behind. */
export function fqdn(name: unknown, zoneName: unknown): string {
  const [own, of] = [plain(name), plain(zoneName)];
  return own === of || own.endsWith(`.${of}`) ? own : own === "" ? of : `${own}.${of}`;
}

const zoneNamed = (view: AwsView, id: unknown): Values =>
  view.of("route53/zone:Zone").find((each) => each.id === id)?.outs ?? {};

const dnsRecord: ResourceKind = {
  api: ["Route 53", "ResourceRecordSets"],
  rules: {
    type: valueOf("route-53", "RRType"),
    ttl: whole(0, 2_147_483_647),
    name: matches(/^(|\*|(\*\.)?([a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}\.?)$/i, "a domain name"),
  },
  references: {
    zoneId: { to: "route53/zone:Zone", missing: "NoSuchHostedZone" },
    "aliases[].name": { to: "lb/loadBalancer:LoadBalancer", by: "dnsName", missing: "InvalidChangeBatch" },
  },
  replaces: ["zoneId", "name", "type", "setIdentifier"],
  check: (inputs) => [
    ...((inputs.records === undefined) === (inputs.aliases === undefined)
      ? ["one of records and aliases is needed"]
      : []),
    ...(inputs.records !== undefined && inputs.ttl === undefined ? ["ttl is required with records"] : []),
    ...(inputs.aliases !== undefined && inputs.ttl !== undefined ? ["ttl does not go with aliases"] : []),
    ...texts(inputs.records)
      .filter((value) => !isUnknown(value))
      .flatMap((value) => valueFault(text(inputs.type), value)),
  ],
  admit: (inputs, view, before) => {
    const of = zoneNamed(view, inputs.zoneId);
    const name = fqdn(inputs.name, of.name);
    const absolute = /\.[a-z]{2,}\.?$/i.test(text(inputs.name)) && plain(inputs.name).split(".").length > 2;
    if (absolute && !plain(inputs.name).endsWith(plain(of.name)))
      throw new CloudError(
        "InvalidChangeBatch",
        `RRSet with DNS name ${plain(inputs.name)}. is not permitted in zone ${plain(of.name)}.`,
      );
    const others = view
      .of("route53/record:Record")
      .filter(({ id, outs }) => id !== before?.id && outs.fqdn === name && outs.zoneId === inputs.zoneId);
    if (others.some(({ outs }) => outs.type === inputs.type) && inputs.allowOverwrite !== true)
      throw new CloudError(
        "InvalidChangeBatch",
        `Tried to create resource record set [name='${name}.', type='${text(inputs.type)}'] but it already exists`,
      );
    if (others.some(({ outs }) => (outs.type === "CNAME") !== (inputs.type === "CNAME")))
      throw new CloudError(
        "InvalidChangeBatch",
        `RRSet of type ${text(inputs.type)} with DNS name ${name}. is not permitted: it conflicts with other records with the same DNS name`,
      );
    if (inputs.type === "CNAME" && name === plain(of.name))
      throw new CloudError(
        "InvalidChangeBatch",
        `RRSet of type CNAME with DNS name ${name}. is not permitted at apex in zone ${name}.`,
      );
    const alias = record(list(inputs.aliases)[0]);
    const target = view.of("lb/loadBalancer:LoadBalancer").find(({ outs }) => outs.dnsName === alias.name);
    if (target !== undefined && target.outs.zoneId !== alias.zoneId)
      throw new CloudError(
        "InvalidChangeBatch",
        `Tried to create an alias that targets ${text(alias.name)}, but the alias target zone is not ${text(alias.zoneId)}`,
      );
  },
  seconds: { create: 35, update: 35, delete: 35 },
  id: (inputs, view) =>
    `${text(inputs.zoneId)}_${fqdn(inputs.name, zoneNamed(view, inputs.zoneId).name)}_${text(inputs.type)}`,
  outputs: (inputs, { view }) => ({
    fqdn: fqdn(inputs.name, zoneNamed(view, inputs.zoneId).name),
    allowOverwrite: inputs.allowOverwrite ?? false,
  }),
};

function valueFault(type: string, value: string): readonly string[] {
  const fits: Readonly<Record<string, boolean>> = {
    A: isIP(value) === 4,
    AAAA: isIP(value) === 6,
    CNAME: domain.test(value),
    CAA: /^\d{1,3} (issue|issuewild|iodef) ".*"$/.test(value),
  };
  return fits[type] === false ? [`records: ${value} is not a value of a record of type ${type}`] : [];
}

const certificate: ResourceKind = {
  api: ["ACM", "Certificate"],
  rules: {
    domainName: domainRule,
    "subjectAlternativeNames[]": domainRule,
    validationMethod: valueOf("acm", "ValidationMethod"),
    keyAlgorithm: valueOf("acm", "KeyAlgorithm"),
  },
  replaces: ["domainName", "subjectAlternativeNames", "validationMethod", "keyAlgorithm"],
  check: (inputs) => [
    ...(inputs.domainName === undefined && inputs.certificateBody === undefined ? ["domainName is required"] : []),
    ...(inputs.domainName !== undefined && inputs.validationMethod === undefined
      ? ["validationMethod is required"]
      : []),
    ...(text(inputs.domainName).length > 64 && !isUnknown(inputs.domainName)
      ? ["domainName is longer than 64 characters, ACM's limit for the first name"]
      : []),
  ],
  admit: (inputs) => {
    const names = new Set([text(inputs.domainName), ...texts(inputs.subjectAlternativeNames)]);
    if (names.size > 10)
      throw new CloudError("LimitExceededException", `Domain list contains more than 10 elements: ${names.size}`);
  },
  seconds: { create: 7, delete: 2 },
  id: (_inputs, view) => `arn:${view.partition}:acm:${view.region}:${view.accountId}:certificate/${uuid()}`,
  outputs: (inputs, { id, view }) => {
    const names = [...new Set([text(inputs.domainName), ...texts(inputs.subjectAlternativeNames)])];
    const owner = (name: string) => digest(`${view.accountId} ${name.replace("*.", "")}`, 32);
    return {
      arn: id,
      domainValidationOptions: names.map((domainName) => ({
        domainName,
        resourceRecordName: `_${owner(domainName)}.${domainName.replace("*.", "")}.`,
        resourceRecordType: "CNAME",
        resourceRecordValue: `_${owner(`value ${domainName}`)}.acm-validations.aws.`,
      })),
      ...{ notAfter: "", notBefore: "", pendingRenewal: false, renewalEligibility: "INELIGIBLE", renewalSummaries: [] },
      ...{ status: "PENDING_VALIDATION", type: "AMAZON_ISSUED", validationEmails: [] },
      subjectAlternativeNames: names,
      keyAlgorithm: inputs.keyAlgorithm ?? "RSA_2048",
      options: { certificateTransparencyLoggingPreference: "ENABLED", export: "DISABLED", ...record(inputs.options) },
    };
  },
  unset: ["domainName", "validationMethod"],
};

const certificateValidation: ResourceKind = {
  api: ["ACM", "CertificateValidation"],
  rules: { certificateArn: arnRule("acm") },
  references: {
    certificateArn: { to: "acm/certificate:Certificate", by: "arn", missing: "ResourceNotFoundException" },
  },
  replaces: ["certificateArn", "validationRecordFqdns"],
  admit: ({ certificateArn }, view) => {
    const of = view.of("acm/certificate:Certificate").find(({ id }) => id === certificateArn);
    const records = view.of("route53/record:Record");
    const missing = list(of?.outs.domainValidationOptions)
      .map(record)
      .find(
        ({ resourceRecordName, resourceRecordValue }) =>
          !records.some(
            ({ outs }) =>
              outs.fqdn === plain(resourceRecordName) &&
              texts(outs.records).map(plain).includes(plain(resourceRecordValue)),
          ),
      );
    if (missing !== undefined)
      throw new CloudError(
        "CertificateNotIssued",
        `waiting for ACM Certificate to be issued (last state: 'PENDING_VALIDATION', timeout: 1h15m0s): no record ${text(missing.resourceRecordName)}`,
      );
  },
  id: () => now(),
  outputs: () => ({}),
};

export const dns: Kinds = {
  "route53/zone:Zone": zone,
  "route53/record:Record": dnsRecord,
  "acm/certificate:Certificate": certificate,
  "acm/certificateValidation:CertificateValidation": certificateValidation,
};
