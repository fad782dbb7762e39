export type { GcpAdoption, OwnGcpCluster, OwnGcpNetwork, OwnGcpSubnet } from "./adopt";
export { createGcpPlatform } from "./create";
export { lookUpGcp, type GcpFacts } from "./lookUp";
export { GcpPlatform, type CreateGcpPlatformArgs, type GcpPlatformArgs } from "./platform";
export { createGcpProvider } from "./provider";
