import { createPrivateKey, KeyObject, X509Certificate } from "node:crypto";
import type { Problem } from "../../lib/errors";
import { setSecret } from "../secretForms";
import { when } from "./rule";

export interface Pair {
  /** PEM texts; absent where they are not given or cannot be seen. */
  readonly certificate?: string;
  readonly privateKey?: string;
  readonly hostnames: readonly string[];
  readonly now: Date;
}

const keys = { certificate: "secrets.tlsCertificate", privateKey: "secrets.tlsPrivateKey" } as const;
const set = (name: string, file: string) => `\`${setSecret(name)} < ${file}\``;
const setChain = set("tlsCertificate", "fullchain.pem");
const setKey = set("tlsPrivateKey", "key.pem");

/** Everything that would make clients, or Envoy, refuse a certificate. Nothing of the key is ever shown. */
export function judgePair({ certificate, privateKey, hostnames, now }: Pair): readonly Problem[] {
  const chain = certificate === undefined ? [] : readChain(certificate);
  const key = privateKey === undefined ? [] : readKey(privateKey);
  const problems = [...chain, ...key].filter(isProblem);
  const certificates = chain.filter((one) => one instanceof X509Certificate);
  const leaf = certificates[0];
  if (leaf === undefined || certificates.length < chain.length) return problems;
  const own = key.find((one) => one instanceof KeyObject);
  const order = outOfOrder(certificates);
  return [
    ...problems,
    ...order,
    ...certificates.flatMap((one, index) => outOfTime(one, index, now)),
    // What a chain in the wrong order begins with is not the server's certificate.
    ...(order.length > 0 ? [] : [...coverage(leaf, hostnames), ...purpose(leaf), ...strength(leaf)]),
    ...(order.length > 0 || own === undefined ? [] : belongs(leaf, own)),
  ];
}

const isProblem = (value: object): value is Problem => "problem" in value;
const problem = (...args: [key: string, problem: string, remedy: string]) => when(true, ...args);

const block = /-----BEGIN ([A-Z0-9 ]+)-----[\s\S]*?-----END \1-----/g;
const blocksOf = (pem: string) => [...pem.matchAll(block)].map(([text, kind = ""]) => ({ kind, text }));

function readChain(pem: string): readonly (X509Certificate | Problem)[] {
  const blocks = blocksOf(pem);
  if (blocks.some(({ kind }) => kind.endsWith("PRIVATE KEY")))
    return problem(
      keys.certificate,
      "holds a private key, which would be handed out with the certificate",
      `set the certificates alone with ${setChain}`,
    );
  const strange = blocks.find(({ kind }) => kind !== "CERTIFICATE")?.kind;
  if (strange !== undefined)
    return problem(keys.certificate, `holds a ${strange}`, `set the certificates alone with ${setChain}`);
  if (blocks.length === 0) return problem(keys.certificate, "is no whole PEM text", `set the chain with ${setChain}`);
  return blocks.flatMap(({ text }, index): readonly (X509Certificate | Problem)[] => {
    try {
      return [new X509Certificate(text)];
    } catch {
      return problem(keys.certificate, `cannot be read: ${nth(index)} is broken`, `set the chain with ${setChain}`);
    }
  });
}

function readKey(pem: string): readonly (KeyObject | Problem)[] {
  const blocks = blocksOf(pem).filter(({ kind }) => kind.endsWith("PRIVATE KEY"));
  const [only] = blocks;
  if (only === undefined || blocks.length > 1)
    return problem(
      keys.privateKey,
      only === undefined ? "is no whole PEM text" : `holds ${blocks.length} private keys`,
      `set the one of the certificate with ${setKey}`,
    );
  if (only.kind === "ENCRYPTED PRIVATE KEY" || /^Proc-Type: 4,ENCRYPTED/m.test(only.text))
    return problem(
      keys.privateKey,
      "is encrypted with a passphrase, which nobody could type in the cluster",
      `decrypt it and set it with \`openssl pkey -in key.pem | ${setSecret("tlsPrivateKey")}\``,
    );
  try {
    return [createPrivateKey(only.text)];
  } catch {
    return problem(keys.privateKey, "cannot be read: its PEM text is broken", `set it with ${setKey}`);
  }
}

