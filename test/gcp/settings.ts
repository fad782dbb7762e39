import type { GcpFacts } from "../../components/platform/gcp/lookUp";
import type { LogfireSettings } from "../../components/settings/types";
import type { GcpPlatformSettings } from "../../components/settings/gcp/types";
import { edgeSettings, logfireSettings } from "../support/logfireSettings";
import { gcpOf, withGcp } from "./figures/values";

/** Everything made, `standard`, open to the world. Tests override what they are about. */
export const gcpSettings = (overrides: Partial<GcpPlatformSettings> = {}): GcpPlatformSettings => ({
  ...settled,
  ...overrides,
});

/** What a stack's file comes to, with more nodes than zones, so that they do not divide evenly. */
const settled = gcpOf(
  withGcp(
    {
      labels: { team: "observability" },
      cluster: { administrators: ["group:operations@acme.dev"] },
      nodes: { general: { minNodes: 4, maxNodes: 7 }, scratch: { minNodes: 4, maxNodes: 18 } },
    },
    { hostname: "logfire.acme.dev" },
  ),
);

/** What the platform's owner says of Logfire, with a certificate by ACME and a Gateway. */
export const logfireOnGcp = (overrides: Partial<LogfireSettings> = {}): LogfireSettings =>
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
  readonly platform?: Partial<GcpPlatformSettings>;
  readonly logfire?: Partial<LogfireSettings>;
}) => ({ platform: gcpSettings(platform), logfire: logfireOnGcp(logfire) });

/** A project in which nothing is yet. */
export const factsOf = (overrides: Partial<GcpFacts> = {}): GcpFacts => ({
  projectNumber: "123456789012",
  region: "europe-west3",
  zones: ["a", "b", "c"].map((letter) => ({
    name: `europe-west3-${letter}`,
    offers: ["n2d-standard-8", "n2-highmem-8"],
  })),
  quotas: {},
  clusterIsUp: false,
  nodePools: [],
  ...overrides,
});
