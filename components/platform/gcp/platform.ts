import { createRequire } from "node:module";
import type * as pulumi from "@pulumi/pulumi";
import { UserError } from "../../lib/errors";
import type { LogfireSettings, Settings } from "../../settings/types";
import type { GcpPlatformSettings } from "../../settings/gcp/types";
import { CloudPlatform, type CreateCloudPlatformArgs } from "../shared/cloudPlatform";
import { loadWithSdk } from "../shared/sdk";
import type { GcpAdoption } from "./adopt";
import type { GcpFacts } from "./lookUp";
import { usableName } from "./names";

/** Settings of a stack on GCP. */
export interface GcpSettings {
  readonly platform: GcpPlatformSettings;
  readonly logfire: LogfireSettings;
}

export type CreateGcpPlatformArgs = CreateCloudPlatformArgs<GcpAdoption>;

export interface GcpPlatformArgs extends CreateGcpPlatformArgs {
  /** What `GcpPlatform.create` asks GCP for. Zones and machine types in it decide where nodes are. */
  readonly facts: GcpFacts;
}

/**
 * Logfire's place on Google Cloud: network, GKE cluster with its nodes, PostgreSQL, bucket, cache, DNS zone and load balancer,
 * each made or adopted. `GcpPlatform.create` is the usual way to one. Children are named `<name>-<part>`; `name` is at most 24
 * lower-case letters, digits and hyphens, because node pools in GCP are named by it too.
 */
export class GcpPlatform extends CloudPlatform {
  /**
   * Asks GCP for what decides what is made, and says everything that is wrong at once, as one `ProblemsError`, before
   * anything is. Makes a `gcp.Provider` by the settings' project, region and labels, unless `opts.provider` is one.
   */
  static create(
    name: string,
    args: CreateGcpPlatformArgs,
    opts?: pulumi.ComponentResourceOptions,
  ): Promise<GcpPlatform> {
    return withSdk().createGcpPlatform(name, args, opts);
  }

  /** From facts that are known already. Pass a `gcp.Provider` as `opts.provider`. */
  constructor(name: string, args: GcpPlatformArgs, opts?: pulumi.ComponentResourceOptions) {
    super(
      "logfire-platform:index:GcpPlatform",
      usableName(name),
      (parent) => withSdk().buildPlatform(parent, name, args),
      opts,
    );
  }
}

const withSdk = () =>
  loadWithSdk<typeof import("./withSdk")>({ cloud: "GCP", package: "@pulumi/gcp", version: 9 }, () =>
    createRequire(__filename)("./withSdk"),
  );

/** A stack on GCP; refused where it is for another platform. */
export function onGcp({ platform, logfire }: Settings): GcpSettings {
  if (platform.kind !== "gcp")
    throw new UserError(`The settings are for the platform ${platform.kind}: write \`platform: gcp\` in them`);
  return { platform, logfire };
}
