import type { ImageName, PresetName, SecretName, WorkloadName } from "../logfire/catalogue/names";
import type { AwsPlatformSettings } from "./aws/types";
import type { AzurePlatformSettings } from "./azure/types";
import type { GcpPlatformSettings } from "./gcp/types";
import type { Destination, Placement, PostgresServer, Scratch } from "../platform/contract";

/** A stack's configuration, resolved: every default filled in, every value checked. Plain data without secrets. */
export interface Settings<P extends PlatformSettings = PlatformSettings> {
  readonly platform: P;
  readonly logfire: LogfireSettings;
}

/** One of them; `kind` tells which. */
export type PlatformSettings =
  ExistingPlatformSettings | AwsPlatformSettings | GcpPlatformSettings | AzurePlatformSettings;

export interface LogfireSettings {
  readonly namespace: string;
  /** The first is primary: URLs, the issuer and e-mails name it. */
  readonly hostnames: readonly [string, ...string[]];
  /** Whether people reach the hostnames by HTTPS. Only a laptop says no. */
  readonly https: boolean;
  readonly adminEmail: string;
  readonly preset: PresetName;
  /** Stateful resources and keys are protected unless the stack says it may be thrown away. */
  readonly disposable: boolean;
  readonly features: { readonly queryWorker: boolean; readonly remoteMcp: boolean; readonly aiGateway: boolean };
  readonly workloads: Readonly<Partial<Record<WorkloadName, WorkloadOverrides>>>;
  readonly images: ImageSettings;
  readonly identity: { readonly passwordLogin: boolean; readonly connectors: readonly Connector[] };
  readonly groupOrganizationMapping: readonly GroupMapping[];
  readonly rateLimits: { readonly queriesPerHour?: number; readonly queriesPerMinute?: number };
  readonly smtp?: SmtpSettings;
  readonly ai: AiSettings;
  readonly oauth: OauthSettings;
  readonly telemetry: TelemetrySettings;
  readonly network: NetworkSettings;
  readonly edge: EdgeSettings;
  /** HTTPS between Logfire's own services; in clear where absent, as inside one namespace with policies. */
  readonly inClusterTls?: InClusterTls;
  readonly podSecurity: "restricted" | "baseline";
  readonly priorityClassName?: string;
  /** Prefixes of keys in the Redis servers for tokens and usage. Empty unless a server is shared. */
  readonly redisPrefixes: { readonly token: string; readonly usage: string };
  /** Customer-provided keys (SSE-C) for S3. From the first day of an empty bucket, or never. */
  readonly sseC: boolean;
  /** Size of each ingest pod's queue volume. Fixed when the StatefulSet is created. */
  readonly ingestVolumeGib: number;
  /** Longest time for one workload to become Ready before an update ends and says what is wrong. Seconds. */
  readonly readyTimeoutSeconds: number;
  /** Secrets that are Kubernetes Secrets of the owner's already. */
  readonly existingSecrets: Readonly<Partial<Record<SecretName, { readonly name: string; readonly key: string }>>>;
  /**
   * Paths of the secrets that the encrypted configuration gives, such as `jwtSecret` or `connectors.github.clientSecret`.
   * Only the names: whether a resource exists may depend on them, never on the values.
   */
  readonly givenSecrets: readonly string[];
}

/** Secret values by path; what `LogfireSettings.givenSecrets` names. */
export type SecretValues = Readonly<Record<string, import("@pulumi/pulumi").Input<string>>>;

/** Overrides of one workload; whatever is absent follows the preset. Derived settings are recomputed. */
export interface WorkloadOverrides {
  /** Request and, where the preset limits CPU, limit. Cores. */
  readonly cpu?: number;
  readonly memoryGib?: number;
  readonly scratchGib?: number;
  /** Fixed count, without an autoscaler. Excludes `minReplicas` and `maxReplicas`. */
  readonly replicas?: number;
  readonly minReplicas?: number;
  readonly maxReplicas?: number;
  /** Autoscaling targets, per cent of the request. */
  readonly cpuTargetPercent?: number;
  readonly memoryTargetPercent?: number;
  readonly extraEnv?: Readonly<Record<string, string | { readonly secret: string; readonly key: string }>>;
  readonly podLabels?: Readonly<Record<string, string>>;
  readonly podAnnotations?: Readonly<Record<string, string>>;
  /** Merged over what the platform's pool asks for. */
  readonly nodeSelector?: Readonly<Record<string, string>>;
  /** Derived settings by hand, where the formula does not fit; checked against the pod's budget. */
  readonly tuning?: Tuning;
}

export interface Tuning {
  readonly spillQuotaMb?: number;
  readonly cacheCapacityMb?: number;
  readonly maxQueryCost?: number;
  readonly maxCompactionJobMb?: number;
  readonly ingestBufferMb?: number;
  readonly ingestConcurrency?: number;
  readonly ioThreads?: number;
  readonly datafusionThreads?: number;
  readonly datafusionMemoryMb?: number;
  readonly recordBatchMemoryMb?: number;
  readonly queryParallelism?: number;
  readonly datafusionBatchSize?: number;
}

