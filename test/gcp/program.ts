import { createGcpPlatform } from "../../components/platform/gcp";
import type { LogfireSettings } from "../../components/settings/types";
import type { GcpPlatformSettings } from "../../components/settings/gcp/types";
import { settingsOf } from "./settings";

export interface Changes {
  readonly platform?: Partial<GcpPlatformSettings>;
  readonly logfire?: Partial<LogfireSettings>;
}

/** The platform alone, without Logfire: for an engine with a simulated project. */
export async function program(changes: Changes = {}): Promise<Record<string, unknown>> {
  const platform = await createGcpPlatform("platform", { settings: settingsOf(changes), secrets: {} });
  return {
    clusterName: platform.clusterName,
    kubeconfig: platform.kubeconfig,
    bucket: platform.objectStore.uri,
    database: platform.postgres.host,
    addresses: platform.edge.loadBalancer.addresses,
    nameServers: platform.edge.zone?.nameServers,
  };
}
