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
  /** Speaks HTTPS then, and is checked; in clear where absent. */
  readonly tls?: UpstreamTls;
}

export interface UpstreamTls {
  /** Name that its certificate must hold, and that it is asked for. */
  readonly name: string;
  /** File of the authorities that may have signed it. */
  readonly authorities: string;
}

/** What a server shows, by files in its pod. Read when it starts. */
export interface TlsFiles {
  readonly certificate: string;
  /** HAProxy takes the key that lies beside the certificate, under its name and `.key`. */
  readonly key: string;
}

/** What both HAProxies take. */
export interface ProxyProcess {
  /** Name servers, `10.0.0.10` or `10.0.0.10:5353`; the pod's resolv.conf where absent. Tests give their own. */
  readonly nameservers?: readonly string[];
  /** Ports, on every IPv4 address unless `address` names one. `https` beside `http`, not instead of it. */
  readonly listen: {
    readonly http: number;
    readonly https?: Pick<TlsFiles, "certificate"> & { readonly port: number };
    readonly stats: number;
    readonly address?: string;
  };
  /**
   * Longest time that requests in flight have to end after the signal to stop, seconds. The pod's termination grace
   * period must be longer by its preStop delay. Default: `edgeDrainSeconds` or `cacheDrainSeconds`.
   */
  readonly drainSeconds?: number;
  /**
   * Threads. HAProxy counts the node's cores, not the container's limit: without this it starts 64 threads on a large
   * node and is throttled. The CPU limit in whole cores, rounded up. Default: HAProxy's own count.
   */
  readonly threads?: number;
}

export interface EdgeProxyInput extends ProxyProcess {
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
  /**
   * Trusted proxies that append to `X-Forwarded-For` on the way here, 0 to 11: the client's address is the entry so many
   * from the end. 0, the default, believes no header: the client is whoever opened the connection. Too many lets clients
   * write their own address, too few shows a proxy's.
   */
  readonly forwardedHops?: number;
  /**
   * Whether what is in front answers with an error where its idle connection turns out to be closed, instead of sending the
   * request again, as load balancers of clouds do. Then a pod that goes closes none of them before its next answer.
   * Default false: closed at once, so that the pod goes as soon as it has nothing in flight.
   */
  readonly repeatsNothing?: boolean;
  /** Longest silence of the AI gateway that does not end a request. Seconds. */
  readonly gatewayTimeoutSeconds: number;
}

export interface CacheProxyInput extends ProxyProcess {
  readonly cache: Upstream;
}

export interface FrontendServerInput {
  readonly hostnames: readonly string[];
  readonly origins: readonly string[];
  /** Outside hosts the page may use: `avatars.githubusercontent.com`, `*.slack-edge.com`. Nothing else leaves. */
  readonly allowedHosts: readonly string[];
  readonly listen: number;
  /** HTTPS on a port of its own; `listen` answers health checks alone then. */
  readonly https?: TlsFiles & { readonly port: number };
  /** Address to listen on. Default: every IPv4 address. */
  readonly address?: string;
  /**
   * Name servers for the one outside upstream, model prices; used only where its host is allowed. Where absent, the
   * file that `frontendCommand` writes from the pod's resolv.conf names them.
   */
  readonly nameservers?: readonly string[];
  /** Folders inside the image; tests give their own. */
  readonly paths?: {
    readonly html?: string;
    readonly mimeTypes?: string;
    readonly appConfig?: string;
    readonly temporary?: string;
    /** CA bundle to check the outside upstream with; unchecked where absent, because nginx does not start without the file. */
    readonly trustedCertificates?: string;
  };
}

export interface FrontendAppConfigInput {
  readonly url: string;
  readonly hostname: string;
  readonly version: string;
}

export interface ListenOn {
  readonly address: string;
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
  /** HTTPS for the web beside HTTP, and TLS for gRPC instead of none. */
  readonly https?: TlsFiles & { readonly port: number };
  /** Default: every address, 5556, 5557 and 5558. */
  readonly listen?: ListenOn & { readonly http: number; readonly grpc: number; readonly telemetry: number };
}

export interface CollectorInput {
  readonly namespace: string;
  readonly ingestEndpoint: string;
  /** File of the authorities that sign the intake's certificate, where `ingestEndpoint` is `https:`. */
  readonly authorities?: string;
  /** Of the container; the memory limiter keeps below it. */
  readonly memoryMib: number;
  readonly prometheusPort?: number;
  /** Default: every address, 4317, 4318 and 13133. */
  readonly listen?: ListenOn & { readonly grpc: number; readonly http: number; readonly health: number };
}
