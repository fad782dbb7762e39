import { nearest, type Problem } from "../../lib/errors";
import { azureClientId, azureUse } from "../cloudIdentity";
import { show } from "../fields";
import { isDnsName } from "../formats";
import { floors } from "../schemaExisting";
import { setSecret } from "../secretForms";
import { unused } from "./core";
import { demand, type Rule, type RuleInput, when } from "./rule";

/** Variables that the object store's client reads, by scheme of the address. */
const variables: Readonly<Record<string, readonly string[]>> = {
  s3: [
    "AWS_DEFAULT_REGION",
    "AWS_REGION",
    "AWS_ENDPOINT",
    "AWS_ENDPOINT_URL",
    "AWS_ALLOW_HTTP",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_VIRTUAL_HOSTED_STYLE_REQUEST",
  ],
  gs: ["GOOGLE_SERVICE_ACCOUNT", "GOOGLE_SERVICE_ACCOUNT_KEY", "GOOGLE_APPLICATION_CREDENTIALS"],
  az: ["AZURE_STORAGE_ACCOUNT_NAME", "AZURE_STORAGE_ACCOUNT_KEY", "AZURE_STORAGE_CLIENT_ID", "AZURE_STORAGE_TENANT_ID"],
};
const foreign: Readonly<Record<string, string>> = { AWS_: "s3", GOOGLE_: "gs", AZURE_: "az" };

/** In-cluster names only: the password crosses the network in clear. */
const insideCluster = (host: string) =>
  isDnsName(host) && (!host.includes(".") || /\.svc(\.cluster\.local)?$/.test(host));

const postgres: Rule = (input) => {
  const server = input.config.existing.postgres;
  if (!input.readable(["existing", "postgres"])) return [];
  if (server === "inCluster")
    return unused(input, ["postgresAdminPassword"], "PostgreSQL runs inside the cluster", "write existing.postgres");
  return checkServer(input, server, "existing.postgres");
};

type Server = Exclude<RuleInput["config"]["existing"]["postgres"], string>;

/** A PostgreSQL server of the owner's, with the key that it is written under. */
export function checkServer(
  input: RuleInput,
  { version, tls, caBundle, host }: Server,
  key: string,
): readonly Problem[] {
  return [
    ...when(
      version !== undefined && version < floors.postgres,
      `${key}.version`,
      `${version} is too old`,
      `upgrade the server to PostgreSQL ${floors.postgres} or later`,
    ),
    ...when(
      (tls === "verify-ca" || tls === "verify-full") && caBundle === undefined,
      `${key}.caBundle`,
      `is missing: tls is ${tls}`,
      "write the PEM text of the server's certificate authorities",
    ),
    ...when(
      tls === "disable" && !insideCluster(host),
      `${key}.tls`,
      `"disable" sends passwords to ${show(host)} in clear`,
      "write require, or verify-full with caBundle",
    ),
    ...demand(input, "postgresAdminPassword", `${key} names a server`),
  ];
}

const redis: Rule = (input) => {
  if (!input.readable(["existing", "redis"])) return [];
  return input.config.existing.redis === "inCluster"
    ? unused(
        input,
        ["redisDsn", "tokenRedisDsn", "usageRedisDsn"],
        "Redis runs inside the cluster",
        "write existing.redis: external",
      )
    : demand(input, "redisDsn", "existing.redis is external");
};

const secretVariables = (input: RuleInput) =>
  input.given.filter((path) => path.startsWith("objectStore.")).map((path) => path.slice("objectStore.".length));

const objectStore: Rule = (input) => {
  const store = input.config.existing.objectStore;
  if (!input.readable(["existing", "objectStore"])) return [];
  const secret = secretVariables(input);
  if (store === "inCluster")
    return unused(
      input,
      secret.map((name) => `objectStore.${name}`),
      "the object store runs inside the cluster",
      "write existing.objectStore",
    );
  const scheme = store.uri.split(":")[0] ?? "";
  const names = [...Object.keys(store.environment), ...secret];
  const key = "existing.objectStore.environment";
  const missing = (name: string, remedy: string) =>
    when(!names.includes(name), `${key}.${name}`, `is missing: ${show(store.uri)} needs it`, remedy);
  return [
    ...(scheme === "s3" && !names.includes("AWS_REGION")
      ? missing("AWS_DEFAULT_REGION", "write the bucket's region, such as us-east-1")
      : []),
    ...(scheme === "az" ? missing("AZURE_STORAGE_ACCOUNT_NAME", "write the name of the storage account") : []),
    ...names.flatMap((name) => variable(name, scheme, names, secret.includes(name) ? "secrets.objectStore" : key)),
    ...staticKeys(input, names, secret),
    ...endpoint(store.environment),
  ];
};

