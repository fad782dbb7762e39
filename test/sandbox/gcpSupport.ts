import type { GcpOptions } from "../../sandbox/providers/gcp/kind";
import { gcpStages, makeGcpAccount } from "../../sandbox/providers/gcp/rehearsed";
import { startCloudRig, type CloudRig } from "./cloudSupport";

/** A sandbox that stands in for GKE, with a project in which nothing is. */
export type GcpRig = CloudRig<GcpOptions>;

export const startGcpRig = (options: Partial<GcpOptions> = {}): Promise<GcpRig> =>
  startCloudRig("gcp", gcpStages(), (controlPlane) => makeGcpAccount(controlPlane, options));
