import { createHmac } from "node:crypto";
import type { Secret } from "@pulumi/kubernetes/core/v1/secret";
import * as pulumi from "@pulumi/pulumi";
import type { Platform } from "../../platform/contract";
import type { LogfireSettings, SecretValues } from "../../settings/types";
import type { SecretName } from "../catalogue/names";
import { connectionSecrets } from "../catalogue/secretRefs";
import { connectorVariable } from "../config/dex";
import { postgresAdminRef, postgresDsn } from "../database/connection";
import { roleOf, type DatabaseName } from "../database/sql";
import { dockerConfig } from "./forms";
import { irreplaceable, ownSecrets, secretSources } from "./plan";
import { registerSecret, type SecretData } from "../../kubernetes/secret";
import { given, randomBytes, secretValue } from "./values";

export interface LogfireSecretsArgs {
  readonly settings: LogfireSettings;
  readonly values: SecretValues;
  readonly platform: Pick<Platform, "postgres" | "redis" | "objectStore">;
}

type Data = SecretData;
type Values = ReadonlyMap<SecretName, pulumi.Output<string>>;

/** Everything secret, as Kubernetes Secrets that the workloads read by reference. */
export class LogfireSecrets extends pulumi.ComponentResource {
  /** Hash of each Secret's content, by its name. Not secret: an annotation with it rolls the pods. */
  readonly checksums: Readonly<Record<string, pulumi.Output<string>>>;
  /** The Secrets, for what must not start before them. */
  readonly resources: readonly Secret[];
  private readonly byName: ReadonlyMap<string, Secret>;

  private readonly values: Values;

  constructor(name: string, args: LogfireSecretsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("logfire-platform:index:LogfireSecrets", name, {}, opts);
    // A component's dependencies do not pass to its children by themselves.
    const child = { parent: this, dependsOn: opts?.dependsOn };
    this.values = readValues(name, args, child);
    const contents = new Map([...ownContents(args.settings, this.values), ...connectionContents(args, this.values)]);
    // An open hash of a weak password could be tried out at leisure; of a keyed one it says nothing.
    const key = pulumi.secret(randomBytes(`${name}-checksum-key`, 32, child).base64);

    const own = ownSecrets(args.settings);
    const create = (secret: string, data: Data) =>
      registerSecret(name, args.settings.namespace, secret, data, {
        ...child,
        ...(holdsIrreplaceable(own.get(secret)) ? { immutable: true, protect: !args.settings.disposable } : {}),
      });
    this.byName = new Map([...contents].map(([secret, data]) => [secret, create(secret, data)]));
    this.resources = [...this.byName.values()];
    this.checksums = Object.fromEntries([...contents].map(([secret, data]) => [secret, checksum(key, data)]));
    this.registerOutputs({});
  }

  /** A generated or given value, marked secret; undefined where it is in a Secret of the owner's or not needed. */
  value(name: SecretName): pulumi.Output<string> | undefined {
    return this.values.get(name);
  }

  /** Those of the Secrets that are made here, for what must not start before them. */
  resourcesOf(names: readonly string[]): readonly Secret[] {
    return names.flatMap((name) => this.byName.get(name) ?? []);
  }

  /** One hash for several Secrets; names of Secrets that are not made here, the owner's own, count for nothing. */
  checksumOf(names: readonly string[]): pulumi.Output<string> {
    const known = [...new Set(names)].sort().flatMap((name) => this.checksums[name] ?? []);
    return pulumi.all(known).apply((hashes) => shorten(hashes.join("\n")));
  }
}

/**
 * The API server refuses another value then: a second stack in the same namespace, or one that has lost its state, would
 * otherwise put its own key over the one that the data is encrypted with.
 */
const holdsIrreplaceable = (keys: ReadonlyMap<string, SecretName> = new Map()): boolean =>
  keys.size > 0 && [...keys.values()].every((name) => irreplaceable.includes(name));

function readValues(
  name: string,
  { settings, values }: LogfireSecretsArgs,
  opts: pulumi.CustomResourceOptions,
): Values {
  const { namespace, disposable } = settings;
  const read = [...secretSources(settings)]
    .filter(([secret, source]) => source.from !== "existing" || builtIn.includes(secret))
    .map(
      ([secret, source]) =>
        [secret, secretValue(name, secret, source, { namespace, values, disposable, opts })] as const,
    );
  return new Map(read);
}

