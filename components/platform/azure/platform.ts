import { createRequire } from "node:module";
import type * as pulumi from "@pulumi/pulumi";
import { UserError } from "../../lib/errors";
import type { LogfireSettings, Settings } from "../../settings/types";
import type { AzurePlatformSettings } from "../../settings/azure/types";
import { CloudPlatform, type CreateCloudPlatformArgs } from "../shared/cloudPlatform";
import { loadWithSdk } from "../shared/sdk";
import type { AzureAdoption } from "./adopt";
import type { AzureFacts } from "./lookUp";

/** Settings of a stack on Azure. */
export interface AzureSettings {
  readonly platform: AzurePlatformSettings;
  readonly logfire: LogfireSettings;
}

export type CreateAzurePlatformArgs = CreateCloudPlatformArgs<AzureAdoption>;

export interface AzurePlatformArgs extends CreateAzurePlatformArgs {
  /** What `AzurePlatform.create` asks Azure for. The pools that run in it decide what an upgrade is told. */
  readonly facts: AzureFacts;
}

/**
 * Logfire's place on Azure: resource group, network, AKS cluster with its nodes, PostgreSQL, storage account, cache, DNS
 * zone and the load balancer's address, each made or adopted. `AzurePlatform.create` is the usual way to one. Children are
 * named `<name>-<part>`.
 */
export class AzurePlatform extends CloudPlatform {
  /**
   * Asks Azure for what decides what is made, and says everything that is wrong at once, as one `ProblemsError`, before
   * anything is. Makes an `azure-native.Provider` by the settings' location and subscription, unless `opts.provider` is one.
   */
  static create(
    name: string,
    args: CreateAzurePlatformArgs,
    opts?: pulumi.ComponentResourceOptions,
  ): Promise<AzurePlatform> {
    return withSdk().createAzurePlatform(name, args, opts);
  }

  /** From facts that are known already. Pass an `azure-native.Provider` as `opts.provider`. */
  constructor(name: string, args: AzurePlatformArgs, opts?: pulumi.ComponentResourceOptions) {
    super("logfire-platform:index:AzurePlatform", name, (parent) => withSdk().buildPlatform(parent, name, args), opts);
  }
}

const withSdk = () =>
  loadWithSdk<typeof import("./withSdk")>({ cloud: "Azure", package: "@pulumi/azure-native", version: 3 }, () =>
    createRequire(__filename)("./withSdk"),
  );

/** A stack on Azure; refused where it is for another platform. */
export function onAzure({ platform, logfire }: Settings): AzureSettings {
  if (platform.kind !== "azure")
    throw new UserError(`The settings are for the platform ${platform.kind}: write \`platform: azure\` in them`);
  return { platform, logfire };
}
