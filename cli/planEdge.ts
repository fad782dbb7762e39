import { edgeCharts, edgeImages } from "../components/logfire/edge/charts";
import { certificateSecret, hasOwnGateway } from "../components/logfire/edge/common";
import { fleetSizes, shutdownManager } from "../components/logfire/edge/facts";
import type { Totals } from "../components/logfire/sizing";
import type { LogfireSettings, Settings } from "../components/settings";
import { stackFacts } from "./objects";

/** How people reach Logfire, as far as it is known before anything is there. */
export interface EdgeFigure {
  readonly mode: LogfireSettings["edge"]["mode"];
  readonly exposure: LogfireSettings["edge"]["exposure"];
  readonly urls: readonly string[];
  readonly certificate: string;
  /** What this stack installs: `envoy-gateway v1.9.1`. */
  readonly installs: readonly string[];
  /** Names that have to lead to the load balancer; empty where the owner's routing layer is in front. */
  readonly records: readonly string[];
  /** Whether the platform writes them. */
  readonly writesRecords: boolean;
  /** Requests of Envoy's pods; absent where the stack has none of its own. */
  readonly proxies?: { readonly min: Totals; readonly max: Totals };
  readonly images: readonly string[];
}

export function edgeFigure(settings: Settings): EdgeFigure {
  const { logfire } = settings;
  const { edge, hostnames, https } = logfire;
  const input = { settings: logfire, platform: stackFacts(settings) };
  const proxies = hasOwnGateway(logfire) && edge.gateway.implementation === "envoyGateway";
  return {
    mode: edge.mode,
    exposure: edge.exposure,
    urls: hostnames.map((hostname) => `${https ? "https" : "http"}://${hostname}`),
    certificate: certificateText(logfire),
    installs: edgeCharts(input).map(({ release, version }) =>
      version === undefined ? release : `${release} ${version}`,
    ),
    records: edge.mode === "none" ? [] : hostnames,
    // A platform that makes its zone itself can also write into it.
    writesRecords: settings.platform.kind !== "existing",
    ...(proxies ? { proxies: { min: fleet(logfire, 0), max: fleet(logfire, 1) } } : {}),
    images: edgeImages(input),
  };
}

function fleet({ preset }: LogfireSettings, bound: 0 | 1): Totals {
  const { cpuMillis, memoryMib, replicas } = fleetSizes[preset];
  const pods = replicas[bound];
  return {
    pods,
    cpuMillis: pods * (cpuMillis + shutdownManager.cpuMillis),
    memoryMib: pods * (memoryMib + shutdownManager.memoryMib),
    scratchMib: 0,
  };
}

function certificateText({ edge, https, hostnames }: LogfireSettings): string {
  const { certificate } = edge;
  switch (certificate.source) {
    case "none":
      return https ? "certificate of your routing layer" : "no certificate";
    case "acme":
      return `certificate by ACME (${certificate.http01 ? "HTTP-01" : `DNS-01${edge.zone === undefined ? "" : ` in ${edge.zone}`}`}) from ${new URL(certificate.server).host}`;
    case "issuer":
      return `certificate from ${certificate.kind} ${certificate.name}`;
    case "privateCa":
      return `certificate of a private authority, which clients have to trust`;
    case "given":
      return `certificate of yours for ${hostnames.join(", ")}`;
    case "existingSecret":
      return `certificate in the Secret ${certificateSecret({ edge }) ?? ""}`;
  }
}

const exposures = { public: "public", internal: "inside your network only" } as const;
const modes = { gateway: "Gateway", ingress: "Ingress", none: "your own routing layer" } as const;

export function formatEdge({
  mode,
  exposure,
  urls,
  certificate,
  installs,
  records,
  writesRecords,
}: EdgeFigure): string[] {
  const where = mode === "none" ? [] : [exposures[exposure]];
  return [
    `Edge: ${[modes[mode], ...where, urls.join(", "), certificate].join("; ")}`,
    ...(installs.length === 0 ? [] : [`Installs into the cluster: ${installs.join(", ")}`]),
    ...(records.length === 0 || writesRecords
      ? []
      : [`DNS records for you to make, once the load balancer has its address: ${records.join(", ")}`]),
  ];
}