/** Passwords that become part of a DSN, so that a reference to them is not enough. */
const builtIn: readonly SecretName[] = ["postgresCrudPassword", "postgresFfPassword", "postgresDexPassword"];

function ownContents(settings: LogfireSettings, values: Values): ReadonlyMap<string, Data> {
  const contents = [...ownSecrets(settings)].map(([secret, keys]) => {
    const data = [...keys].map(([key, name]) => [key, valueOf(values, name)] as const);
    return [secret, Object.fromEntries(data)] as const;
  });
  return new Map(contents);
}

function valueOf(values: Values, name: SecretName): pulumi.Output<string> {
  const value = values.get(name);
  if (value === undefined) throw new Error(`the secret ${name} is needed, but not planned`);
  return value;
}

/** Secrets that say how to reach something. */
function connectionContents(
  { settings, values, platform }: LogfireSecretsArgs,
  own: Values,
): ReadonlyMap<string, Data> {
  const { postgres, dexPostgres, redis, objectStore, dexConnectors, imagePull } = connectionSecrets;
  const { credentials } = settings.images;
  const dsn = platform.redis.dsn;
  return new Map<string, Data>([
    [postgresAdminRef.secret, { [postgresAdminRef.key]: platform.postgres.adminPassword }],
    [
      postgres.name,
      {
        [postgres.crud]: databaseDsn(platform, "crud", valueOf(own, "postgresCrudPassword")),
        [postgres.ff]: databaseDsn(platform, "ff", valueOf(own, "postgresFfPassword")),
      },
    ],
    [
      dexPostgres.name,
      {
        [dexPostgres.host]: platform.postgres.host,
        [dexPostgres.user]: roleOf("dex"),
        [dexPostgres.password]: valueOf(own, "postgresDexPassword"),
      },
    ],
    [
      redis.name,
      {
        [redis.main]: dsn,
        [redis.token]: platform.redis.tokenDsn ?? dsn,
        [redis.usage]: platform.redis.usageDsn ?? dsn,
      },
    ],
    ...optional(objectStore.name, platform.objectStore.secretEnvironment),
    ...optional(dexConnectors.name, connectorContents(settings, values)),
    ...optional(
      imagePull.name,
      credentials === undefined
        ? {}
        : { ".dockerconfigjson": pullCredentials(credentials, given(values, "registryPassword")) },
    ),
  ]);
}

const optional = (name: string, data: Data): [string, Data][] => (Object.keys(data).length === 0 ? [] : [[name, data]]);

const databaseDsn = (
  { postgres }: LogfireSecretsArgs["platform"],
  database: DatabaseName,
  password: pulumi.Output<string>,
) =>
  pulumi.all([postgres.host, password]).apply(([host, known]) =>
    postgresDsn({
      user: roleOf(database),
      password: known,
      host,
      port: postgres.port,
      database,
      tls: postgres.tls,
      hasCa: postgres.caBundle !== undefined,
    }),
  );

function connectorContents({ identity }: LogfireSettings, values: SecretValues): Data {
  const entries = identity.connectors.flatMap(({ id, secretKeys }) =>
    secretKeys.map((key) => [connectorVariable(id, key), given(values, `connectors.${id}.${key}`)]),
  );
  return Object.fromEntries(entries) as Data;
}

const pullCredentials = (
  { server, username }: { readonly server: string; readonly username: string },
  password: pulumi.Output<string>,
) => password.apply((known) => dockerConfig(server, username, known));

function checksum(key: pulumi.Output<string>, data: Data): pulumi.Output<string> {
  const sorted = Object.entries(data).sort(([a], [b]) => (a < b ? -1 : 1));
  const hash = pulumi
    .all([key, pulumi.output(sorted)])
    .apply(([known, entries]) => shorten(createHmac("sha256", known).update(JSON.stringify(entries)).digest("hex")));
  return pulumi.unsecret(hash);
}

const shorten = (text: string): string => createHmac("sha256", "").update(text).digest("hex").slice(0, 16);
