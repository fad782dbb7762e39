import type { AzureOptions } from "../../sandbox/providers/azure/kind";
import { azureStages, makeAzureAccount } from "../../sandbox/providers/azure/rehearsed";
import { startCloudRig, type CloudRig } from "./cloudSupport";

/** A sandbox that stands in for AKS, with a subscription in which nothing is. */
export type AzureRig = CloudRig<AzureOptions>;

export const startAzureRig = (options: Partial<AzureOptions> = {}): Promise<AzureRig> =>
  startCloudRig("azure", azureStages(), (controlPlane) => makeAzureAccount(controlPlane, options));
