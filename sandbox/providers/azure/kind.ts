import type { AccountOptions } from "../cloud/account";
import type * as core from "../cloud/model";
import type { Existing } from "../cloud/simulation";
import { zonesOf } from "../cloud/zones";

/** The subscription, and who deploys into it. */
export interface AzureOptions extends AccountOptions {
  readonly subscriptionId: string;
  readonly tenantId: string;
  /** Who calls: a service principal, by its object and as an application. */
  readonly caller: { readonly objectId: string; readonly clientId: string };
  /** Storage accounts of other people: their names are the world's. */
  readonly taken: readonly string[];
}

/** What exists in a subscription. */
export interface AzureView extends core.View {
  readonly subscriptionId: string;
  readonly tenantId: string;
  readonly caller: AzureOptions["caller"];
  readonly taken: readonly string[];
}

export type ResourceKind = core.ResourceKind<AzureView>;
export type Kinds = core.Kinds<AzureView>;
export type Made = core.Made<AzureView>;
export type Reference = core.Reference<AzureView>;

/** A subscription that runs things already: a new one has 10 vCPUs in a location. The codes are those of Azure's usages. */
export const usualOptions: Omit<AzureOptions, "controlPlane"> = {
  subscriptionId: "5b1c7f0a-2f4e-4c8e-9c55-0d6a3b1e7f21",
  tenantId: "0f7e6c3d-91b4-4e0e-8d52-7a1c6f5b2e90",
  caller: { objectId: "c2a9e1d4-6b3f-4f27-a0d8-15e7b94c3a68", clientId: "7d40b6e5-08c1-4a9e-b2f3-e6c15d97a804" },
  taken: ["logfire"],
  zones: 3,
  without: {},
  quotas: {
    ...{ cores: 640, StandardSkuPublicIpAddresses: 100 },
    ...{ standardDDSv5Family: 480, standardEDSv5Family: 480, StandardDdsv6Family: 480, StandardEdsv6Family: 480 },
    standardDadv6Family: 480,
  },
  speed: 100,
};

/** Zones are numbers to ARM. On nodes they stand behind the location: `swedencentral-1`. */
export function viewOf(existing: Existing, options: AzureOptions, region: string): AzureView {
  const { subscriptionId, tenantId, caller, taken } = options;
  return {
    ...{ ...existing, subscriptionId, tenantId, caller, taken, region },
    zones: zonesOf(options, (at) => ({ name: `${region}-${at + 1}`, id: String(at + 1) })),
  };
}
