import type { LogfireSettings } from "../../settings/types";

/** Who reaches the load balancer in front of this stack; `none` where the stack brings none. */
export type Exposure = "public" | "internal" | "none";

export const balancerExposure = ({
  mode,
  exposure,
  gateway,
}: Pick<LogfireSettings["edge"], "mode" | "exposure" | "gateway">): Exposure =>
  mode === "native" || (mode === "gateway" && gateway.attachTo === undefined) ? exposure : "none";
