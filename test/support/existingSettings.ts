import type { ExistingPlatformSettings, ExternalPostgres } from "../../components/settings/types";

/** A cluster that is already there, with every store inside it. */
export const existingSettings = (overrides: Partial<ExistingPlatformSettings> = {}): ExistingPlatformSettings => ({
  kind: "existing",
  placement: { nodeSelector: {}, tolerations: [] },
  scratch: { kind: "emptyDir", nodeSelector: {}, tolerations: [] },
  serviceAccountAnnotations: {},
  podLabels: {},
  identityDestinations: [],
  postgres: { kind: "inCluster", volumeGib: 10 },
  objectStore: { kind: "inCluster", volumeGib: 50 },
  redis: { kind: "inCluster" },
  ...overrides,
});

export const externalPostgres = (overrides: Partial<ExternalPostgres> = {}): ExternalPostgres => ({
  kind: "external",
  host: "pg.example.com",
  port: 5432,
  adminUser: "cloudadmin",
  adminDatabase: "postgres",
  tls: "require",
  cidrs: [],
  ...overrides,
});
