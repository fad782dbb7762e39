import type { rbac } from "@pulumi/kubernetes/types/input";
import { accountNames, hasCloudIdentity, type AccountName, type Context, type Workload } from "../catalogue/workload";
import { namespaceManifest } from "../../kubernetes/namespace";
import { objectLabels } from "../../kubernetes/labels";
import { plain, type ObjectManifest, type RenderedObject } from "./types";

interface Grant {
  readonly role: string;
  readonly to: AccountName;
  readonly rules: readonly rbac.v1.PolicyRule[];
}

const read = ["get", "list", "watch"];

/** Rights at the Kubernetes API. They reach only pods that mount a token, which the others of the account do not. */
const grants: readonly Grant[] = [
  {
    role: "logfire-cache-routing",
    to: "logfire",
    rules: [{ apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: read }],
  },
  { role: "logfire-pod-watcher", to: "logfire", rules: [{ apiGroups: [""], resources: ["pods"], verbs: read }] },
  {
    role: "logfire-otel-collector",
    to: "logfire-otel-collector",
    rules: [
      { apiGroups: [""], resources: ["pods"], verbs: read },
      { apiGroups: ["apps"], resources: ["replicasets", "deployments", "statefulsets", "daemonsets"], verbs: read },
    ],
  },
];

export const renderNamespace = ({ settings }: Context): RenderedObject =>
  plain("namespace", namespaceManifest(settings.namespace, settings.podSecurity));

/** ServiceAccounts in use, and the rights of those whose pods use the Kubernetes API. */
export function renderAccess(context: Context, workloads: readonly Workload[]): RenderedObject[] {
  const accounts = accountNames.filter((name) => workloads.some(({ account }) => account === name));
  const withToken = new Set(workloads.filter((workload) => workload.usesKubernetesApi).map(({ account }) => account));
  return [
    ...accounts.map((name) => account(context, name)),
    ...grants.filter(({ to }) => withToken.has(to)).flatMap((grant) => roleAndBinding(context, grant)),
  ];
}

function account({ settings, platform }: Context, name: AccountName): RenderedObject {
  const annotations = hasCloudIdentity({ account: name }) ? platform.identity.serviceAccountAnnotations : {};
  const manifest: ObjectManifest & { automountServiceAccountToken: boolean } = {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: {
      name,
      namespace: settings.namespace,
      labels: objectLabels(settings),
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    },
    automountServiceAccountToken: false,
  };
  return plain("access", manifest);
}

function roleAndBinding({ settings }: Context, { role, to, rules }: Grant): RenderedObject[] {
  const metadata = { name: role, namespace: settings.namespace, labels: objectLabels(settings) };
  const binding = {
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: role },
    subjects: [{ kind: "ServiceAccount", name: to, namespace: settings.namespace }],
  };
  const group = "rbac.authorization.k8s.io/v1";
  const roleManifest = { apiVersion: group, kind: "Role" as const, metadata, rules };
  const bindingManifest = { apiVersion: group, kind: "RoleBinding" as const, metadata, ...binding };
  return [plain("access", roleManifest), plain("access", bindingManifest)];
}
