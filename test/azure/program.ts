import { createAzurePlatform } from "../../components/platform/azure";
import type { LogfireSettings } from "../../components/settings/types";
import type { AzurePlatformSettings } from "../../components/settings/azure/types";
import { settingsOf } from "./settings";

export interface Changes {
  readonly platform?: Partial<AzurePlatformSettings>;
  readonly logfire?: Partial<LogfireSettings>;
}

/** The platform alone, without Logfire: for an engine with a simulated subscription. */
export async function program(changes: Changes = {}): Promise<Record<string, unknown>> {
  const platform = await createAzurePlatform("platform", { settings: settingsOf(changes), secrets: {} });
  return {
    clusterName: platform.clusterName,
    kubeconfig: platform.kubeconfig,
    bucket: platform.objectStore.uri,
    database: platform.postgres.host,
    addresses: platform.edge.loadBalancer.addresses,
    nameServers: platform.edge.zone?.nameServers,
  };
}
