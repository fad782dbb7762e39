import type { RehearsedCloud } from "./cloud";

/** Each is loaded only for a stack that is on it. */
const clouds: Readonly<Record<string, () => Promise<RehearsedCloud>>> = {
  aws: async () => (await import("../providers/aws/rehearsed.js")).rehearsedAws,
  azure: async () => (await import("../providers/azure/rehearsed.js")).rehearsedAzure,
  gcp: async () => (await import("../providers/gcp/rehearsed.js")).rehearsedGcp,
};

/** The simulation of a platform; undefined where there is none. */
export const rehearsedCloud = (platform: string): Promise<RehearsedCloud> | undefined => clouds[platform]?.();
