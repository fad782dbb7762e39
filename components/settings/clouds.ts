import { createRequire } from "node:module";
import type * as aws from "./aws";
import type * as azure from "./azure";
import type * as gcp from "./gcp";

const load = createRequire(__filename);

/**
 * Keys, rules and defaults of each cloud. A stack loads those of its own: the others', with the tables that they are
 * checked by, are 40 files and a tenth of its start.
 */
export const settingsOf = {
  aws: () => load("./aws") as typeof aws,
  gcp: () => load("./gcp") as typeof gcp,
  azure: () => load("./azure") as typeof azure,
} as const;
