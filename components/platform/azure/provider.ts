import { Provider } from "@pulumi/azure-native/provider";
import type * as pulumi from "@pulumi/pulumi";
import type { AzurePlatformSettings } from "../../settings/azure/types";

/** The one that asks and makes everything: subscription and location are the settings', whatever the surroundings say. */
export const createAzureProvider = (
  name: string,
  { location, subscriptionId }: AzurePlatformSettings,
  opts?: pulumi.ResourceOptions,
): Provider =>
  new Provider(`${name}-azure`, { location, ...(subscriptionId === undefined ? {} : { subscriptionId }) }, opts);
