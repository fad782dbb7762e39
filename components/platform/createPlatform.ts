import type { SecretValues, Settings } from "../settings/types";
import { ExistingPlatform, inExistingCluster } from "./existing";
import type { Platform } from "./contract";

export interface PlatformArgs {
  readonly settings: Settings;
  readonly secrets: SecretValues;
}

/** The platform that the settings ask for. A cloud is loaded by the stacks that are on it: its SDK takes its time. */
export async function createPlatform(name: string, { settings, secrets }: PlatformArgs): Promise<Platform> {
  const { platform, logfire } = settings;
  switch (platform.kind) {
    case "existing":
      return new ExistingPlatform(name, { settings: inExistingCluster(settings), secrets });
    case "aws": {
      const { createAwsPlatform } = await import("./aws/index.js");
      return createAwsPlatform(name, { settings: { platform, logfire }, secrets });
    }
  }
}
