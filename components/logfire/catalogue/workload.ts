import type { Text } from "../../lib/text";
import type { PlatformFacts } from "../../platform/contract";
import type { LogfireSettings } from "../../settings/types";
import type { Size, Sizes } from "../sizing/sizes";
import type { ConfigMapName, Features, ImageName, WorkloadName } from "./names";
import type { SecretRefs } from "./secretRefs";

/**
 * What a Logfire workload is, as data. Manifests, policies, capacity, the start order and the image list are all
 * derived from values of this type; nothing else knows a workload by name.
 */
export interface Workload {
  /** Kubernetes name, and the value of the component label. Fixed for ever: selectors are immutable. */
  readonly name: WorkloadName;
  /** One sentence for people: what it does, and for whom. */
  readonly summary: string;
  readonly kind: "Deployment" | "StatefulSet";
  readonly image: ImageName;
  /** The image's own entry point where absent. */
  readonly command?: readonly string[] | ((context: Context) => readonly string[]);
  readonly args?: readonly string[] | ((context: Context) => readonly string[]);
  /** Empties `FF_TEMP_DIR` before the program starts: scratch outlives a container restart, its contents must not. */
  readonly sweepsScratch?: true;
  /** Container ports by name. */
  readonly ports: Ports;
  /** Ports that only some settings open; of the first Service too. */
  readonly optionalPorts?: (context: Context) => Ports;
  readonly services: readonly ServiceSpec[];
  readonly probes: Probes;
  /** Workloads this one opens connections to, and on which of their ports. Gives both ends of the NetworkPolicies. */
  readonly calls: Readonly<Partial<Record<WorkloadName, readonly string[]>>>;
  /** What it opens connections to outside the workload set. Gives environment, identity, egress rules, start order. */
  readonly needs: readonly Need[];
  /** Where its files live: local SSD that dies with the pod, or a network volume that does not. */
  readonly volume?: { readonly class: "scratch" | "durable"; readonly name: string; readonly mountPath: string };
  /** Small writable folders that die with the pod, by name. */
  readonly temporary?: Readonly<Record<string, string>>;
  /** ConfigMaps it reads as environment, later ones winning. */
  readonly environmentFrom?: readonly ConfigMapName[];
  /** ConfigMaps it reads as files: the whole folder, or one key mounted over one file. */
  readonly files?: readonly { readonly configMap: ConfigMapName; readonly mountPath: string; readonly key?: string }[];
  /** In the order given: a value may use `$(NAME)` of an earlier one. */
  readonly environment: (context: Context, size: Size) => Environment;
  /** Its part in HTTPS between services; nothing of this is used without `settings.inClusterTls`. */
  readonly tls?: WorkloadTls;
  readonly account: AccountName;
  /** Whether it uses the Kubernetes API, and so gets a token. */
  readonly usesKubernetesApi?: true;
  /** Keeps its root file system read-only. Only where the image is known to write nowhere else than to its volumes. */
  readonly readOnlyRootFilesystem?: true;
  /** Time between the removal from load balancing and the end signal, for proxies to notice. Seconds. */
  readonly drainSeconds: number;
  /** Longest request or unit of work that is let finish after the end signal. Seconds. */
  readonly longestRequestSeconds: number | ((context: Context) => number);
  /** Time a new pod must stay ready before a roll-out goes on. Seconds. */
  readonly minReadySeconds?: number;
  /** Kubernetes' rolling update of a quarter where absent. */
  readonly strategy?: "recreate" | { readonly maxSurge: string; readonly maxUnavailable: number };
}

export type Ports = Readonly<Record<string, number>>;

export interface ServiceSpec {
  readonly name: string;
  /** Service ports by the name of the container port they lead to. */
  readonly ports: Ports;
  /** Further Service ports by name, for clients that choose the protocol by the port. */
  readonly aliases?: Readonly<Record<string, PortAlias>>;
  /** Gives clients the pods' own addresses, for those that balance by themselves. */
  readonly headless?: true;
}

