import { Logfire } from "./components/logfire/logfire";
import { createPlatform } from "./components/platform/createPlatform";
import { fromPulumi, readSecrets, resolveSettings } from "./components/settings";

/** settings -> platform -> Logfire -> outputs. A function, so that one process can run the program more than once. */
export = async function program(): Promise<Record<string, unknown>> {
  const settings = resolveSettings(fromPulumi());
  const secrets = readSecrets(settings);

  const platform = await createPlatform("platform", { settings, secrets });
  const logfire = new Logfire("logfire", { settings: settings.logfire, platform, secrets });

  return {
    url: logfire.url,
    namespace: logfire.namespace,
    edge: { ...logfire.edge },
    adminEmail: settings.logfire.adminEmail,
    adminPassword: logfire.adminPassword,
    adminTotpSecret: logfire.adminTotpSecret,
  };
};
