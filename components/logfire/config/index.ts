export { cacheDrainSeconds, cacheProxyConfig } from "./cacheProxy";
export { collectorConfig, collectorMemory, collectorPorts, collectorTokenVariable } from "./collector";
export { connectorVariable, dexConfig, dexPorts, dexVariables } from "./dex";
export { edgeDrainSeconds, edgeProxyConfig, publicRoutes, type EdgeService, type PublicRoute } from "./edgeProxy";
export { frontendAppConfig } from "./frontendAppConfig";
export { frontendCommand, frontendServerConfig, modelPricesHost } from "./frontendServer";
export type * from "./types";