export interface ImageSettings {
  /** Tag of the product's images. */
  readonly version: string;
  /** Registry (and path) that replaces every image's own, for a mirror. */
  readonly registry?: string;
  readonly pullPolicy: "IfNotPresent" | "Always";
  /** Names of image pull Secrets that are there already. */
  readonly pullSecrets: readonly string[];
  /** Credentials for a pull Secret that is made; the password is the secret `registryPassword`. */
  readonly credentials?: { readonly server: string; readonly username: string };
  readonly overrides: Readonly<Partial<Record<ImageName, ImageOverride>>>;
}

export interface ImageOverride {
  readonly repository?: string;
  readonly tag?: string;
  /** `sha256:…`; wins over the tag. */
  readonly digest?: string;
}

/** A Dex connector. Its secrets are `connectors.<id>.<key>` in the encrypted configuration. */
export interface Connector {
  readonly type: string;
  readonly id: string;
  readonly name: string;
  /** As Dex documents it for the type, without `redirectURI` (derived) and without secrets. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Keys of `config` that are given as secrets. */
  readonly secretKeys: readonly string[];
}

export interface GroupMapping {
  readonly group_id: string;
  readonly organization_roles: readonly {
    readonly organization_name: string;
    readonly role: string;
    readonly project_roles?: readonly { readonly project_name: string; readonly role: string }[];
  }[];
}

export interface SmtpSettings {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  /** User name and password are the secrets `smtpUsername` and `smtpPassword`; both or none. */
  readonly authenticated: boolean;
}

export interface AiSettings {
  readonly model?: string;
  readonly chatModel?: string;
  readonly reasoningModel?: string;
  readonly llmJudgeModel?: string;
  readonly openAi?: { readonly baseUrl?: string };
  readonly azureOpenAi?: { readonly endpoint: string; readonly apiVersion?: string };
  readonly vertexAi?: {
    readonly region?: string;
    readonly multiRegionLocation?: "us" | "eu";
    readonly anthropicProjectId?: string;
    readonly anthropicBaseUrl?: string;
  };
}

/** OAuth metadata (RFC 8707 audiences, issuer); derived from the primary URL where absent. */
export interface OauthSettings {
  readonly intakeResourceUrl: string;
  readonly gatewayResourceUrl: string;
  readonly gatewayIssuer: string;
  readonly mcpServerUrl: string;
  /** Inactivity limit of requests through the AI gateway. Seconds. */
  readonly gatewayTimeoutSeconds: number;
}

export interface TelemetrySettings {
  /** OpenTelemetry resource attributes added to Logfire's own telemetry. */
  readonly resourceAttributes: Readonly<Record<string, string>>;
  /** Adds a Prometheus exporter to the collector, on this port. */
  readonly prometheusPort?: number;
}

export interface NetworkSettings {
  /** NetworkPolicies: default deny, then what the catalogue implies. */
  readonly policies: boolean;
  /**
   * Outside hosts the browser and the frontend may use (logos, avatars, model prices); upstreams, policy headers and
   * egress follow. Empty: nothing leaves.
   */
  readonly allowedHosts: readonly string[];
  /** Outside hosts that alerts are sent to, beside e-mail. Egress of the worker and the backend follows. */
  readonly webhookHosts: readonly string[];
  /** Namespaces whose pods may open connections to `logfire-service`; empty: any source. */
  readonly edgeNamespaces: readonly string[];
  /** Address ranges for outside hosts that are known by name only: allowedHosts, identity providers, AI providers, SMTP. */
  readonly egressCidrs: readonly string[];
  /** Where the Kubernetes API answers, for the pods that watch it: a Service's port and the one behind it may differ. */
  readonly kubernetesApi: readonly Destination[];
  /** Where the cluster's name servers answer: namespaces of their pods, other addresses, ports. */
  readonly dns: {
    readonly namespaces: readonly string[];
    readonly cidrs: readonly string[];
    readonly ports: readonly number[];
  };
  /** Domain of the cluster's own names: `cluster.local` nearly everywhere. */
  readonly clusterDomain: string;
}

/** How people and SDKs reach `logfire-service` from outside. */
export interface EdgeSettings {
  /**
   * `native`: the platform's own load balancer and certificate lead to the Service. `none`: the owner's own routing layer
   * does.
   */
  readonly mode: "gateway" | "ingress" | "native" | "none";
  /** `internal`: the load balancer gets an address inside the owner's network only. */
  readonly exposure: "public" | "internal";
  /** Address ranges that may connect. Empty: whoever reaches the load balancer. */
  readonly sourceRanges: readonly string[];
  /**
   * Proxies that append to `X-Forwarded-For` before the request reaches the Gateway, the Ingress or the platform's load
   * balancer, or, in the mode `none`, `logfire-service`. Too many lets clients write their own address; too few shows the last proxy's.
   */
  readonly proxiesInFront: number;
  /** Whether the load balancer says the client's address by the PROXY protocol. */
  readonly proxyProtocol: boolean;
  readonly gateway: GatewaySettings;
  /** In the mode `ingress`. */
  readonly ingress?: { readonly className: string; readonly annotations: Readonly<Record<string, string>> };
  readonly certificate: CertificateSettings;
  readonly certManager: ControllerSettings;
  /** DNS zone that holds every hostname. */
  readonly zone?: string;
}

