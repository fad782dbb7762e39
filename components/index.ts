/**
 * Logfire and the places that it runs in, for programs of your own; docs/library.md begins with one. Importing this
 * loads no cloud's SDK: a platform does when it is made.
 */
export { ProblemsError, UserError, type Problem } from "./lib/errors";
export type { Text } from "./lib/text";

export { fromProgram, type ProgramConfig } from "./fromProgram";
export { fromPulumi, fromStackFile, readSecrets, resolveSettings, type RawConfig } from "./settings";
export type * from "./settings/types";
export type * from "./settings/aws/types";
export type * from "./settings/azure/types";
export type * from "./settings/gcp/types";

export { Logfire, type LogfireArgs } from "./logfire/logfire";
export type { EdgeOutputs } from "./logfire/edge/outputs";

export { createPlatform, type PlatformArgs } from "./platform/createPlatform";
export type * from "./platform/contract";
export { ExistingPlatform, inExistingCluster, type ExistingPlatformArgs } from "./platform/existing";
export { AwsPlatform, type AwsPlatformArgs, type CreateAwsPlatformArgs } from "./platform/aws/platform";
export type { AwsAdoption, OwnAwsCluster, OwnAwsNetwork, OwnAwsSubnet } from "./platform/aws/adopt";
export type { AdoptedAwsCluster, AwsFacts, RunningNodeGroup } from "./platform/aws/lookUp";
export { GcpPlatform, type CreateGcpPlatformArgs, type GcpPlatformArgs } from "./platform/gcp/platform";
export type { GcpAdoption, OwnGcpCluster, OwnGcpNetwork, OwnGcpSubnet } from "./platform/gcp/adopt";
export type {
  AdoptedGcpCluster,
  AdoptedGcpParts,
  GcpFacts,
  RunningNodePool as RunningGcpNodePool,
} from "./platform/gcp/lookUp";
export { AzurePlatform, type AzurePlatformArgs, type CreateAzurePlatformArgs } from "./platform/azure/platform";
export type { AzureAdoption, OwnAzureCluster, OwnAzureNetwork, OwnAzureSubnet } from "./platform/azure/adopt";
export type { AdoptedAzureCluster, AzureFacts, RunningNodePool as RunningAzureNodePool } from "./platform/azure/lookUp";
