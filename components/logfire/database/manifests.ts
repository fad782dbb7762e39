import type { Text } from "../../lib/text";
import type { PlatformFacts } from "../../platform/contract";
import type { LogfireSettings } from "../../settings/types";
import { imageReference } from "../catalogue/images";
import { connection, secretRefs } from "../catalogue/secretRefs";
import { pullSecretNames } from "../manifests/pod";
import { migrationJobs } from "../migrations";
import { bootstrapConfigMap, bootstrapJob, postgresCaConfigMap, type ConfigMapManifest } from "./bootstrap";
import { postgresAdminRef } from "./connection";
import { withRevision, type JobContext, type JobManifest } from "../../kubernetes/job";

export interface DatabaseInput {
  readonly settings: LogfireSettings;
  readonly platform: Pick<PlatformFacts, "placement"> & {
    readonly postgres: Omit<PlatformFacts["postgres"], "destination">;
  };
}

/** Hashes of the Secrets that the Jobs read. */
interface Checksums {
  readonly passwords: Text;
  readonly dsns: Text;
}

export interface DatabaseManifests {
  readonly configMaps: readonly ConfigMapManifest[];
  /** First the roles and databases, then both migrations. */
  readonly bootstrap: JobManifest;
  readonly migrations: readonly JobManifest[];
}

/** Everything between an empty server and a schema that the workloads can start on. */
export function databaseManifests({ settings, platform }: DatabaseInput, checksums?: Checksums): DatabaseManifests {
  const { caBundle } = platform.postgres;
  const refs = secretRefs(settings);
  const context = jobContext(settings, platform.placement);
  const image = (name: Parameters<typeof imageReference>[0]) => imageReference(name, settings.images);
  return {
    configMaps: [
      bootstrapConfigMap(settings.namespace),
      ...(caBundle === undefined ? [] : [postgresCaConfigMap(settings.namespace, caBundle)]),
    ],
    bootstrap: bootstrapJob({
      context,
      image: image("postgres"),
      postgres: platform.postgres,
      secrets: {
        admin: postgresAdminRef,
        passwords: { crud: refs.postgresCrudPassword, ff: refs.postgresFfPassword, dex: refs.postgresDexPassword },
      },
      checksum: checksums?.passwords,
    }),
    migrations: migrationJobs({
      context,
      images: { python: image("python"), fusionfire: image("fusionfire") },
      dsns: { crud: connection.crudDsn, ff: connection.ffDsn },
      checksum: checksums?.dsns,
      postgresCa: caBundle !== undefined,
    }),
  };
}

/** The Jobs as they are applied without an engine, named by what they hold. */
export function renderDatabase(input: DatabaseInput): readonly (ConfigMapManifest | JobManifest)[] {
  const { configMaps, bootstrap, migrations } = databaseManifests(input);
  return [...configMaps, withRevision(bootstrap), ...migrations.map(withRevision)];
}

/** How Logfire's Jobs are pulled, placed and secured; pods beside the workloads do the same. */
export const jobContext = (settings: LogfireSettings, placement: JobContext["placement"]): JobContext => ({
  namespace: settings.namespace,
  placement,
  pullPolicy: settings.images.pullPolicy,
  pullSecrets: pullSecretNames({ settings }),
  priorityClassName: settings.priorityClassName,
  podSecurity: settings.podSecurity,
});