/** A controller that serves the whole cluster: installed by this stack, or there already. */
export interface ControllerSettings {
  readonly controller: "install" | "existing";
  /** Where it runs, or shall run. */
  readonly namespace: string;
  /** Where its chart comes from: `oci://…`, a folder or an archive. The project's own registry where absent. */
  readonly chart?: string;
}

export interface GatewaySettings extends ControllerSettings {
  /** `other` gets what Gateway API itself defines, without Envoy Gateway's policies. Only with a controller that is there. */
  readonly implementation: "envoyGateway" | "other";
  /** GatewayClass: made with the controller, or the name of one that is there. */
  readonly className: string;
  /** Routes attach to this Gateway of the owner's, which has listeners and certificates of its own; none is made. */
  readonly attachTo?: { readonly name: string; readonly namespace: string; readonly section?: string };
  /** Of the load balancer's Service, over those of the platform. */
  readonly serviceAnnotations: Readonly<Record<string, string>>;
}

/** Where the certificate for the hostnames comes from. */
export type CertificateSettings =
  /** Nothing to do: without HTTPS, or HTTPS ends in the owner's routing layer or the platform's load balancer. */
  | { readonly source: "none" }
  | {
      readonly source: "acme";
      /** Directory URL of the ACME server. */
      readonly server: string;
      readonly email: string;
      /** Proof by an HTTP request to port 80 instead of a DNS record. */
      readonly http01: boolean;
      /** cert-manager's `dns01`, where the platform offers none. Credentials in it are references to Secrets. */
      readonly dns01?: Readonly<Record<string, unknown>>;
    }
  /** An issuer of cert-manager that the owner has. */
  | { readonly source: "issuer"; readonly kind: string; readonly name: string; readonly group: string }
  /** A certificate authority of this stack's own; whoever connects has to trust it. */
  | { readonly source: "privateCa" }
  /** The secrets `tlsCertificate` and `tlsPrivateKey`. */
  | { readonly source: "given" }
  /** A Secret of type `kubernetes.io/tls` in Logfire's namespace. */
  | { readonly source: "existingSecret"; readonly name: string };

export interface InClusterTls {
  /**
   * `certManager`: a Certificate for each service, from an authority of this stack's own or the issuer that is named.
   * `existingSecrets`: Secrets `<secretPrefix>-<service>-tls` of the owner's.
   */
  readonly certificates: "certManager" | "existingSecrets";
  readonly secretPrefix: string;
  readonly issuer?: { readonly kind: string; readonly name: string; readonly group: string };
  /** Certificates that clients check with. Absent only with the stack's own authority. */
  readonly caBundle?: { readonly kind: "ConfigMap" | "Secret"; readonly name: string; readonly key: string };
}

/** A cluster that is already there. */
export interface ExistingPlatformSettings {
  readonly kind: "existing";
  /** Path of a kubeconfig file; the usual places where absent. */
  readonly kubeconfig?: string;
  readonly context?: string;
  /** Version of the cluster, checked against the floor where given. */
  readonly kubernetesVersion?: string;
  readonly durableStorageClass?: string;
  readonly placement: Placement;
  readonly scratch: Scratch;
  readonly serviceAccountAnnotations: Readonly<Record<string, string>>;
  readonly podLabels: Readonly<Record<string, string>>;
  /** Where pods get the credentials of that identity. */
  readonly identityDestinations: readonly Destination[];
  /** `inCluster`: development-grade workloads in Logfire's namespace. */
  readonly postgres: { readonly kind: "inCluster"; readonly volumeGib: number } | ExternalPostgres;
  readonly objectStore: { readonly kind: "inCluster"; readonly volumeGib: number } | ExternalObjectStore;
  readonly redis: { readonly kind: "inCluster" } | ExternalRedis;
}

export interface ExternalPostgres {
  readonly kind: "external";
  readonly host: string;
  readonly port: number;
  readonly adminUser: string;
  readonly adminDatabase: string;
  readonly version?: number;
  readonly tls: PostgresServer["tls"];
  readonly caBundle?: string;
  readonly cidrs: readonly string[];
}

export interface ExternalObjectStore {
  readonly kind: "external";
  readonly uri: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Variables given as the secrets `objectStore.<NAME>`. */
  readonly secretEnvironmentKeys: readonly string[];
  readonly port: number;
  readonly cidrs: readonly string[];
}

/** The DSNs are the secrets `redisDsn`, `tokenRedisDsn` and `usageRedisDsn`. */
export interface ExternalRedis {
  readonly kind: "external";
  /** One for each server. */
  readonly ports: readonly number[];
  readonly cidrs: readonly string[];
}
