import { digest, now } from "../../cloud/ids";
import { isUnknown, list, record, text, type Values } from "../../cloud/model";
import { cidr, oneOf, whole } from "../../cloud/rules";
import { rfc1035, selfLink, type Kinds, type ResourceKind } from "../kind";

/** Priority of the rule that every policy has for whoever no other rule speaks of. */
const last = 2_147_483_647;
/** Ranges that one rule of Cloud Armor takes. */
const rangesPerRule = 10;

const rules = {
  "rules[].priority": whole(0, last),
  "rules[].action": (value: unknown) =>
    /^(allow|deny\((403|404|502)\)|rate_based_ban|redirect|throttle)$/.test(text(value))
      ? undefined
      : "not an action of Cloud Armor",
  "rules[].match.versionedExpr": oneOf("SRC_IPS_V1"),
  "rules[].match.config.srcIpRanges[]": (value: unknown) => (value === "*" ? undefined : cidr()(value)),
};

function ruleFaults({ rules: given }: Values): readonly string[] {
  if (given === undefined || isUnknown(given)) return [];
  const all = list(given).map(record);
  const priorities = all.map(({ priority }) => Number(priority));
  return [
    ...(priorities.includes(last) ? [] : [`rules need one of priority ${last} for all others`]),
    ...priorities
      .filter((each, at) => priorities.indexOf(each) !== at)
      .map((each) => `rules have priority ${each} twice`),
    ...all.flatMap(({ match, priority }) =>
      list(record(record(match).config).srcIpRanges).length > rangesPerRule
        ? [`rules: the one of priority ${String(priority)} has more than ${rangesPerRule} ranges`]
        : [],
    ),
  ];
}

const securityPolicy: ResourceKind = {
  api: ["Compute", "SecurityPolicy"],
  rules: { ...rules, type: oneOf("CLOUD_ARMOR", "CLOUD_ARMOR_EDGE", "CLOUD_ARMOR_INTERNAL_SERVICE") },
  name: rfc1035(63),
  replaces: ["name", "project", "type"],
  check: ruleFaults,
  seconds: { create: 12, update: 12, delete: 12 },
  id: (inputs) => `projects/${text(inputs.project)}/global/securityPolicies/${text(inputs.name)}`,
  outputs: (inputs, { id }) => ({
    ...{ selfLink: selfLink(id), fingerprint: digest(JSON.stringify(inputs.rules ?? []), 11) },
    ...{ labelFingerprint: digest(JSON.stringify(inputs.labels ?? {}), 11), type: inputs.type ?? "CLOUD_ARMOR" },
    rules: inputs.rules ?? [],
    advancedOptionsConfig: inputs.advancedOptionsConfig ?? {},
  }),
};

const regionSecurityPolicy: ResourceKind = {
  api: ["Compute", "RegionSecurityPolicy"],
  rules: { ...rules, type: oneOf("CLOUD_ARMOR", "CLOUD_ARMOR_EDGE", "CLOUD_ARMOR_NETWORK") },
  name: rfc1035(63),
  replaces: ["name", "project", "region", "type"],
  check: ruleFaults,
  seconds: { create: 12, update: 12, delete: 12 },
  id: (inputs) =>
    `projects/${text(inputs.project)}/regions/${text(inputs.region)}/securityPolicies/${text(inputs.name)}`,
  outputs: (inputs, { id }) => ({
    ...{ selfLink: selfLink(id), selfLinkWithPolicyId: selfLink(id), policyId: digest(id, 12) },
    ...{ fingerprint: digest(JSON.stringify(inputs.rules ?? []), 11), rules: inputs.rules ?? [] },
  }),
};

const sslPolicy = (where: (inputs: Values) => string, thing: string): ResourceKind => ({
  api: ["Compute", thing],
  rules: {
    profile: oneOf("COMPATIBLE", "MODERN", "RESTRICTED", "FIPS_202205", "CUSTOM"),
    minTlsVersion: oneOf("TLS_1_0", "TLS_1_1", "TLS_1_2", "TLS_1_3"),
  },
  name: rfc1035(63),
  replaces: ["name", "project", ...(thing === "RegionSslPolicy" ? ["region"] : [])],
  check: ({ profile, customFeatures, minTlsVersion }) => [
    ...((profile === "CUSTOM") === (customFeatures === undefined)
      ? ["customFeatures goes with profile CUSTOM, and only with it"]
      : []),
    ...(minTlsVersion === "TLS_1_3" && profile !== "RESTRICTED"
      ? ["minTlsVersion TLS_1_3 needs profile RESTRICTED"]
      : []),
  ],
  seconds: { create: 8, update: 8, delete: 8 },
  id: (inputs) => `projects/${text(inputs.project)}/${where(inputs)}/sslPolicies/${text(inputs.name)}`,
  outputs: (inputs, { id, before }) => ({
    ...{ selfLink: selfLink(id), creationTimestamp: before?.creationTimestamp ?? now() },
    ...{ enabledFeatures: inputs.customFeatures ?? [], fingerprint: digest(JSON.stringify(inputs), 11) },
  }),
});

export const protection: Kinds = {
  "compute/securityPolicy:SecurityPolicy": securityPolicy,
  "compute/regionSecurityPolicy:RegionSecurityPolicy": regionSecurityPolicy,
  "compute/sSLPolicy:SSLPolicy": sslPolicy(() => "global", "SSLPolicy"),
  "compute/regionSslPolicy:RegionSslPolicy": sslPolicy(({ region }) => `regions/${text(region)}`, "RegionSslPolicy"),
};
