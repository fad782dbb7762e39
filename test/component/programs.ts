import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import {
  ExistingPlatform,
  fromStackFile,
  Logfire,
  resolveSettings,
  type Platform,
  type SecretValues,
  type Settings,
} from "../../components";
import { concat, type Text } from "../../components/lib/text";
import { edgeSupport } from "../support/logfireSettings";
import { record, type RecordOptions } from "../support/harness";
import { inExistingCluster } from "../../components/platform/existing/facts";
import { observedOutputs } from "../support/observed";
import { randomOutputs } from "../support/random";

const root = join(__dirname, "../..");

/** Settings of a stack in `stacks/`, with what a test changes in its configuration. */
export function settingsOf(stack: string, changes: Readonly<Record<string, unknown>> = {}): Settings {
  const raw = fromStackFile(stack, root);
  return resolveSettings({ ...raw, values: { ...raw.values, ...changes } });
}

/** The same settings in a cluster that a test has a kubeconfig of. */
export const inCluster = (settings: Settings, kubeconfig: string): Settings => ({
  ...settings,
  platform: { ...inExistingCluster(settings).platform, kubeconfig, context: undefined },
});

/** A value for every secret that the settings say is given; each is a canary that may stand nowhere in the open. */
export const canaries = ({ logfire }: Settings): SecretValues =>
  Object.fromEntries(logfire.givenSecrets.map((path) => [path, `canary-of-${path}`]));

/** What `index.ts` does, under names of the test's own. */
export function deploy(settings: Settings, name = "logfire", opts: pulumi.ComponentResourceOptions = {}): Logfire {
  const secrets = canaries(settings);
  const platform = new ExistingPlatform(`${name}-platform`, { settings: inExistingCluster(settings), secrets });
  return new Logfire(name, { settings: settings.logfire, platform, secrets }, opts);
}

export const recorded = <T>(program: () => T, options: RecordOptions = {}) =>
  record(program, {
    outputs: (resource) => ({ ...randomOutputs(resource), ...observedOutputs(resource) }),
    ...options,
  });

/** A platform of somebody else's, whose texts are what a test says: plain, or known only after something is made. */
export function computedPlatform(kubernetes: Platform["kubernetes"], text: (name: string) => Text): Platform {
  const somewhere = (port: number) => ({ port, to: { cidrs: ["10.0.0.0/8"] } });
  return {
    kubernetes,
    objectStore: {
      uri: concat("s3://", text("bucket")),
      environment: { AWS_DEFAULT_REGION: text("region") },
      secretEnvironment: {},
      destination: somewhere(443),
    },
    postgres: {
      host: text("host"),
      port: 5432,
      adminUser: text("user"),
      adminPassword: pulumi.secret(text("password")),
      adminDatabase: "postgres",
      tls: "verify-full",
      caBundle: text("certificates"),
      destination: somewhere(5432),
    },
    redis: { dsn: pulumi.secret(text("dsn")), inCluster: false, destinations: [somewhere(6379)] },
    identity: { serviceAccountAnnotations: { role: text("role") }, podLabels: {}, destinations: [] },
    scratch: { kind: "emptyDir", nodeSelector: {}, tolerations: [] },
    placement: { nodeSelector: {}, tolerations: [] },
    edge: edgeSupport,
    nodePools: [],
  };
}
