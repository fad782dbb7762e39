import "reflect-metadata";
import { webcrypto } from "node:crypto";
import { isIP } from "node:net";
import * as x509 from "@peculiar/x509";

/** Certificates for tests, made on the spot: nothing expires in the repository, and no private key lies in it. */

x509.cryptoProvider.set(webcrypto);

export type KeyType = "P-256" | "P-384" | "RSA-1024" | "RSA-2048" | "RSA-3072";

export interface Validity {
  /** An hour ago, unless told otherwise. */
  readonly notBefore?: Date;
  /** In 90 days, unless told otherwise. */
  readonly notAfter?: Date;
}

export interface LeafOptions extends Validity {
  /** Alternative names of the subject: DNS names, wildcards, addresses. May be empty. */
  readonly hostnames: readonly string[];
  readonly keyType?: KeyType;
  /** Common name; the first hostname, unless told otherwise. */
  readonly commonName?: string;
  /** Extended key usage; `serverAuth`, unless told otherwise. */
  readonly usage?: "serverAuth" | "clientAuth";
}

/** PEM texts. */
export interface Issued {
  readonly certificate: string;
  /** PKCS#8, not encrypted. */
  readonly privateKey: string;
  /** The certificate and everything between it and the root, leaf first; the root is left out. */
  readonly chain: string;
}

export interface CertificateAuthority {
  /** What a client trusts. PEM. */
  readonly certificate: string;
  /** PKCS#8 PEM. */
  readonly privateKey: string;
  issue(options: LeafOptions): Promise<Issued>;
  /** An authority under this one, whose certificates have a longer chain. */
  intermediate(commonName?: string): Promise<CertificateAuthority>;
}

/** A root of its own, valid for ten years. */
export async function certificateAuthority(commonName = "Test root"): Promise<CertificateAuthority> {
  const keys = await generate("P-256");
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    ...dates({ notAfter: inDays(3650) }),
    name: named(commonName),
    keys,
    signingAlgorithm: { name: "ECDSA", hash: "SHA-256" },
    extensions: authorityExtensions(),
  });
  return authority(certificate, keys, []);
}

async function authority(
  own: x509.X509Certificate,
  keys: webcrypto.CryptoKeyPair,
  above: readonly x509.X509Certificate[],
): Promise<CertificateAuthority> {
  const isRoot = own.subject === own.issuer;
  const path = isRoot ? [] : [own, ...above];
  const sign = (subject: string, publicKey: webcrypto.CryptoKey, validity: Validity, extensions: x509.Extension[]) =>
    x509.X509CertificateGenerator.create({
      ...dates(validity),
      subject,
      issuer: own.subject,
      publicKey,
      signingKey: keys.privateKey,
      signingAlgorithm: { name: "ECDSA", hash: "SHA-256" },
      extensions,
    });
  return {
    certificate: pem(own),
    privateKey: await privatePem(keys),
    issue: async ({ hostnames, keyType = "P-256", commonName, usage = "serverAuth", ...validity }) => {
      const leafKeys = await generate(keyType);
      const subject = named(commonName ?? hostnames[0] ?? "nobody");
      const leaf = await sign(subject, leafKeys.publicKey, validity, leafExtensions(hostnames, usage));
      const chain = [leaf, ...path].map(pem).join("");
      return { certificate: pem(leaf), privateKey: await privatePem(leafKeys), chain };
    },
    intermediate: async (commonName = "Test intermediate") => {
      const below = await generate("P-256");
      const validity = { notAfter: inDays(1825) };
      const certificate = await sign(named(commonName), below.publicKey, validity, authorityExtensions());
      return authority(certificate, below, path);
    },
  };
}

const named = (commonName: string) => `CN=${commonName.replace(/([,+"\\<>;=])/g, "\\$1")}`;
const day = 24 * 60 * 60 * 1000;
const inDays = (days: number) => new Date(Date.now() + days * day);
const dates = ({ notBefore = inDays(-1 / 24), notAfter = inDays(90) }: Validity) => ({ notBefore, notAfter });

const authorityExtensions = () => [
  new x509.BasicConstraintsExtension(true, undefined, true),
  new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
];

const leafExtensions = (names: readonly string[], usage: "serverAuth" | "clientAuth") => [
  new x509.BasicConstraintsExtension(false, undefined, true),
  new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyEncipherment, true),
  new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage[usage]]),
  ...(names.length === 0 ? [] : [new x509.SubjectAlternativeNameExtension(names.map(alternativeName))]),
];

const alternativeName = (value: string): { type: "ip" | "dns"; value: string } => ({
  type: isIP(value) === 0 ? "dns" : "ip",
  value,
});

function generate(type: KeyType): Promise<webcrypto.CryptoKeyPair> {
  const [family, size] = type.split("-");
  return family === "RSA"
    ? webcrypto.subtle.generateKey(
        {
          name: "RSASSA-PKCS1-v1_5",
          hash: "SHA-256",
          modulusLength: Number(size),
          publicExponent: new Uint8Array([1, 0, 1]),
        },
        true,
        ["sign", "verify"],
      )
    : webcrypto.subtle.generateKey({ name: "ECDSA", namedCurve: type }, true, ["sign", "verify"]);
}

const pem = (certificate: x509.X509Certificate) => `${certificate.toString("pem")}\n`;

async function privatePem({ privateKey }: webcrypto.CryptoKeyPair): Promise<string> {
  const bytes = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", privateKey)).toString("base64");
  const lines = bytes.match(/.{1,64}/g) ?? [];
  return `-----BEGIN PRIVATE KEY-----\n${lines.join("\n")}\n-----END PRIVATE KEY-----\n`;
}
