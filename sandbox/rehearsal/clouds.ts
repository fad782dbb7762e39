import type { RehearsedCloud } from "./cloud";

/** Each is loaded only for a stack that is on it. */
const clouds: Readonly<Record<string, () => Promise<RehearsedCloud>>> = {
  aws: async () => (await import("../providers/aws/rehearsed.js")).rehearsedAws,
};

/** The simulation of a platform; undefined where there is none. */
export const rehearsedCloud = (platform: string): Promise<RehearsedCloud> | undefined => clouds[platform]?.();
