export type { AwsAdoption, OwnCluster, OwnNetwork, OwnSubnet } from "./adopt";
export { checkMaker, createAwsPlatform } from "./create";
export { lookUpAws, type AwsFacts } from "./lookUp";
export { AwsPlatform, type AwsPlatformArgs, type CreateAwsPlatformArgs } from "./platform";
export { createAwsProvider } from "./provider";
