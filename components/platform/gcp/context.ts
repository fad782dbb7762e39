import * as pulumi from "@pulumi/pulumi";
import type { GcpPlatformSettings } from "../../settings/gcp/types";
import type { CommonContext } from "../shared/context";
import type { GcpAdoption } from "./adopt";
import type { Apis } from "./apis";
import type { GcpFacts } from "./lookUp";
import { type Names, prefixOf } from "./names";

/** What every part of the platform is made from. */
export interface GcpContext extends CommonContext<GcpPlatformSettings, Names, GcpFacts, GcpAdoption> {
  /** `projects/<project>/locations/<region>/clusters/<name>` */
  readonly clusterId: string;
  /** For what the provider's own default labels do not reach: machines, disks, databases. */
  readonly labels: Readonly<Record<string, string>>;
  /** Whatever is the first of its service to be made waits for the service. */
  readonly apis: Apis;
}

/** What all names in GCP begin with, where nothing else is said. */
export const defaultPrefix = (): string => prefixOf(pulumi.getStack());
