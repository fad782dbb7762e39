import { imageReference } from "./components/logfire/catalogue/images";
import { Logfire } from "./components/logfire/logfire";
import { pullSecretNames } from "./components/logfire/manifests";
import { ExistingPlatform } from "./components/platform/existing";
import { resolveSettings } from "./components/settings";
import { fromPulumi, readSecrets } from "./components/settings/pulumi";

/** settings -> platform -> Logfire -> outputs. A function, so that one process can run the program more than once. */
// eslint-disable-next-line @typescript-eslint/require-await -- the engine accepts a program as an async function only
export = async function program(): Promise<Record<string, unknown>> {
  const settings = resolveSettings(fromPulumi());
  const secrets = readSecrets(settings);
  const { namespace, podSecurity, images, priorityClassName, disposable } = settings.logfire;

  const platform = new ExistingPlatform("platform", {
    settings: settings.platform,
    values: secrets,
    namespace: { name: namespace, podSecurity },
    pods: {
      pullPolicy: images.pullPolicy,
      pullSecrets: pullSecretNames({ settings: settings.logfire }),
      priorityClassName,
    },
    images: {
      postgres: imageReference("postgres", images),
      minio: imageReference("minio", images),
      minioClient: imageReference("minioClient", images),
    },
    disposable,
  });
  const logfire = new Logfire("logfire", { settings: settings.logfire, platform, secrets });

  return {
    url: logfire.url,
    namespace: logfire.namespace,
    adminEmail: settings.logfire.adminEmail,
    adminPassword: logfire.adminPassword,
    adminTotpSecret: logfire.adminTotpSecret,
  };
};
