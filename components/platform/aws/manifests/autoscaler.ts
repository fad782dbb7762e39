import type { core } from "@pulumi/kubernetes/types/input";
import type { Manifest } from "../../../kubernetes/resources";
import { formatMib, formatMillis } from "../../../lib/quantities";
import type { Text } from "../../../lib/text";
import type { LogfireSettings } from "../../../settings/types";
import { autoscalerRequests } from "../figures/clusterPods";
import { placements } from "../../shared/placements";

const name = "cluster-autoscaler";
const namespace = "kube-system";
export const autoscalerAccount = { namespace, serviceAccount: name };
const labels = { "app.kubernetes.io/name": name, "app.kubernetes.io/managed-by": "Pulumi" };
const selector = { "app.kubernetes.io/name": name };

/** The newest release of each minor version that is known: the autoscaler simulates the scheduler of its own minor. */
const releases: Readonly<Record<string, string>> = {
  "1.32": "v1.32.7",
  "1.33": "v1.33.5",
  "1.34": "v1.34.4",
  "1.35": "v1.35.1",
  "1.36": "v1.36.0",
};

/** Image for a cluster of this version, from the owner's mirror where there is one. */
export function autoscalerImage(version: string, { registry }: Pick<LogfireSettings["images"], "registry">): string {
  const tag = releases[version] ?? `v${version}.0`;
  return `${registry?.replace(/\/+$/, "") ?? "registry.k8s.io"}/autoscaling/cluster-autoscaler:${tag}`;
}

export interface AutoscalerInput {
  readonly clusterName: string;
  readonly region: string;
  readonly image: string;
  readonly pullPolicy: "IfNotPresent" | "Always";
  /** Of its ServiceAccount. */
  readonly annotations: Readonly<Record<string, Text>>;
}

type Rule = readonly [apiGroups: readonly string[], resources: readonly string[], verbs: readonly string[]];
const watch = ["get", "list", "watch"];

/** What it looks at to simulate the scheduler, and what it does to nodes that it removes. */
const clusterRules: readonly Rule[] = [
  [[""], ["events"], ["create", "patch"]],
  [[""], ["pods/eviction"], ["create"]],
  [[""], ["pods/status"], ["update"]],
  [[""], ["nodes"], [...watch, "update", "patch"]],
  [
    [""],
    ["namespaces", "pods", "services", "replicationcontrollers", "persistentvolumeclaims", "persistentvolumes"],
    watch,
  ],
  [["apps"], ["daemonsets", "replicasets", "statefulsets"], watch],
  [["batch"], ["jobs"], watch],
  [["policy"], ["poddisruptionbudgets"], watch],
  [
    ["storage.k8s.io"],
    ["storageclasses", "csinodes", "csidrivers", "csistoragecapacities", "volumeattachments"],
    watch,
  ],
  [["resource.k8s.io"], ["deviceclasses", "resourceclaims", "resourceslices"], watch],
  [["coordination.k8s.io"], ["leases"], ["create"]],
  [["coordination.k8s.io"], ["leases"], ["get", "update"]],
];

/** Where it says how it is, in its own namespace. */
const namespaceRules: readonly Rule[] = [
  [[""], ["configmaps"], ["create", "get", "list", "watch", "update", "delete"]],
];

const asRules = (rules: readonly Rule[]) =>
  rules.map(([apiGroups, resources, verbs]) => ({
    apiGroups,
    resources,
    verbs,
    ...(resources[0] === "leases" && !verbs.includes("create") ? { resourceNames: [name] } : {}),
  }));

/** cluster-autoscaler: adds a node where a pod finds none, and removes one that is not needed. */
export function autoscalerManifests(input: AutoscalerInput): readonly Manifest[] {
  const rbac = "rbac.authorization.k8s.io";
  const subjects = [{ kind: "ServiceAccount", name, namespace }];
  const here = { name, namespace, labels };
  const everywhere = { name, labels };
  const manifests = [
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { ...here, annotations: input.annotations } },
    { apiVersion: `${rbac}/v1`, kind: "ClusterRole", metadata: everywhere, rules: asRules(clusterRules) },
    {
      apiVersion: `${rbac}/v1`,
      kind: "ClusterRoleBinding",
      metadata: everywhere,
      roleRef: { apiGroup: rbac, kind: "ClusterRole", name },
      subjects,
    },
    { apiVersion: `${rbac}/v1`, kind: "Role", metadata: here, rules: asRules(namespaceRules) },
    {
      apiVersion: `${rbac}/v1`,
      kind: "RoleBinding",
      metadata: here,
      roleRef: { apiGroup: rbac, kind: "Role", name },
      subjects,
    },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: here,
      spec: {
        replicas: 1,
        selector: { matchLabels: selector },
        template: { metadata: { labels }, spec: podSpec(input) },
      },
    },
    {
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      metadata: here,
      spec: { maxUnavailable: 1, selector: { matchLabels: selector } },
    },
  ] as const;
  return manifests;
}

function podSpec({ image, pullPolicy, clusterName, region }: AutoscalerInput): core.v1.PodSpec {
  return {
    serviceAccountName: name,
    // Without it no pod gets a node that is missing.
    priorityClassName: "system-cluster-critical",
    nodeSelector: placements.general.nodeSelector,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 65534,
      runAsGroup: 65534,
      fsGroup: 65534,
      seccompProfile: { type: "RuntimeDefault" },
    },
    containers: [
      {
        name,
        image,
        imagePullPolicy: pullPolicy,
        command: ["./cluster-autoscaler"],
        args: [
          "--cloud-provider=aws",
          `--node-group-auto-discovery=asg:tag=k8s.io/cluster-autoscaler/enabled,k8s.io/cluster-autoscaler/${clusterName}`,
          // The groups of the general pool, one in each zone, stay of one size.
          "--balance-similar-node-groups",
          "--expander=least-waste",
          // Every pod has temporary folders, and CoreDNS runs everywhere: no node would ever be removed.
          "--skip-nodes-with-local-storage=false",
          "--skip-nodes-with-system-pods=false",
          "--logtostderr",
          "--v=2",
        ],
        env: [{ name: "AWS_REGION", value: region }],
        ports: [{ name: "metrics", containerPort: 8085 }],
        livenessProbe: {
          httpGet: { path: "/health-check", port: "metrics" },
          initialDelaySeconds: 60,
          periodSeconds: 20,
          failureThreshold: 6,
        },
        readinessProbe: { httpGet: { path: "/health-check", port: "metrics" }, periodSeconds: 10 },
        resources: {
          requests: {
            cpu: formatMillis(autoscalerRequests.cpuMillis),
            memory: formatMib(autoscalerRequests.memoryMib),
          },
          limits: { memory: "1Gi" },
        },
        securityContext: {
          allowPrivilegeEscalation: false,
          capabilities: { drop: ["ALL"] },
          readOnlyRootFilesystem: true,
        },
      },
    ],
  };
}
