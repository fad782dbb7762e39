import { ResourceGroup } from "@pulumi/azure-native/resources/resourceGroup";
import type * as pulumi from "@pulumi/pulumi";
import type { Text } from "../../lib/text";
import type { AzurePlatformSettings } from "../../settings/azure/types";

interface GroupArgs {
  readonly resourceGroupName: string;
  readonly location: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** Deleting a group deletes whatever is in it, which is why it is protected like what holds data. */
export const createResourceGroup = (
  name: string,
  { resourceGroup }: Pick<AzurePlatformSettings, "resourceGroup">,
  args: GroupArgs,
  guarded: pulumi.CustomResourceOptions,
): Text =>
  resourceGroup.kind === "existing"
    ? resourceGroup.name
    : new ResourceGroup(`${name}-resource-group`, args, guarded).name;
