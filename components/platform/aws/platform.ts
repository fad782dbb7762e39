import { createRequire } from "node:module";
import type * as pulumi from "@pulumi/pulumi";
import { UserError } from "../../lib/errors";
import type { LogfireSettings, Settings } from "../../settings/types";
import type { AwsPlatformSettings } from "../../settings/aws/types";
import { CloudPlatform, type CreateCloudPlatformArgs } from "../shared/cloudPlatform";
import { loadWithSdk } from "../shared/sdk";
import type { AwsAdoption } from "./adopt";
import type { AwsFacts } from "./lookUp";

/** Settings of a stack on AWS. */
export interface AwsSettings {
  readonly platform: AwsPlatformSettings;
  readonly logfire: LogfireSettings;
}

export type CreateAwsPlatformArgs = CreateCloudPlatformArgs<AwsAdoption>;

export interface AwsPlatformArgs extends CreateAwsPlatformArgs {
  /** What `AwsPlatform.create` asks AWS for. Zones and machine types in it decide where subnets and nodes are. */
  readonly facts: AwsFacts;
}

/**
 * Logfire's place on AWS: network, EKS cluster with its nodes, PostgreSQL, bucket, cache, DNS zone and load balancer,
 * each made or adopted. `AwsPlatform.create` is the usual way to one. Children are named `<name>-<part>`.
 */
export class AwsPlatform extends CloudPlatform {
  /**
   * Asks AWS for what decides what is made, and says everything that is wrong at once, as one `ProblemsError`, before
   * anything is. Makes an `aws.Provider` by the settings' region, profile, account and tags, unless `opts.provider` is one.
   */
  static create(
    name: string,
    args: CreateAwsPlatformArgs,
    opts?: pulumi.ComponentResourceOptions,
  ): Promise<AwsPlatform> {
    return withSdk().createAwsPlatform(name, args, opts);
  }

  /** From facts that are known already. Pass an `aws.Provider` as `opts.provider`. */
  constructor(name: string, args: AwsPlatformArgs, opts?: pulumi.ComponentResourceOptions) {
    super("logfire-platform:index:AwsPlatform", name, (parent) => withSdk().buildPlatform(parent, name, args), opts);
  }
}

const withSdk = () =>
  loadWithSdk<typeof import("./withSdk")>({ cloud: "AWS", package: "@pulumi/aws", version: 7 }, () =>
    createRequire(__filename)("./withSdk"),
  );

/** A stack on AWS; refused where it is for another platform. */
export function onAws({ platform, logfire }: Settings): AwsSettings {
  if (platform.kind !== "aws")
    throw new UserError(`The settings are for the platform ${platform.kind}: write \`platform: aws\` in them`);
  return { platform, logfire };
}
