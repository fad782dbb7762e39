import { nearest, type Problem } from "../lib/errors";
import { isObject } from "./maps";
import { isWithin } from "./parse";
import { givableSecretNames, setSecret } from "./secretForms";
import { formatPath, type Path, valueAt } from "./walk";

export interface PlainSecret extends Problem {
  readonly path: Path;
}

const inAddress = /[a-z][a-z0-9+.-]*:\/\/[^\s/@]*:[^\s]+@/i;
const inText = /-----BEGIN [A-Z ]*PRIVATE KEY-----|\b(AccountKey|SharedAccessKey|password|pwd)=[^;\s]+/i;
const secretName =
  /secret|passw|credential|bindpw|private_?key|api_?key|access_?key$|account_?key|token$|dsn$|_sas|sas_?token/i;
/** Names of places and identities, which are no secrets themselves. */
const plainName = /(file|path|url|uri|id|name|endpoint|header|prompt|key)s?$/i;
const keyName = /(api|access|account|private|encryption|secret)_?key$/i;

export const soundsSecret = (name: string) => secretName.test(name) && (keyName.test(name) || !plainName.test(name));

/** Places whose keys are the owner's, so that only a name tells what they hold. */
const freePlaces: readonly RegExp[] = [
  /^identity\.connectors\[\d+\]\.config\./,
  /^existing\.objectStore\.environment\b/,
  /^workloads\.[^.]+\.extraEnv\b/,
  /^telemetry\.resourceAttributes\b/,
  /^edge\.certificate\.dns01\b/,
];

/** Secrets written in plain text anywhere but below `secrets`, which the engine encrypts as a whole. Never their values. */
export function findPlainSecrets(
  values: Readonly<Record<string, unknown>>,
  unknown: readonly Path[],
): readonly PlainSecret[] {
  return leavesOf(values, [])
    .filter(({ path }) => path[0] !== "secrets")
    .flatMap(({ path, value }) => {
      const key = formatPath(path);
      if (inAddress.test(value))
        return [
          {
            path,
            key,
            problem: "holds an address with a password in plain text",
            remedy: addressRemedy(values, path, value),
          },
        ];
      if (inText.test(value))
        return [{ path, key, problem: "holds a secret in plain text", remedy: remedyFor(values, path) }];
      const named = unknown.some((parent) => isWithin(path, parent)) || freePlaces.some((place) => place.test(key));
      const secret = named && (nameOf(path) in wellKnown || soundsSecret(nameOf(path)) || isMisplaced(key));
      return secret ? [{ path, key, problem: "is a secret in plain text", remedy: remedyFor(values, path) }] : [];
    });
}

function leavesOf(value: unknown, path: Path): readonly { readonly path: Path; readonly value: string }[] {
  if (typeof value === "string") return value === "" ? [] : [{ path, value }];
  if (Array.isArray(value)) return value.flatMap((entry: unknown, index) => leavesOf(entry, [...path, index]));
  // An object in extraEnv is a reference to a Kubernetes Secret, or refused as none.
  if (!isObject(value) || path.at(-2) === "extraEnv") return [];
  return Object.entries(value).flatMap(([key, entry]) => leavesOf(entry, [...path, key]));
}

const nameOf = (path: Path) => String(path.filter((part) => typeof part === "string").at(-1));
const wellKnown = Object.fromEntries(givableSecretNames.map((name) => [name, name]));

/** Where people look for a secret's key first, and its name below `secrets`. */
const misplaced: readonly (readonly [RegExp, string])[] = [
  [/^images\.(credentials\.)?(password|registryPassword)$/, "registryPassword"],
  [/^existing\.postgres\.(password|adminPassword)$/, "postgresAdminPassword"],
  [/^existing\.redis\.(dsn|password|url|uri)$/, "redisDsn"],
  [/^smtp\.password$/, "smtpPassword"],
  [/^smtp\.(user|username)$/, "smtpUsername"],
  [/^ai\.openAi\.(apiKey|key)$/, "openAiApiKey"],
  [/^ai\.azureOpenAi\.(apiKey|key)$/, "azureOpenAiApiKey"],
  [/^edge\.certificate\.(key|privateKey|tlsPrivateKey)$/, "tlsPrivateKey"],
];
const isMisplaced = (key: string) => misplaced.some(([pattern]) => pattern.test(key));

function remedyFor(values: Readonly<Record<string, unknown>>, path: Path): string {
  const key = formatPath(path);
  const name = nameOf(path);
  if (path.includes("extraEnv")) return "reference a Kubernetes Secret: { secret: NAME, key: KEY }";
  if (key.startsWith("edge.certificate.dns01"))
    return `reference a Secret in cert-manager's namespace: ${name}SecretRef: { name: NAME, key: KEY }`;
  if (/^existing\.objectStore\./.test(key)) return moveTo(`objectStore.${name}`);
  if (path[0] === "identity" && path[1] === "connectors") {
    const id = valueAt(values, [...path.slice(0, 3), "id"]);
    return moveTo(`connectors.${typeof id === "string" && /^[a-z0-9-]+$/.test(id) ? id : "ID"}.${name}`);
  }
  const target = misplaced.find(([pattern]) => pattern.test(key))?.[1] ?? nearest(name, givableSecretNames);
  return target === undefined ? `remove it: a secret is set with \`${setSecret("NAME")}\`` : moveTo(target);
}

function addressRemedy(values: Readonly<Record<string, unknown>>, path: Path, value: string): string {
  if (path.includes("extraEnv")) return remedyFor(values, path);
  if (/^rediss?:/i.test(value)) return moveTo("redisDsn");
  if (/^postgres(ql)?:/i.test(value))
    return `write host and adminUser below existing.postgres and set the password with \`${setSecret("postgresAdminPassword")}\``;
  return "write it without user name and password";
}

const moveTo = (path: string) => `remove it and set it with \`${setSecret(path)}\``;
