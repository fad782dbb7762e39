import { createAwsPlatform } from "../../components/platform/aws";
import type { LogfireSettings } from "../../components/settings/types";
import type { AwsPlatformSettings } from "../../components/settings/aws/types";
import { edgeOf, settingsOf } from "./settings";

export interface Changes {
  readonly platform?: Partial<AwsPlatformSettings>;
  readonly logfire?: Partial<LogfireSettings>;
}

/** The platform alone, without Logfire: for an engine with a simulated account. */
export async function program(changes: Changes = {}): Promise<Record<string, unknown>> {
  const platform = await createAwsPlatform("platform", { settings: settingsOf(changes), secrets: {} });
  return {
    clusterName: platform.clusterName,
    kubeconfig: platform.kubeconfig,
    bucket: platform.objectStore.uri,
    database: platform.postgres.host,
    addresses: edgeOf(platform).addresses,
    nameServers: platform.edge.zone?.nameServers,
  };
}
