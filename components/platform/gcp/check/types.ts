import type { EdgeShape } from "../../../logfire/edge/capacity";
import type { Sizes } from "../../../logfire/sizing";
import type { LogfireSettings } from "../../../settings/types";
import type { GcpPlatformSettings } from "../../../settings/gcp/types";

/** What is known of the project before anything is made. */
export interface CheckedFacts {
  readonly region: string;
  /** Zones of the region, with the machine types that each offers, of those that were asked for. */
  readonly zones: readonly { readonly name: string; readonly offers: readonly string[] }[];
  /** Of an adopted network. */
  readonly network?: AdoptedNetwork;
  /** Range of an adopted network that its owner allocated to Google's stores, where the settings name one. */
  readonly storesRange?: StoresRange;
  /** Of an adopted zone. */
  readonly managedZone?: { readonly dnsName: string; readonly visibility: string };
  /** Limits by their id; a project tells them only where the API for it is enabled. */
  readonly quotas: Readonly<Record<string, number>>;
  /** Some limits were not told, so that nothing can be said of them. Default off. */
  readonly quotasUnread?: boolean;
}

export interface AdoptedNetwork {
  /** Name of the network that the subnet lies in. */
  readonly network: string;
  /** Range of the subnet. */
  readonly cidr: string;
  readonly privateGoogleAccess: boolean;
  readonly secondaryRanges: readonly { readonly name: string; readonly cidr: string }[];
}

export interface StoresRange {
  readonly cidr: string;
  /** Name of the network that it lies in. */
  readonly network: string;
  /** `VPC_PEERING` for private services access. */
  readonly purpose: string;
}

export interface PlannedSettings {
  readonly platform: GcpPlatformSettings;
  readonly logfire: Pick<LogfireSettings, "hostnames"> & EdgeShape;
  readonly sizes: Sizes;
}

export interface CheckedSettings extends PlannedSettings {
  readonly logfire: Pick<LogfireSettings, "preset" | "hostnames" | "edge" | "inClusterTls">;
}
