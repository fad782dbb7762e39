export { ProblemsError, type Problem } from "./lib/errors";
export { Logfire, type LogfireArgs } from "./logfire/logfire";
export type * from "./platform/contract";
export { ExistingPlatform, inExistingCluster, type ExistingPlatformArgs } from "./platform/existing";
export { fromPulumi, fromStackFile, readSecrets, resolveSettings, type RawConfig } from "./settings";
export type * from "./settings/types";