function variable(name: string, scheme: string, names: readonly string[], key: string): readonly Problem[] {
  const other = Object.entries(foreign).find(([prefix]) => name.startsWith(prefix))?.[1];
  if (other !== undefined && other !== scheme)
    return when(true, `${key}.${name}`, `is for ${other}:// and the bucket is ${scheme}://`, "remove it");
  const known = variables[scheme] ?? [];
  const near = known.includes(name) ? undefined : nearest(name, known);
  return when(
    near !== undefined && !names.includes(near),
    `${key}.${name}`,
    "is not a variable of the object store",
    `did you mean ${near ?? ""}?`,
  );
}

/** Half a pair of keys is refused by every store, but only when the first pod runs. */
function staticKeys(input: RuleInput, names: readonly string[], secret: readonly string[]): readonly Problem[] {
  return [
    ...when(
      names.includes("AWS_ACCESS_KEY_ID") &&
        !secret.includes("AWS_SECRET_ACCESS_KEY") &&
        input.readable(["secrets", "objectStore"]),
      "secrets.objectStore.AWS_SECRET_ACCESS_KEY",
      "is missing: AWS_ACCESS_KEY_ID is given",
      `set it with \`${setSecret("objectStore.AWS_SECRET_ACCESS_KEY")}\``,
    ),
    ...when(
      secret.includes("AWS_SECRET_ACCESS_KEY") && !names.includes("AWS_ACCESS_KEY_ID"),
      "existing.objectStore.environment.AWS_ACCESS_KEY_ID",
      "is missing: secrets.objectStore.AWS_SECRET_ACCESS_KEY is given",
      "write the id of the key",
    ),
  ];
}

function endpoint(environment: Readonly<Record<string, string>>): readonly Problem[] {
  const name = "AWS_ENDPOINT" in environment ? "AWS_ENDPOINT" : "AWS_ENDPOINT_URL";
  const address = environment[name];
  if (address === undefined) return [];
  const key = `existing.objectStore.environment.${name}`;
  const parsed = URL.canParse(address) ? new URL(address) : undefined;
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol))
    return when(true, key, `${show(address)} is not an address`, "write one such as https://minio.example.com:9000");
  return when(
    parsed.protocol === "http:" && environment["AWS_ALLOW_HTTP"] !== "true",
    key,
    `${show(address)} is not encrypted`,
    'write https://, or add AWS_ALLOW_HTTP: "true"',
  );
}

const sseC: Rule = (input) => {
  const store = input.config.existing.objectStore;
  if (!input.config.sseC)
    return unused(input, ["objectStoreSseCKey"], "sseC is off", "write sseC: true on an empty bucket");
  const s3 = store !== "inCluster" && store.uri.startsWith("s3:");
  return [
    ...when(
      !s3 && input.readable(["existing", "objectStore"]),
      "sseC",
      `is true and the object store is ${store === "inCluster" ? "inside the cluster" : show(store.uri)}`,
      "use it with an s3:// bucket of your own only, or remove it",
    ),
    ...demand(input, "objectStoreSseCKey", "sseC is true, and the key has to be one that you keep"),
  ];
};

/** Without the label the webhook leaves the pods as they are, and the first write to the bucket fails. */
const azureIdentity: Rule = ({ config: { existing } }) =>
  when(
    existing.serviceAccountAnnotations[azureClientId] !== undefined && existing.podLabels[azureUse] !== "true",
    `existing.podLabels.${azureUse}`,
    `is missing: ${azureClientId} is set, and pods without this label do not get the identity`,
    'write "true"',
  );

const unusedExisting: Rule = ({ config }) =>
  when(
    config.existingSecrets.objectStoreSseCKey !== undefined && !config.sseC,
    "existingSecrets.objectStoreSseCKey",
    "is not used: sseC is off",
    "write sseC: true on an empty bucket, or remove it",
  );

export const storeRules: readonly Rule[] = [postgres, redis, objectStore, sseC, azureIdentity, unusedExisting];
