export type { AzureAdoption, OwnAzureCluster, OwnAzureNetwork, OwnAzureSubnet } from "./adopt";
export { createAzurePlatform } from "./create";
export { lookUpAzure, type AzureFacts } from "./lookUp";
export { AzurePlatform, type AzurePlatformArgs, type CreateAzurePlatformArgs } from "./platform";
export { createAzureProvider } from "./provider";
