import * as pulumi from "@pulumi/pulumi";
import type { Platform } from "../../platform/contract";
import type { LogfireSettings } from "../../settings/types";
import { connectionSecrets } from "../catalogue/secretRefs";
import { register } from "../../kubernetes/resources";
import type { LogfireSecrets } from "../secrets/secrets";
import { postgresAdminRef } from "./connection";
import { databaseManifests } from "./manifests";
import { registerJob } from "../../kubernetes/registerJob";

export { databaseManifests, renderDatabase, type DatabaseInput } from "./manifests";

export interface DatabaseArgs {
  readonly settings: LogfireSettings;
  readonly platform: Pick<Platform, "placement" | "postgres">;
  readonly secrets: LogfireSecrets;
}

/**
 * Registers the Jobs in their order; `opts.dependsOn` is what the database server needs to be there. Workloads wait for
 * what is returned, the migrations.
 */
export function registerDatabase(
  component: string,
  { settings, platform, secrets }: DatabaseArgs,
  opts: pulumi.CustomResourceOptions,
): readonly pulumi.Resource[] {
  const { configMaps, bootstrap, migrations } = databaseManifests(
    { settings, platform },
    {
      // The DSNs hold the same passwords, those of the owner's own Secrets included.
      passwords: secrets.checksumOf([
        postgresAdminRef.secret,
        connectionSecrets.postgres.name,
        connectionSecrets.dexPostgres.name,
      ]),
      dsns: secrets.checksumOf([connectionSecrets.postgres.name]),
    },
  );
  const after = (...resources: pulumi.Resource[]) => pulumi.mergeOptions(opts, { dependsOn: resources });
  const files = configMaps.map((configMap) => register(component, configMap, opts));
  const done = registerJob(component, bootstrap, after(...secrets.resources, ...files));
  return migrations.map((job) => registerJob(component, job, after(done)));
}
