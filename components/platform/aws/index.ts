export type { AwsAdoption, OwnAwsCluster, OwnAwsNetwork, OwnAwsSubnet } from "./adopt";
export { createAwsPlatform } from "./create";
export { lookUpAws, type AwsFacts } from "./lookUp";
export { AwsPlatform, type AwsPlatformArgs, type CreateAwsPlatformArgs } from "./platform";
export { createAwsProvider } from "./provider";
