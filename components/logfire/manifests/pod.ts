import type { core } from "@pulumi/kubernetes/types/input";
import { imageUser } from "../catalogue/images";
import { connectionSecrets } from "../catalogue/secretRefs";
import { hasCloudIdentity, type Context, type Workload } from "../catalogue/workload";
import { maxReplicas, type Size } from "../sizing/sizes";
import { checksum, configOf, isPlain } from "./config";
import { container } from "./container";
import { selectorLabels } from "../../kubernetes/labels";
import { volumes } from "./volumes";

/** Time after drain and the longest request for a program to write what it holds and end. Seconds. */
const closingSeconds = 10;

export function podTemplate(context: Context, workload: Workload, size: Size): core.v1.PodTemplateSpec {
  const override = context.settings.workloads[workload.name] ?? {};
  const config = configOf(context, workload);
  const local = volumes(context, workload, size).flatMap(({ name, emptyDir }) =>
    emptyDir === undefined || typeof name !== "string" ? [] : [name],
  );
  return {
    metadata: {
      labels: {
        ...override.podLabels,
        ...(hasCloudIdentity(workload) ? context.platform.identity.podLabels : {}),
        ...selectorLabels(workload.name),
      },
      annotations: {
        // Without it one pod with local files keeps its node for good: cluster-autoscaler removes none that holds any.
        ...(local.length === 0
          ? {}
          : { "cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes": local.join(",") }),
        ...override.podAnnotations,
        // Texts that only the engine knows are hashed by it.
        ...(Object.keys(config).length > 0 && isPlain(config) ? { "checksum/config": checksum(config) } : {}),
      },
    },
    spec: podSpec(context, workload, size),
  };
}

function podSpec(context: Context, workload: Workload, size: Size): core.v1.PodSpec {
  const { settings } = context;
  const pullSecrets = pullSecretNames(context);
  return {
    ...(settings.priorityClassName === undefined ? {} : { priorityClassName: settings.priorityClassName }),
    serviceAccountName: workload.account,
    automountServiceAccountToken: workload.usesKubernetesApi === true,
    // Services as variables would grow with the namespace and roll nothing when they change.
    enableServiceLinks: false,
    ...(pullSecrets.length === 0 ? {} : { imagePullSecrets: pullSecrets.map((name) => ({ name })) }),
    terminationGracePeriodSeconds: graceSeconds(context, workload),
    securityContext: securityContext(context, workload),
    ...placement(context, workload, size),
    topologySpreadConstraints: spread(workload, size),
    containers: [container(context, workload, size)],
    volumes: volumes(context, workload, size),
  };
}

const graceSeconds = (context: Context, { drainSeconds, longestRequestSeconds: longest }: Workload): number =>
  drainSeconds + (typeof longest === "function" ? longest(context) : longest) + closingSeconds;

/** Pull Secrets that are there, and the one that is made. */
export const pullSecretNames = ({ settings: { images } }: Pick<Context, "settings">): string[] => [
  ...new Set([...images.pullSecrets, ...(images.credentials === undefined ? [] : [connectionSecrets.imagePull.name])]),
];

function securityContext({ settings }: Context, { image, volume, temporary }: Workload): core.v1.PodSecurityContext {
  const user = imageUser(image);
  const writes = volume !== undefined || temporary !== undefined;
  return {
    ...(settings.podSecurity === "restricted" ? { runAsNonRoot: true, runAsUser: user, runAsGroup: user } : {}),
    // Without the change policy the kubelet walks a full volume at every start.
    ...(writes ? { fsGroup: user, fsGroupChangePolicy: "OnRootMismatch" } : {}),
    seccompProfile: { type: "RuntimeDefault" },
  };
}

function placement({ platform, settings }: Context, { name }: Workload, { pool }: Size) {
  const { nodeSelector, tolerations } = pool === "scratch" ? platform.scratch : platform.placement;
  const selector = { ...nodeSelector, ...settings.workloads[name]?.nodeSelector };
  return {
    ...(Object.keys(selector).length === 0 ? {} : { nodeSelector: selector }),
    ...(tolerations.length === 0 ? {} : { tolerations: tolerations.map((toleration) => ({ ...toleration })) }),
  };
}

/** Over zones, then nodes; a wish, because a pod that waits for a zone serves nobody. */
function spread({ name, kind }: Workload, size: Size): core.v1.TopologySpreadConstraint[] {
  if (maxReplicas(size) <= 1) return [];
  return ["topology.kubernetes.io/zone", "kubernetes.io/hostname"].map((topologyKey) => ({
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: "ScheduleAnyway",
    labelSelector: { matchLabels: { "app.kubernetes.io/component": name } },
    // Pods of the revision that is going away must not push the new ones together.
    ...(kind === "Deployment" ? { matchLabelKeys: ["pod-template-hash"] } : {}),
  }));
}
