import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { givableSecretNames } from "../../components/settings/secretForms";
import { certificateAuthority } from "../support/certificates";
import type { Rig } from "./support";

const mark = () => randomBytes(9).toString("hex");
/** Every character that its form allows and that an encoding on the way would change. */
const printable = () => `cAnary@/${mark()}:+%&'#?=$~`;
const text = () => `cAnary "${mark()}" \\ä€ <&>`;
const urlSafeKey = () => randomBytes(32).toString("base64").replaceAll("+", "-").replaceAll("/", "_");
const base64Key = () => randomBytes(32).toString("base64");
const base32 = () =>
  Array.from(randomBytes(32), (byte) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".charAt(byte % 32)).join("");
const dsn = () => `rediss://:${encodeURIComponent(printable())}@redis.example.com:6379`;

const forms: Readonly<Record<string, () => string>> = {
  encryptionKey: urlSafeKey,
  gatewayEncryptionKey: urlSafeKey,
  gatewayInternalSecret: base64Key,
  objectStoreSseCKey: base64Key,
  adminTotpSecret: base32,
  adminTotpRecoveryCodes: () => JSON.stringify([mark(), mark()]),
  ...{ redisDsn: dsn, tokenRedisDsn: dsn, usageRedisDsn: dsn },
  ...{ smtpUsername: text, smtpPassword: text, openAiApiKey: text, azureOpenAiApiKey: text },
  ...{ registryPassword: text, postgresAdminPassword: text },
};

/** What the edge serves a hostname with; its parts are no canaries unless they belong together. */
export async function plantedCertificate(hostname: string): Promise<Readonly<Record<string, string>>> {
  const { chain, privateKey } = await (await certificateAuthority()).issue({ hostnames: [hostname] });
  return { tlsCertificate: chain, tlsPrivateKey: privateKey };
}

const madeAlone = givableSecretNames.filter((name) => !name.startsWith("tls"));

/** A value of its own for every other secret that can be given, by its path below `secrets`. */
export const plantedSecrets = (): Readonly<Record<string, string>> => ({
  ...Object.fromEntries(madeAlone.map((name) => [name, (forms[name] ?? printable)()])),
  "objectStore.AWS_ACCESS_KEY_ID": text(),
  "objectStore.AWS_SECRET_ACCESS_KEY": text(),
  "connectors.github.clientSecret": text(),
  "connectors.company.clientSecret": text(),
  "connectors.directory.bindPW": text(),
});

/** Parts of a secret value that are secret by themselves: the password of an address, each code of a list, each line of PEM. */
export function secretParts(value: string): readonly string[] {
  if (value.startsWith("-----BEGIN"))
    return value.split("\n").filter((line) => line.length >= 32 && !line.includes("-"));
  if (value.startsWith("[")) return JSON.parse(value) as string[];
  if (!URL.canParse(value) || !value.includes("://")) return [value];
  const { password } = new URL(value);
  return password === "" ? [] : [password, decodeURIComponent(password)];
}

/** Every way in which a value may be written down: as it is, escaped, encoded, and as part of something encoded. */
export function writings(value: string): readonly string[] {
  const escaped = JSON.stringify(value).slice(1, -1);
  const texts = [value, escaped, JSON.stringify(escaped).slice(1, -1), encodeURIComponent(value)];
  const encoded = texts.flatMap(base64Inside);
  const urlSafe = encoded.map((inner) => inner.replaceAll("+", "-").replaceAll("/", "_"));
  const hex = Buffer.from(value).toString("hex");
  return [...new Set([...texts, ...encoded, ...urlSafe, hex, ...encoded.flatMap(base64Inside)])];
}

/** What base64 makes of the value wherever it begins in a longer text: 1 or 2 bytes before it shift every character. */
const base64Inside = (value: string): readonly string[] =>
  [0, 1, 2].map((offset) => {
    const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(value)]);
    return bytes.toString("base64").slice(Math.ceil((offset * 8) / 6), Math.floor((bytes.length * 8) / 6));
  });

/** Where which secret stands: `jwtSecret in logs/deploying.log`. */
export function leaks(
  secrets: Readonly<Record<string, string>>,
  places: ReadonlyMap<string, string>,
): readonly string[] {
  const found: string[] = [];
  for (const [name, value] of Object.entries(secrets)) {
    const wanted = secretParts(value).flatMap(writings);
    for (const [place, content] of places)
      if (wanted.some((writing) => content.includes(writing))) found.push(`${name} in ${place}`);
  }
  return found;
}

/**
 * Everything that the engine and the control plane wrote to the disk, but etcd's data, which are the Secrets, and what
 * opens the sandbox itself: state and history, configuration, and the logs of all programs.
 */
export function filesOf(stateDir: string): ReadonlyMap<string, string> {
  const files = readdirSync(stateDir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map(({ parentPath, name }) => join(parentPath, name).slice(stateDir.length + 1));
  const kept = paths.filter((path) => !/^(etcd\/|pki\/|kubeconfig$|engine\/passphrase$|engine\/bin\/)/.test(path));
  return new Map(kept.map((path) => [path, readFileSync(join(stateDir, path), "utf8")]));
}

/** Every object of every kind in the cluster that is no Secret, one text per kind, events included. */
export async function objectsBut(rig: Rig, excluded = "secrets"): Promise<ReadonlyMap<string, string>> {
  const names = (await rig.kubectl("api-resources", "--verbs=list", "-o", "name")).trim().split("\n");
  const kinds = names.filter((name) => name !== excluded);
  const texts = await Promise.all(
    [kinds.filter((_, index) => index % 2 === 0), kinds.filter((_, index) => index % 2 === 1)].map((some) =>
      rig.kubectl("get", some.join(","), "-A", "-o", "json", "--show-managed-fields"),
    ),
  );
  const items = texts.flatMap(
    (text) => (JSON.parse(text) as { items: { kind: string; metadata: { name: string } }[] }).items,
  );
  return new Map(items.map((item, index) => [`${item.kind} ${item.metadata.name} #${index}`, JSON.stringify(item)]));
}
