import type { Configuration } from "./schema";

/** Places of a stack's own, each with a block of keys under its name. */
export type CloudName = Exclude<Configuration["platform"], "existing">;

/** Keys of the cloud that the configuration is for; none on the owner's cluster, or where none is written. */
export const cloudBlock = (config: Configuration) =>
  config.platform === "existing" ? undefined : config[config.platform];
