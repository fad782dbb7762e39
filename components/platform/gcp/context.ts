import * as pulumi from "@pulumi/pulumi";
import type { LogfireSettings, SecretValues } from "../../settings/types";
import type { GcpPlatformSettings } from "../../settings/gcp/types";
import type { GcpAdoption } from "./adopt";
import type { Apis } from "./apis";
import type { GcpFacts } from "./lookUp";
import { type Names, prefixOf } from "./names";

/** What every part of the platform is made from. */
export interface GcpContext {
  /** Of the component; logical names begin with it. */
  readonly name: string;
  readonly names: Names;
  readonly settings: GcpPlatformSettings;
  readonly logfire: LogfireSettings;
  readonly secrets: SecretValues;
  readonly facts: GcpFacts;
  readonly adopt: GcpAdoption;
  readonly clusterName: string;
  /** `projects/<project>/locations/<region>/clusters/<name>` */
  readonly clusterId: string;
  /** For what the provider's own default labels do not reach: machines, disks, databases. */
  readonly labels: Readonly<Record<string, string>>;
  /** Whatever is the first of its service to be made waits for the service. */
  readonly apis: Apis;
  /** Of every resource. */
  readonly child: { readonly parent: pulumi.Resource };
  /** Of what holds data, or is hard to get again: protected unless the stack may be thrown away. */
  readonly guarded: { readonly parent: pulumi.Resource; readonly protect: boolean };
}

/** What all names in GCP begin with, where nothing else is said. */
export const defaultPrefix = (): string => prefixOf(pulumi.getStack());
