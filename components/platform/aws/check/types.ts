import type { EdgeShape } from "../../../logfire/edge/capacity";
import type { Sizes } from "../../../logfire/sizing";
import type { LogfireSettings } from "../../../settings/types";
import type { AwsPlatformSettings } from "../../../settings/aws/types";

/** What is known of the account before anything is made. */
export interface CheckedFacts {
  readonly accountId: string;
  readonly region: string;
  /** Zones that the account may use, with the machine types that each offers, of those that were asked for. */
  readonly zones: readonly { readonly name: string; readonly offers: readonly string[] }[];
  /** Of an adopted network. */
  readonly vpc?: {
    readonly cidr: string;
    readonly subnets: readonly AdoptedSubnet[];
  };
  /** Of an adopted zone. */
  readonly hostedZone?: { readonly name: string };
  /** Limits by their code. */
  readonly quotas: Readonly<Record<string, number>>;
}

export interface AdoptedSubnet {
  readonly id: string;
  readonly zone: string;
  readonly cidr: string;
  readonly freeAddresses: number;
  /** Whether its routes lead to the outside. */
  readonly routesOut: boolean;
}

export interface PlannedSettings {
  readonly platform: AwsPlatformSettings;
  readonly logfire: Pick<LogfireSettings, "hostnames"> & EdgeShape;
  readonly sizes: Sizes;
}

export interface CheckedSettings extends PlannedSettings {
  readonly logfire: Pick<LogfireSettings, "preset" | "hostnames" | "edge" | "inClusterTls">;
}
