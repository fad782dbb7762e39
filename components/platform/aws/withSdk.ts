export { buildPlatform } from "./build";
export { createAwsPlatform } from "./create";
