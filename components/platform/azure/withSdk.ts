export { buildPlatform } from "./build";
export { createAzurePlatform } from "./create";
