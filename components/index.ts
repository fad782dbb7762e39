export { Logfire, type LogfireArgs } from "./logfire/logfire";
export type * from "./platform/contract";
export { ExistingPlatform } from "./platform/existing";
export type * from "./settings/types";
