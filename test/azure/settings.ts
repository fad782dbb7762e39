import type { AzureFacts } from "../../components/platform/azure/lookUp";
import { resolvedOn } from "../clouds/resolved";
import { azure, subscriptionId } from "./figures/values";

const resolved = resolvedOn(
  azure,
  {
    tags: { team: "observability" },
    cluster: { apiAccess: ["203.0.113.0/24"], administrators: ["aaaaaaaa-1111-2222-3333-444444444444"] },
  },
  "install",
);
export const { platform: azureSettings, logfire: logfireOnAzure, both: settingsOf } = resolved;

/** A subscription in which nothing is yet. */
export const factsOf = (overrides: Partial<AzureFacts> = {}): AzureFacts => ({
  subscriptionId,
  tenantId: "99999999-8888-7777-6666-555555555555",
  caller: "cccccccc-1111-2222-3333-444444444444",
  quotas: {},
  clusterIsUp: false,
  pools: [],
  missing: [],
  ...overrides,
});
