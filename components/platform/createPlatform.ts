import { createRequire } from "node:module";
import type { SecretValues, Settings } from "../settings/types";
import type * as aws from "./aws/platform";
import type * as azure from "./azure/platform";
import type { Platform } from "./contract";
import type * as existing from "./existing";
import type * as gcp from "./gcp/platform";

export interface PlatformArgs {
  readonly settings: Settings;
  readonly secrets: SecretValues;
}

const load = createRequire(__filename);

/** The platform that the settings ask for. What the others are made of is not loaded: it would take its time. */
export async function createPlatform(name: string, { settings, secrets }: PlatformArgs): Promise<Platform> {
  const args = { settings, secrets };
  switch (settings.platform.kind) {
    case "existing": {
      const { ExistingPlatform, inExistingCluster } = load("./existing") as typeof existing;
      return new ExistingPlatform(name, { settings: inExistingCluster(settings), secrets });
    }
    case "aws":
      return (load("./aws/platform") as typeof aws).AwsPlatform.create(name, args);
    case "azure":
      return (load("./azure/platform") as typeof azure).AzurePlatform.create(name, args);
    case "gcp":
      return (load("./gcp/platform") as typeof gcp).GcpPlatform.create(name, args);
  }
}
