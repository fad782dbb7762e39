import type { GcpFacts } from "../../components/platform/gcp/lookUp";
import { resolvedOn } from "../clouds/resolved";
import { gcp } from "./figures/values";

const resolved = resolvedOn(
  gcp,
  {
    labels: { team: "observability" },
    cluster: { administrators: ["group:operations@acme.dev"] },
  },
  "install",
);
export const { platform: gcpSettings, logfire: logfireOnGcp, both: settingsOf } = resolved;

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
