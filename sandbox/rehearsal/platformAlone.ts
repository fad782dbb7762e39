import { createPlatform } from "../../components/platform/createPlatform";
import { fromPulumi, readSecrets, resolveSettings } from "../../components/settings";

/** A stack without Logfire: everything that the platform makes or adopts. */
export = async function program(): Promise<Record<string, unknown>> {
  const settings = resolveSettings(fromPulumi());
  const platform = await createPlatform("platform", { settings, secrets: readSecrets(settings) });
  return { addresses: platform.edge.loadBalancer.addresses };
};
