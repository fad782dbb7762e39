import type { Problem } from "../../lib/errors";
import { show } from "../fields";
import { isPublicServer } from "../schemaEdge";
import { attaches, certificateOf, endsHttps, platformProves } from "../settleEdge";
import { unused } from "./core";
import { keyedHostnames, liesIn } from "./edge";
import { judgePair } from "./certificateFile";
import { demand, type Rule, type RuleInput, when } from "./rule";

type Certificate = NonNullable<ReturnType<typeof certificateOf>>;

/** The keys that belong to one source; `source` belongs to all. */
const keysOf = {
  acme: ["server", "email", "challenge", "dns01"],
  issuer: ["issuer"],
  existingSecret: ["secretName"],
  privateCa: [],
  given: [],
} as const satisfies Record<Certificate["source"], readonly (keyof Certificate)[]>;

/** A certificate where HTTPS is not this stack's. */
const superfluous: Rule = ({ config, readable }) => {
  if (config.edge.certificate === undefined || endsHttps(config) || !readable(["edge", "mode"])) return [];
  const key = "edge.certificate";
  if (config.edge.mode === "native")
    return when(
      true,
      key,
      "stands beside edge.mode: native, where the cloud issues the certificate and renews it",
      "remove it, or write edge.mode: gateway",
    );
  if (config.edge.mode === "none")
    return when(
      true,
      key,
      "stands beside edge.mode: none, where HTTPS ends in your own routing layer",
      "remove it, or write edge.mode: gateway",
    );
  return attaches(config)
    ? when(
        true,
        key,
        "stands beside edge.gateway.attachTo, whose Gateway has certificates of its own",
        "remove one of them",
      )
    : when(true, key, "stands beside https: false, which needs none", "remove one of them");
};

const strayKeys: Rule = (input) => {
  const certificate = certificateOf(input.config);
  if (certificate === undefined || !input.readable(["edge", "certificate", "source"])) return [];
  return Object.entries(keysOf).flatMap(([source, keys]) =>
    source === certificate.source
      ? []
      : keys.flatMap((key) =>
          when(
            certificate[key] !== undefined,
            `edge.certificate.${key}`,
            `belongs to the source ${source}, and edge.certificate.source is ${certificate.source}`,
            `write edge.certificate.source: ${source}, or remove it`,
          ),
        ),
  );
};

const bySource: Rule = (input) => {
  const certificate = certificateOf(input.config);
  if (!input.readable(["edge", "certificate", "source"]) || !input.readable(["edge", "mode"])) return [];
  const secrets = ["tlsCertificate", "tlsPrivateKey"];
  if (certificate?.source === "given") return given(input, secrets);
  const source =
    certificate === undefined ? "no certificate is asked for" : `edge.certificate.source is ${certificate.source}`;
  const stray = unused(input, secrets, source, "write edge.certificate.source: given");
  if (certificate === undefined) return stray;
  return [...stray, ...named(input, certificate), ...(certificate.source === "acme" ? acme(input, certificate) : [])];
};

const named = ({ readable }: RuleInput, { source, issuer, secretName }: Certificate): readonly Problem[] => [
  ...when(
    source === "issuer" && issuer === undefined && readable(["edge", "certificate", "issuer"]),
    "edge.certificate.issuer",
    "is missing: edge.certificate.source is issuer",
    "write its name (and kind: Issuer, unless it is a ClusterIssuer)",
  ),
  ...when(
    source === "existingSecret" && secretName === undefined && readable(["edge", "certificate", "secretName"]),
    "edge.certificate.secretName",
    "is missing: edge.certificate.source is existingSecret",
    "write the name of the Secret in Logfire's namespace",
  ),
];

const given = (input: RuleInput, secrets: readonly string[]): readonly Problem[] => {
  const { tlsCertificate, tlsPrivateKey } = input.config.secrets ?? {};
  const readable = (value: unknown) => (typeof value === "string" ? value : undefined);
  return [
    ...secrets.flatMap((name) => demand(input, name, "edge.certificate.source is given")),
    ...judgePair({
      certificate: readable(tlsCertificate),
      privateKey: readable(tlsPrivateKey),
      hostnames: keyedHostnames(input).map(({ name }) => name),
      now: input.now,
    }),
  ];
};

/** Domains that belong to nobody (RFC 2606, 6761, 8375) or are no domains of the internet: no public authority serves them. */
const unservable = [
  ...["example.com", "example.net", "example.org", "example", "test", "invalid"],
  ...["localhost", "local", "internal", "home.arpa"],
];

function reservedDomain(name: string): string | undefined {
  const domain = unservable.find((one) => liesIn(name, one));
  if (domain !== undefined) return `${domain.includes(".") ? domain : `.${domain}`}, which is nobody's on the internet`;
  return name.includes(".") ? undefined : "no domain at all";
}

