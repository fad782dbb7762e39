import type { EdgeShape } from "../../../logfire/edge/capacity";
import type { Sizes } from "../../../logfire/sizing";
import type { LogfireSettings } from "../../../settings/types";
import type { AzurePlatformSettings } from "../../../settings/azure/types";

/** What is known of the subscription before anything is made. */
export interface CheckedFacts {
  readonly subscriptionId: string;
  /** Of an adopted network. */
  readonly vnet?: AdoptedNetwork;
  /** Of an adopted cluster. */
  readonly cluster?: AdoptedCluster;
  /** Limits by their code. The SDK has no call that answers them. */
  readonly quotas: Readonly<Record<string, number>>;
  /** Whether the stack's cluster runs already, so that its limits must have been enough once. Default: not. */
  readonly clusterIsUp?: boolean;
  /** Nodes of the stack that run already: their addresses are among those in use. Default: none. */
  readonly ownNodes?: number;
}

export interface AdoptedNetwork {
  readonly location: string;
  /** IPv4 ranges. */
  readonly ranges: readonly string[];
  readonly subnets: readonly AdoptedSubnet[];
}

/** A NAT gateway, or a route table that leads out. The gateway where there are both. */
export type WayOut = "natGateway" | "routeTable";

export interface AdoptedSubnet {
  readonly name: string;
  readonly cidr: string;
  readonly usedAddresses: number;
  /** Services that it is delegated to: `Microsoft.DBforPostgreSQL/flexibleServers`. */
  readonly delegations: readonly string[];
  /** What it has to leave by; AKS is told which. Absent where there is neither. */
  readonly leavesBy?: WayOut;
}

export interface AdoptedCluster {
  readonly location: string;
  /** Whether pods can have identities: OIDC issuer and webhook. */
  readonly workloadIdentity: boolean;
  /** Of its pods; absent where they have addresses of the nodes' subnet. */
  readonly podsCidr?: string;
}

export interface PlannedSettings {
  readonly platform: AzurePlatformSettings;
  readonly logfire: Pick<LogfireSettings, "hostnames"> & EdgeShape;
  readonly sizes: Sizes;
}

export interface CheckedSettings extends PlannedSettings {
  readonly logfire: Pick<LogfireSettings, "preset" | "hostnames" | "edge" | "inClusterTls">;
}
