import { Logfire } from "./components/logfire/logfire";
import { ExistingPlatform, inExistingCluster } from "./components/platform/existing";
import { fromPulumi, readSecrets, resolveSettings } from "./components/settings";

/** settings -> platform -> Logfire -> outputs. A function, so that one process can run the program more than once. */
// eslint-disable-next-line @typescript-eslint/require-await -- the engine accepts a program as an async function only
export = async function program(): Promise<Record<string, unknown>> {
  const settings = resolveSettings(fromPulumi());
  const secrets = readSecrets(settings);

  const platform = new ExistingPlatform("platform", { settings: inExistingCluster(settings), secrets });
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
