export { buildPlatform } from "./build";
export { createGcpPlatform } from "./create";
