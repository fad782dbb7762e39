import { edgeCharts, edgeImages } from "../components/logfire/edge/charts";
import { certificateSecret } from "../components/logfire/edge/common";
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
  readonly images: readonly string[];
}

export function edgeFigure(settings: Settings): EdgeFigure {
  const { logfire } = settings;
  const { edge, hostnames, https } = logfire;
  const input = { settings: logfire, platform: stackFacts(settings) };
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
    images: edgeImages(input),
  };
}

function certificateText({ edge, https, hostnames }: LogfireSettings): string {
  const { certificate } = edge;
  switch (certificate.source) {
    case "none":
      if (edge.mode === "native") return "certificate of the cloud's own";
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
const modes = {
  gateway: "Gateway",
  ingress: "Ingress",
  native: "the cloud's load balancer",
  none: "your own routing layer",
} as const;

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