function acme(input: RuleInput, certificate: Certificate): readonly Problem[] {
  // Whoever has not chosen yet may choose what serves every name.
  const chosen = input.config.edge.certificate !== undefined;
  return [
    ...(chosen && isPublicServer(certificate.server ?? "production") ? reserved(input, certificate) : []),
    ...(certificate.challenge === "http01" ? http01(input, certificate) : dns01(input, certificate)),
  ];
}

function reserved(input: RuleInput, { email }: Certificate): readonly Problem[] {
  const { config, readable } = input;
  const address = email ?? config.adminEmail;
  const domain = address?.split("@").at(-1);
  const lies = domain === undefined ? undefined : reservedDomain(domain);
  return [
    ...keyedHostnames(input).flatMap(({ key, name }) => {
      const where = reservedDomain(name);
      return when(
        where !== undefined,
        key,
        `${show(name)} lies in ${where ?? ""}, so that Let's Encrypt issues no certificate for it`,
        "write a name in a domain of yours, or edge.certificate.source: privateCa",
      );
    }),
    ...when(
      lies !== undefined &&
        readable(["edge", "certificate", "email"]) &&
        (email !== undefined || readable(["adminEmail"])),
      email === undefined ? "adminEmail" : "edge.certificate.email",
      `${show(address)} lies in ${lies ?? ""}, and Let's Encrypt refuses such an address`,
      email === undefined ? "write one of yours, or another one as edge.certificate.email" : "write one of yours",
    ),
  ];
}

function http01({ config: { edge } }: RuleInput, { dns01: solver }: Certificate): readonly Problem[] {
  const key = "edge.certificate.challenge";
  const otherwise = "write dns01 with edge.zone and edge.certificate.dns01, or choose another edge.certificate.source";
  return [
    ...when(
      solver !== undefined,
      "edge.certificate.dns01",
      "stands beside edge.certificate.challenge: http01",
      "keep the one that is meant: dns01 needs nobody to reach port 80",
    ),
    ...when(
      edge.exposure === "internal",
      key,
      '"http01" needs port 80 open to the internet, and edge.exposure is internal',
      otherwise,
    ),
    ...when(
      edge.sourceRanges.length > 0,
      key,
      '"http01" needs port 80 open to the whole internet, and edge.sourceRanges closes it',
      otherwise,
    ),
  ];
}

function dns01(input: RuleInput, { dns01: solver, challenge }: Certificate): readonly Problem[] {
  const { zone } = input.config.edge;
  if (!input.readable(["edge", "certificate"]) || !input.readable(["edge", "zone"])) return [];
  if (zone !== undefined && solver !== undefined) return [];
  if (platformProves(input.config)) return [];
  const whose =
    input.config.platform === "existing"
      ? 'on the platform "existing" only you can write DNS records'
      : `${input.config.platform}.dns.manage is false, so that only you can write DNS records`;
  if (zone !== undefined)
    return when(
      true,
      "edge.certificate.dns01",
      `is missing: ${whose}, and one in ${zone} proves the names to the authority`,
      `write your DNS provider as cert-manager documents it, or choose another way:${ways(input, "zone")}`,
    );
  if (solver !== undefined)
    return when(
      true,
      "edge.zone",
      "is missing: edge.certificate.dns01 writes into a zone",
      `write the zone that holds every hostname${likelyZone(input)}`,
    );
  const asked =
    challenge === "dns01" ? "edge.certificate.challenge is dns01, but" : "the default is Let's Encrypt, but";
  return when(
    true,
    "edge.certificate",
    `does not say how the hostnames get a certificate: ${asked} ${whose}`,
    `choose one:${ways(input)}`,
  );
}

/** A guess at the zone: the domain that the primary name lies in. */
function likelyZone(input: RuleInput): string {
  const parent = keyedHostnames(input)[0]?.name.split(".").slice(1).join(".");
  return parent?.includes(".") === true ? `, such as ${parent}` : "";
}

function ways({ config: { edge } }: RuleInput, known?: "zone"): string {
  const open = edge.exposure === "public" && edge.sourceRanges.length === 0;
  const list = [
    ...(known === undefined
      ? ["a DNS record: edge.zone, and edge.certificate.dns01 with your DNS provider as cert-manager documents it"]
      : []),
    ...(open ? ["a request from the internet to port 80: edge.certificate.challenge: http01"] : []),
    "a certificate that you have: edge.certificate.source: given, existingSecret or issuer",
    "an authority of this stack's own, which clients have to trust: edge.certificate.source: privateCa",
    "none, because HTTPS ends in your own routing layer: edge.mode: none",
  ];
  return list.map((way) => `\n      - ${way}`).join("");
}

export const certificateRules: readonly Rule[] = [superfluous, strayKeys, bySource];
