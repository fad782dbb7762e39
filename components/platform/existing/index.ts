export { ExistingPlatform, type ExistingPlatformArgs } from "./existing";
export { platformFacts } from "./facts";
export { inExistingCluster } from "./facts";