/** TLS sends the chain as it stands: each certificate is signed by the next. */
function outOfOrder(chain: readonly X509Certificate[]): readonly Problem[] {
  const broken = chain.findIndex((one, index) => {
    const next = chain[index + 1];
    return next !== undefined && !(one.checkIssued(next) && one.verify(next.publicKey));
  });
  if (broken < 0) return [];
  return problem(
    keys.certificate,
    `is not in order: ${nth(broken + 1)} of ${chain.length} did not issue ${nth(broken)}`,
    `put the server's certificate first and then each one's issuer, and set it with ${setChain}`,
  );
}

const day = 24 * 60 * 60 * 1000;

function outOfTime(certificate: X509Certificate, index: number, now: Date): readonly Problem[] {
  const [from, to] = [new Date(certificate.validFrom), new Date(certificate.validTo)];
  const what = index === 0 ? "" : `: ${nth(index)} of the chain`;
  const renew = `have it renewed and set it with ${setChain}`;
  if (to <= now) return problem(keys.certificate, `has expired${what}, on ${dated(to)}`, renew);
  if (from > now)
    return problem(
      keys.certificate,
      `is not valid yet${what}, only from ${dated(from)}`,
      "wait until then, or check this machine's clock",
    );
  return to.getTime() - now.getTime() < day
    ? problem(keys.certificate, `ends in less than a day${what}, on ${dated(to)}`, renew)
    : [];
}

const dated = (date: Date) => `${date.toISOString().slice(0, 16).replace("T", " ")} UTC`;
const nth = (index: number) => `certificate ${index + 1}`;

/** By the alternative names alone: no client looks at the common name any more. */
function coverage(leaf: X509Certificate, hostnames: readonly string[]): readonly Problem[] {
  const covers = (name: string) => leaf.checkHost(name, { subject: "never", partialWildcards: false });
  const uncovered = hostnames.filter((name) => covers(name) === undefined);
  const names = [...(leaf.subjectAltName ?? "").matchAll(/DNS:([^,\s"]+)/g)].flatMap(([, name]) => name ?? []);
  return when(
    uncovered.length > 0,
    keys.certificate,
    `does not cover ${uncovered.join(", ")}; it covers ${names.length === 0 ? "no name (alternative names count, the common name does not)" : shortList(names)}`,
    `have it issued for every hostname, and set it with ${setChain}`,
  );
}

const shortList = (names: readonly string[]) =>
  names.length > 8 ? `${names.slice(0, 8).join(", ")} and ${names.length - 8} more` : names.join(", ");

const serverAuthentication = "1.3.6.1.5.5.7.3.1";
const anyPurpose = "2.5.29.37.0";

/** `keyUsage` is what Node calls the extended key usage. */
function purpose(leaf: X509Certificate): readonly Problem[] {
  const usages = leaf.keyUsage;
  return when(
    usages.length > 0 && !usages.some((usage) => usage === serverAuthentication || usage === anyPurpose),
    keys.certificate,
    "is not for servers: its extended key usage leaves them out",
    "have it issued with the usage serverAuth",
  );
}

const curves = ["prime256v1", "secp384r1", "secp521r1"];
const reissue = "have it issued for an ECDSA key (P-256) or an RSA key of at least 2048 bits";

function strength({ publicKey }: X509Certificate): readonly Problem[] {
  const { asymmetricKeyType: type = "unknown", asymmetricKeyDetails: details = {} } = publicKey;
  const { modulusLength: bits = 0, namedCurve: curve = "unknown" } = details;
  if (type === "rsa")
    return when(bits < 2048, keys.certificate, `has an RSA key of ${bits} bits, which clients refuse`, reissue);
  return when(
    type !== "ec" || !curves.includes(curve),
    keys.certificate,
    `has a key of the type ${type === "ec" ? curve : type}, which clients refuse`,
    reissue,
  );
}

const belongs = (leaf: X509Certificate, key: KeyObject): readonly Problem[] =>
  when(
    !leaf.checkPrivateKey(key),
    keys.privateKey,
    "does not belong to secrets.tlsCertificate",
    `set the key that the certificate was issued for with ${setKey}`,
  );
