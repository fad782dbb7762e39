import { Provider } from "@pulumi/aws/provider";
import * as pulumi from "@pulumi/pulumi";
import type { AwsPlatformSettings } from "../../settings/aws/types";
import { tagsOf } from "./names";

/** The one that asks and makes everything: region, account and tags are the settings', whatever the surroundings say. */
export const createAwsProvider = (
  name: string,
  { region, profile, accountId, tags }: AwsPlatformSettings,
  opts?: pulumi.ResourceOptions,
): Provider =>
  new Provider(
    `${name}-aws`,
    {
      region,
      ...(profile === undefined ? {} : { profile }),
      ...(accountId === undefined ? {} : { allowedAccountIds: [accountId] }),
      defaultTags: { tags: tagsOf({ project: pulumi.getProject(), stack: pulumi.getStack() }, tags) },
    },
    opts,
  );
