import type { SecretValues, Settings } from "../settings/types";
import { AwsPlatform } from "./aws/platform";
import { AzurePlatform } from "./azure/platform";
import type { Platform } from "./contract";
import { ExistingPlatform, inExistingCluster } from "./existing";
import { GcpPlatform } from "./gcp/platform";

export interface PlatformArgs {
  readonly settings: Settings;
  readonly secrets: SecretValues;
}

/** The platform that the settings ask for. A cloud's SDK is loaded by the stacks that are on it: it takes its time. */
export async function createPlatform(name: string, { settings, secrets }: PlatformArgs): Promise<Platform> {
  switch (settings.platform.kind) {
    case "existing":
      return new ExistingPlatform(name, { settings: inExistingCluster(settings), secrets });
    case "aws":
      return AwsPlatform.create(name, { settings, secrets });
    case "azure":
      return AzurePlatform.create(name, { settings, secrets });
    case "gcp":
      return GcpPlatform.create(name, { settings, secrets });
  }
}
