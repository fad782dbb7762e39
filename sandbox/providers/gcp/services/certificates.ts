import { now } from "../../cloud/ids";
import { CloudError, isUnknown, list, record, text, texts, type Values } from "../../cloud/model";
import { length, matches, oneOf } from "../../cloud/rules";
import { lastPart, rfc1035, type Kinds, type ResourceKind } from "../kind";
import { proofOf } from "./dns";

const hostname = matches(
  /^(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/,
  "a hostname in lower case without a final dot",
);
/** Certificate Manager takes underscores too, and names of one to 63 characters. */
const resourceName = { ...rfc1035(63), automatic: true } as const;
const placed = (inputs: Values): string =>
  `projects/${text(inputs.project)}/locations/${text(inputs.location) || "global"}`;

const dnsAuthorization: ResourceKind = {
  api: ["Certificate Manager", "DnsAuthorization"],
  rules: {
    domain: matches(/^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/, "a domain without * and final dot"),
    type: oneOf("FIXED_RECORD", "PER_PROJECT_RECORD"),
    description: length(0, 1024),
  },
  name: resourceName,
  replaces: ["name", "project", "location", "domain", "type"],
  admit: (inputs, view, before) => {
    const same = view
      .of("certificatemanager/dnsAuthorization:DnsAuthorization")
      .find(
        ({ id, outs }) =>
          id !== before?.id &&
          outs.domain === inputs.domain &&
          placed(outs) === placed(inputs) &&
          outs.type !== "PER_PROJECT_RECORD",
      );
    if (same !== undefined)
      throw new CloudError(
        "alreadyExists",
        `A DNS authorization for domain ${text(inputs.domain)} already exists: ${same.id}`,
      );
  },
  seconds: { create: 10, delete: 10 },
  id: (inputs) => `${placed(inputs)}/dnsAuthorizations/${text(inputs.name)}`,
  outputs: (inputs, { view }) => {
    const location = text(inputs.location ?? "global");
    const type = text(inputs.type ?? (location === "global" ? "FIXED_RECORD" : "PER_PROJECT_RECORD"));
    const proof = proofOf(text(inputs.domain), view.project);
    const fixed = { ...proof, name: `_acme-challenge.${text(inputs.domain)}.` };
    return { dnsResourceRecords: [type === "FIXED_RECORD" ? fixed : proof], type, location };
  },
};

const certificate: ResourceKind = {
  api: ["Certificate Manager", "Certificate"],
  rules: { "managed.domains[]": hostname, scope: oneOf("DEFAULT", "EDGE_CACHE", "ALL_REGIONS", "CLIENT_AUTH") },
  name: resourceName,
  references: {
    "managed.dnsAuthorizations[]": {
      ...{ to: "certificatemanager/dnsAuthorization:DnsAuthorization", missing: "notFound" },
      holds: "failedPrecondition",
    },
  },
  replaces: ["name", "project", "location", "scope", "managed"],
  check: ({ managed, selfManaged }) => [
    ...((managed === undefined) === (selfManaged === undefined)
      ? ["managed or selfManaged is needed, one of them"]
      : []),
    ...(managed !== undefined && list(record(managed).domains).length === 0 && !isUnknown(record(managed).domains)
      ? ["managed.domains must not be empty"]
      : []),
  ],
  admit: (inputs, view) => {
    const { domains, dnsAuthorizations } = record(inputs.managed);
    const authorized = view
      .of("certificatemanager/dnsAuthorization:DnsAuthorization")
      .filter(({ id, outs }) => texts(dnsAuthorizations).includes(id) && placed(outs) === placed(inputs))
      .map(({ outs }) => text(outs.domain));
    const missing = texts(domains).find((each) => !authorized.includes(each.replace(/^\*\./, "")));
    if (missing !== undefined && list(dnsAuthorizations).length > 0)
      throw new CloudError("invalid", `Domain ${missing} has no matching DNS authorization in ${placed(inputs)}.`);
  },
  seconds: { create: 12, delete: 12 },
  id: (inputs) => `${placed(inputs)}/certificates/${text(inputs.name)}`,
  outputs: (inputs) => ({ sanDnsnames: texts(record(inputs.managed).domains), location: inputs.location ?? "global" }),
};

const certificateMap: ResourceKind = {
  api: ["Certificate Manager", "CertificateMap"],
  name: resourceName,
  replaces: ["name", "project"],
  seconds: { create: 10, delete: 12 },
  id: (inputs) => `projects/${text(inputs.project)}/locations/global/certificateMaps/${text(inputs.name)}`,
  outputs: (_inputs, { before }) => ({ createTime: before?.createTime ?? now(), updateTime: now() }),
  unset: ["gclbTargets"],
};

const mapEntry: ResourceKind = {
  api: ["Certificate Manager", "CertificateMapEntry"],
  rules: { hostname, matcher: oneOf("PRIMARY") },
  name: resourceName,
  references: {
    map: {
      to: "certificatemanager/certificateMap:CertificateMap",
      by: ["name"],
      missing: "notFound",
      holds: "failedPrecondition",
    },
    "certificates[]": {
      ...{
        to: "certificatemanager/certificate:Certificate",
        by: ["id"],
        missing: "notFound",
        holds: "failedPrecondition",
      },
    },
  },
  replaces: ["name", "project", "map", "hostname", "matcher"],
  check: (inputs) =>
    (inputs.hostname === undefined) === (inputs.matcher === undefined)
      ? ["hostname or matcher is needed, one of them"]
      : [],
  admit: (inputs, view) => {
    const regional = view
      .of("certificatemanager/certificate:Certificate")
      .find(({ id, outs }) => texts(inputs.certificates).includes(id) && outs.location !== "global");
    if (regional !== undefined)
      throw new CloudError(
        "invalid",
        `Certificate ${regional.id} is regional, and a certificate map takes global ones.`,
      );
  },
  seconds: { create: 10, delete: 12 },
  id: (inputs) =>
    `projects/${text(inputs.project)}/locations/global/certificateMaps/${lastPart(inputs.map)}/certificateMapEntries/${text(inputs.name)}`,
  outputs: (_inputs, { before }) => ({ createTime: before?.createTime ?? now(), updateTime: now(), state: "PENDING" }),
};

export const certificates: Kinds = {
  "certificatemanager/dnsAuthorization:DnsAuthorization": dnsAuthorization,
  "certificatemanager/certificate:Certificate": certificate,
  "certificatemanager/certificateMap:CertificateMap": certificateMap,
  "certificatemanager/certificateMapEntry:CertificateMapEntry": mapEntry,
};
