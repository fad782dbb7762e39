import { Logfire } from "../../components/logfire/logfire";
import { createGcpPlatform } from "../../components/platform/gcp";
import type { Changes } from "./program";
import { settingsOf } from "./settings";

/** The platform with Logfire in it, as index.ts puts them together: for an engine with a simulated project. */
export async function program(changes: Changes): Promise<Record<string, unknown>> {
  const settings = settingsOf(changes);
  const platform = await createGcpPlatform("platform", { settings, secrets: {} });
  const logfire = new Logfire("logfire", { settings: settings.logfire, platform, secrets: {} });
  return { url: logfire.url, edge: { ...logfire.edge } };
}
