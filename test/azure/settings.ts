import type { AzureFacts } from "../../components/platform/azure/lookUp";
import type { LogfireSettings } from "../../components/settings/types";
import type { AzurePlatformSettings } from "../../components/settings/azure/types";
import { edgeSettings, logfireSettings } from "../support/logfireSettings";
import { azureOf, subscriptionId, withAzure } from "./figures/values";

/** Everything made, `standard`, open to the world. Tests override what they are about. */
export const azureSettings = (overrides: Partial<AzurePlatformSettings> = {}): AzurePlatformSettings => ({
  ...settled,
  ...overrides,
});

/** What a stack's file comes to, with more general nodes than zones, so that they do not divide evenly. */
const settled = azureOf(
  withAzure(
    {
      tags: { team: "observability" },
      cluster: { apiAccess: ["203.0.113.0/24"], administrators: ["aaaaaaaa-1111-2222-3333-444444444444"] },
      nodes: { general: { minNodes: 4, maxNodes: 7 }, scratch: { minNodes: 4, maxNodes: 18 } },
    },
    { hostname: "logfire.acme.dev" },
  ),
);

/** What the platform's owner says of Logfire, with a certificate by ACME and a Gateway. */
export const logfireOnAzure = (overrides: Partial<LogfireSettings> = {}): LogfireSettings =>
  logfireSettings({
    hostnames: ["logfire.acme.dev"],
    adminEmail: "admin@acme.dev",
    preset: "standard",
    edge: edgeSettings({
      mode: "gateway",
      proxiesInFront: 0,
      certificate: {
        source: "acme",
        server: "https://acme-v02.api.letsencrypt.org/directory",
        email: "admin@acme.dev",
        http01: false,
      },
      certManager: { controller: "install", namespace: "cert-manager" },
    }),
    ...overrides,
  });

export const settingsOf = ({
  platform,
  logfire,
}: {
  readonly platform?: Partial<AzurePlatformSettings>;
  readonly logfire?: Partial<LogfireSettings>;
}) => ({ platform: azureSettings(platform), logfire: logfireOnAzure(logfire) });

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
