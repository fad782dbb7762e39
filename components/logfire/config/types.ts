/**
 * Inputs of the configuration texts. Plain values only, so that each text can be generated, printed and run by itself.
 */

/** A service behind a proxy. */
export interface Upstream {
  /** In-cluster name with namespace and cluster domain, without the final dot. */
  readonly host: string;
  readonly port: number;
  /** Slots for replicas behind a headless or resolved name: the autoscaler's maximum. 1 for a ClusterIP. */
  readonly slots: number;
}

export interface EdgeProxyInput {
  /** `https://logfire.example.com`, primary first: exactly these may call across origins. */
  readonly origins: readonly string[];
  readonly primaryHostname: string;
  readonly upstreams: {
    readonly ingest: Upstream;
    readonly queryApi: Upstream;
    readonly backend: Upstream;
    readonly dex: Upstream & { readonly healthPort: number };
    readonly frontend: Upstream;
    readonly aiGateway?: Upstream;
    readonly remoteMcp?: Upstream;
  };
  readonly gatewayTimeoutSeconds: number;
  /** Name servers; the pod's resolv.conf where absent. Tests give their own. */
  readonly nameservers?: readonly string[];
  readonly listen: { readonly http: number; readonly stats: number };
}

export interface CacheProxyInput {
  readonly cache: Upstream;
  readonly nameservers?: readonly string[];
  readonly listen: { readonly http: number; readonly stats: number };
}

export interface FrontendServerInput {
  readonly hostnames: readonly string[];
  readonly origins: readonly string[];
  readonly allowedHosts: readonly string[];
  readonly listen: number;
  /** Folders inside the image; tests give their own. */
  readonly paths?: {
    readonly html?: string;
    readonly mimeTypes?: string;
    readonly appConfig?: string;
    readonly temporary?: string;
  };
}

export interface FrontendAppConfigInput {
  readonly url: string;
  readonly hostname: string;
  readonly version: string;
}

export interface DexInput {
  readonly url: string;
  readonly allUrls: readonly string[];
  readonly passwordLogin: boolean;
  readonly connectors: readonly {
    readonly type: string;
    readonly id: string;
    readonly name: string;
    readonly config: Readonly<Record<string, unknown>>;
    readonly secretKeys: readonly string[];
  }[];
  /** Host, user and password come from the environment: Dex expands `$NAME` in its storage and connector settings. */
  readonly postgres: {
    readonly port: number;
    readonly database: string;
    readonly tls: "disable" | "require" | "verify-ca" | "verify-full";
    readonly caFile?: string;
  };
}

export interface CollectorInput {
  readonly namespace: string;
  readonly ingestEndpoint: string;
  /** Of the container; the memory limiter keeps below it. */
  readonly memoryMib: number;
  readonly prometheusPort?: number;
}
