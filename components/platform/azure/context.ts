import * as pulumi from "@pulumi/pulumi";
import type { Text } from "../../lib/text";
import type { AzurePlatformSettings } from "../../settings/azure/types";
import type { CommonContext } from "../shared/context";
import { type Names, prefixOf } from "../shared/names";
import type { AzureAdoption } from "./adopt";
import type { AzureFacts } from "./lookUp";

/** What every part of the platform is made from. */
export interface AzureContext extends CommonContext<AzurePlatformSettings, Names, AzureFacts, AzureAdoption> {
  /** ARM id of the cluster, known before it is there. */
  readonly clusterId: string;
  /** Everything that the stack makes lies in it; by its name, and by its ARM id. */
  readonly resourceGroup: Text;
  readonly groupId: pulumi.Input<string>;
  /** The same as what resources take. */
  readonly group: { readonly resourceGroupName: pulumi.Input<string> };
  /** Of whatever has a place and can carry tags: Azure's provider has no tags that it puts on everything by itself. */
  readonly place: {
    readonly resourceGroupName: pulumi.Input<string>;
    readonly location: string;
    readonly tags: Readonly<Record<string, string>>;
  };
  readonly tags: Readonly<Record<string, string>>;
}

/** What all names in Azure begin with, where nothing else is said. */
export const defaultPrefix = (): string => prefixOf(pulumi.getStack());

/** Where something is in Azure: `/subscriptions/…/resourceGroups/…/providers/<type>/<name>`. */
export const armId = (subscriptionId: string, resourceGroup: string, type: string, name: string): string =>
  `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/${type}/${name}`;
