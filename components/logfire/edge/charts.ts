import type { PlatformFacts } from "../../platform/contract";
import type { LogfireSettings } from "../../settings/types";
import { UserError } from "../../lib/errors";
import type { EdgeShape } from "./capacity";
import { pullSecretNames } from "../manifests/pod";
import { hasOwnGateway } from "./common";
import { controllers, fleetSizes } from "./facts";

export type ControllerName = "definitions" | "envoyGateway" | "certManager";

/** A Helm chart that gives the cluster what the edge's objects need. */
export interface ChartInstall {
  readonly name: ControllerName;
  /** Name of the release; names of its objects begin with it or are the chart's own. */
  readonly release: string;
  readonly chart: string;
  /** Absent where a folder or an archive says its own. */
  readonly version?: string;
  readonly namespace: string;
  readonly values: Values;
  /**
   * Definitions are applied one by one: Helm's own record of the release would exceed what a Secret may hold, and
   * deleting a definition deletes every object of it in the cluster.
   */
  readonly definitionsOnly: boolean;
}
type Values = Readonly<Record<string, unknown>>;

export interface ChartInput {
  readonly settings: LogfireSettings;
  readonly platform: Pick<PlatformFacts, "placement" | "edge">;
}

/** What this stack installs, in order; empty where everything is there already or nothing needs it. */
export function edgeCharts(input: ChartInput): ChartInstall[] {
  const { edge } = input.settings;
  return [
    ...(edge.mode === "gateway" && edge.gateway.controller === "install" ? envoyGateway(input) : []),
    ...(needsCertManager(input.settings) ? [certManager(input)] : []),
  ];
}

/** An issuer of the owner's has a cert-manager of its own beside it. */
export function needsCertManager({ edge, inClusterTls }: Omit<EdgeShape, "preset">): boolean {
  const { source } = edge.certificate;
  const forServices = inClusterTls?.certificates === "certManager" && inClusterTls.issuer === undefined;
  return edge.certManager.controller === "install" && (source === "acme" || source === "privateCa" || forServices);
}

function envoyGateway(input: ChartInput): ChartInstall[] {
  const { settings, platform } = input;
  const { namespace, chart } = settings.edge.gateway;
  const { version, ...published } = controllers.envoyGateway;
  const { nodeSelector, tolerations } = platform.placement;
  const placement = { nodeSelector: { ...nodeSelector }, tolerations: [...tolerations] };
  const common = { version, namespace };
  return [
    {
      ...from(common, chart === undefined ? published.crdsChart : definitionsBeside(chart)),
      name: "definitions",
      release: "gateway-crds",
      values: { crds: { gatewayAPI: { enabled: true, channel: "standard" }, envoyGateway: { enabled: true } } },
      definitionsOnly: true,
    },
    {
      ...from(common, chart ?? published.chart),
      name: "envoyGateway",
      release: "envoy-gateway",
      definitionsOnly: false,
      values: {
        crds: { enabled: false },
        ...(settings.images.registry === undefined
          ? {}
          : { global: { imageRegistry: mirror(settings.images.registry), imagePullSecrets: pullSecrets(settings) } }),
        kubernetesClusterDomain: settings.network.clusterDomain,
        // A webhook on every pod of the namespace, for routing by zone, which is not used here.
        topologyInjector: { enabled: false },
        podDisruptionBudget: { minAvailable: controllerReplicas(settings) - 1 },
        deployment: {
          replicas: controllerReplicas(settings),
          ...priority(settings),
          envoyGateway: { imagePullPolicy: settings.images.pullPolicy },
          pod: placement,
        },
        certgen: { job: placement },
      },
    },
  ];
}