export interface WorkloadTls {
  /** How it serves HTTPS, on a port of its own named `https`; it only calls others where absent. */
  readonly serves?: TlsListener;
  /** How it checks the services that it calls. */
  readonly trusts?: TlsTrust;
  /** Variables that tell the program so. */
  readonly environment?: Environment;
}

export interface TlsListener {
  /** Folder of the certificate chain `tls.crt` and its key. */
  readonly mountPath: string;
  /** File name of the key; `tls.key` where absent. */
  readonly keyName?: string;
  /** Whose certificate it shows, where it answers for another workload; its own otherwise. */
  readonly as?: WorkloadName;
  /** The port `http` answers probes alone then, and no Service leads to it. */
  readonly only?: true;
}

export interface TlsTrust {
  /** Folder of `ca.crt`. */
  readonly mountPath: string;
}

export interface PortAlias {
  readonly port: number;
  /** Name of the container port it leads to. */
  readonly to: string;
  readonly appProtocol: string;
}

export const needs = [
  "postgres:crud",
  "postgres:ff",
  "postgres:dex",
  "objectStore",
  "redis",
  "ai",
  "smtp",
  "webhooks",
  "identityProviders",
  "allowedHosts",
  "publicUrl",
  "kubernetesApi",
] as const;
export type Need = (typeof needs)[number];

/** ServiceAccounts: cloud identity, Dex, the collector, and one with no right at all. */
export const accountNames = ["logfire", "logfire-dex", "logfire-otel-collector", "logfire-unprivileged"] as const;
export type AccountName = (typeof accountNames)[number];

/** Whether its pods carry the identity that opens the bucket, and other services of the cloud. */
export const hasCloudIdentity = ({ account }: Pick<Workload, "account">): boolean => account === "logfire";

export interface Probes {
  /** Name of the port that all three ask. */
  readonly port: string;
  readonly startup: Probe;
  readonly live: Probe;
  readonly ready: Probe;
}

/** Kubernetes' defaults where absent: every 10 s, 1 s to answer, 3 failures. All times in seconds. */
export interface Probe {
  /** HTTP path; a bare TCP connection where absent. */
  readonly path?: string;
  readonly delay?: number;
  readonly period?: number;
  readonly timeout?: number;
  readonly failures?: number;
  readonly successes?: number;
}

/** A key of a Kubernetes Secret. */
export interface SecretRef {
  readonly secret: string;
  readonly key: string;
}
/** A field of the pod itself, such as `metadata.namespace`. */
export interface FieldRef {
  readonly field: string;
}
export type Value = Text | SecretRef | FieldRef;
/** `undefined` leaves the variable out. */
export type Environment = Readonly<Record<string, Value | undefined>>;

/** What a workload may derive its environment from. */
export interface Context {
  readonly settings: LogfireSettings;
  readonly platform: PlatformFacts;
  readonly sizes: Sizes;
  readonly features: Features;
  readonly secrets: SecretRefs;
  /** `https://logfire.example.com`, for each hostname, primary first. */
  readonly urls: readonly [string, ...string[]];
  /** In-cluster name with namespace and cluster domain, without the final dot. */
  readonly clusterHost: (service: string) => string;
  /**
   * Where a Service answers. The port `http` (the default) becomes `https` where services talk HTTPS and this one can:
   * whoever calls a service asks here and so never has to know.
   */
  readonly service: (name: string, port?: string) => ServiceAddress;
}

export interface ServiceAddress {
  /** Name of the port: of the Service, and of the pods behind it. */
  readonly portName: string;
  readonly port: number;
  /** `http://logfire-dex` */
  readonly origin: string;
  /** `http://logfire-dex:5556` */
  readonly url: string;
  /** Name in the certificate that it shows; absent in clear. */
  readonly certificateName?: string;
}

// Object.hasOwn rather than `in`: an Output is a proxy that answers for properties it does not have.
export const isSecretRef = (value: Value): value is SecretRef =>
  typeof value === "object" && Object.hasOwn(value, "secret");
export const isFieldRef = (value: Value): value is FieldRef =>
  typeof value === "object" && Object.hasOwn(value, "field");
