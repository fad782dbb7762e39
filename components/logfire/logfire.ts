import * as pulumi from "@pulumi/pulumi";
import type { NativeEdge, Platform, PlatformFacts } from "../platform/contract";
import type { LogfireSettings, SecretValues } from "../settings/types";
import { registerDatabase } from "./database";
import { edgeCharts } from "./edge/charts";
import { Edge } from "./edge/edge";
import type { EdgeOutputs } from "./edge/outputs";
import { renderLogfire } from "./manifests";
import { registerObjects } from "./objects";
import { register } from "../kubernetes/resources";
import { LogfireSecrets } from "./secrets/secrets";

export interface LogfireArgs {
  /** What to deploy; plain and already checked by `resolveSettings`. */
  readonly settings: LogfireSettings;
  /** Where it runs. */
  readonly platform: Platform;
  /** Values of `settings.givenSecrets`. Everything else that is secret is generated. */
  readonly secrets: SecretValues;
}

/**
 * The whole workload set in one namespace: secrets, databases, migrations, then every workload with its Services,
 * autoscalers, disruption budgets, roles and policies. The children are Kubernetes objects, named
 * `<name>-<kind>-<object>`; `opts.transforms` reaches each of them.
 */
export class Logfire extends pulumi.ComponentResource {
  /** Where people sign in. */
  readonly url: string;
  readonly namespace: string;
  /** Addresses, DNS records, and what is still to be done before the hostnames answer. */
  readonly edge: EdgeOutputs;
  /** First sign-in of the administrator; undefined where they come from a Kubernetes Secret of the owner's. */
  readonly adminPassword: pulumi.Output<string> | undefined;
  readonly adminTotpSecret: pulumi.Output<string> | undefined;

  constructor(name: string, args: LogfireArgs, opts?: pulumi.ComponentResourceOptions) {
    const { settings, platform } = args;
    const { provider, ready } = platform.kubernetes;
    super(
      "logfire-platform:index:Logfire",
      name,
      {},
      pulumi.mergeOptions(opts, { providers: { kubernetes: provider } }),
    );
    const facts = factsOf(platform);
    const objects = renderLogfire({ settings, platform: facts, redisInCluster: platform.redis.inCluster });
    const namespace = platform.kubernetes.namespace ?? this.createNamespace(name, settings, objects);

    const child = { parent: this, dependsOn: [namespace] };
    const secrets = new LogfireSecrets(`${name}-secrets`, { settings, values: args.secrets, platform }, child);
    const migrations = registerDatabase(
      name,
      { settings, platform, secrets },
      { ...child, dependsOn: [namespace, ...(platform.postgres.ready ?? ready)] },
    );
    const charts = edgeCharts({ settings, platform: facts });
    const edgeArgs = { settings, platform, objects, charts, values: args.secrets, namespace };
    const edge = new Edge(`${name}-edge`, edgeArgs, { parent: this });
    const { disposable, readyTimeoutSeconds } = settings;
    const { certManager } = edge;
    registerObjects(name, { objects, secrets, migrations, ready, certManager, disposable, readyTimeoutSeconds }, child);

    this.url = `${settings.https ? "https" : "http"}://${settings.hostnames[0]}`;
    this.namespace = settings.namespace;
    this.edge = edge.outputs;
    this.adminPassword = secrets.value("adminPassword");
    this.adminTotpSecret = secrets.value("adminTotpSecret");
    this.registerOutputs({ url: this.url, namespace: this.namespace });
  }

  private createNamespace(
    name: string,
    { disposable }: LogfireSettings,
    objects: ReturnType<typeof renderLogfire>,
  ): pulumi.Resource {
    const rendered = objects.find(({ role }) => role === "namespace");
    if (rendered === undefined) throw new Error("the renderer gives no namespace");
    return register(name, rendered.manifest, { parent: this, protect: !disposable });
  }
}

/** What the pure renderer may know: the contract without credentials and without Pulumi's resources. */
function factsOf({
  objectStore,
  postgres,
  redis,
  edge: { zone, native, ...edge },
  ...platform
}: Platform): PlatformFacts {
  const { secretEnvironment, ...store } = objectStore;
  const { adminPassword, ...server } = postgres;
  const { identity, scratch, placement, durableStorageClass } = platform;
  return {
    identity,
    scratch,
    placement,
    durableStorageClass,
    objectStore: { ...store, secretEnvironmentKeys: Object.keys(secretEnvironment) },
    postgres: server,
    redis: { destinations: redis.destinations },
    edge: {
      ...edge,
      ...(zone === undefined ? {} : { zone: { name: zone.name } }),
      ...(native === undefined ? {} : { native: withoutRegister(native) }),
    },
  };
}

const withoutRegister = ({ register: _register, ...facts }: NativeEdge): Omit<NativeEdge, "register"> => facts;