function certManager({ settings, platform }: ChartInput): ChartInstall {
  const { edge, images } = settings;
  const { version, imageNamespace, chart } = controllers.certManager;
  const { nodeSelector, tolerations } = platform.placement;
  const image = { image: { pullPolicy: images.pullPolicy } };
  const placed = { nodeSelector: { "kubernetes.io/os": "linux", ...nodeSelector }, tolerations: [...tolerations] };
  const replicated = {
    ...placed,
    replicaCount: controllerReplicas(settings),
    podDisruptionBudget: { enabled: controllerReplicas(settings) > 1 },
  };
  const { serviceAccountAnnotations, podLabels } = platform.edge.certManagerIdentity;
  return {
    ...from({ version, namespace: edge.certManager.namespace }, edge.certManager.chart ?? chart),
    name: "certManager",
    release: "cert-manager",
    definitionsOnly: false,
    values: {
      crds: { enabled: true, keep: true },
      global: {
        // Its default is kube-system, where many clusters let nobody write.
        leaderElection: { namespace: edge.certManager.namespace },
        ...(settings.priorityClassName === undefined ? {} : { priorityClassName: settings.priorityClassName }),
        ...(images.registry === undefined ? {} : { imagePullSecrets: pullSecrets(settings) }),
      },
      ...(images.registry === undefined ? {} : { imageRegistry: mirror(images.registry), imageNamespace }),
      ...replicated,
      ...image,
      serviceAccount: { annotations: serviceAccountAnnotations },
      podLabels,
      // Without it cert-manager does not look at Gateway API at all.
      ...(solvesBehindGateway(edge) ? { config: gatewayConfig } : {}),
      webhook: { ...replicated, ...image },
      cainjector: { ...replicated, ...image },
      acmesolver: image,
      startupapicheck: { ...placed, ...image },
    },
  };
}

const gatewayConfig = {
  apiVersion: "controller.config.cert-manager.io/v1alpha1",
  kind: "ControllerConfiguration",
  enableGatewayAPI: true,
} as const;

/** Whether challenges are answered behind the Gateway: then its definitions have to be there before cert-manager. */
export const solvesBehindGateway = ({ mode, certificate }: LogfireSettings["edge"]): boolean =>
  mode === "gateway" && certificate.source === "acme" && certificate.http01;

/** One for trying out; two elsewhere, so that a drained node does not stop renewals and changes. */
export const controllerReplicas = ({ preset }: Pick<LogfireSettings, "preset">): number =>
  fleetSizes[preset].replicas[0] === 1 ? 1 : 2;

const mirror = (registry: string): string => registry.replace(/\/+$/, "");

const pullSecrets = (settings: LogfireSettings) => pullSecretNames({ settings }).map((name) => ({ name }));

const priority = ({ priorityClassName }: LogfireSettings) =>
  priorityClassName === undefined ? {} : { priorityClassName };

/** What is published has the version; a folder or an archive is one. */
const from = (
  { version, namespace }: { readonly version: string; readonly namespace: string },
  chart: string,
): Pick<ChartInstall, "chart" | "version" | "namespace"> => ({
  chart,
  namespace,
  ...(chart.startsWith("oci://") ? { version } : {}),
});

/** The definitions lie beside the controller's chart, under the name that they are published by. */
export function definitionsBeside(chart: string): string {
  const beside = chart.replace(/gateway-helm(?=[^/]*$)/, "gateway-crds-helm");
  if (beside === chart)
    throw new UserError(
      `edge.gateway.chart: ${chart} is not named gateway-helm, so the chart gateway-crds-helm beside it cannot be ` +
        "found; keep both under the names that they are published by",
    );
  return beside;
}

/** Images of what runs at the edge, as they are pulled: through the owner's mirror where there is one. */
export function edgeImages({ settings, platform }: ChartInput): string[] {
  const charts = edgeCharts({ settings, platform }).map(({ name }) => name);
  const fleet = hasOwnGateway(settings) && settings.edge.gateway.implementation === "envoyGateway";
  const images = [
    ...(charts.includes("envoyGateway") ? [controllers.envoyGateway.images.controller] : []),
    ...(fleet ? [controllers.envoyGateway.images.envoy] : []),
    ...(charts.includes("certManager") ? controllers.certManager.images : []),
  ];
  const { registry } = settings.images;
  return registry === undefined ? images : images.map((image) => image.replace(/^[^/]+/, mirror(registry)));
}
