import { field, job, workload, type Rule } from "./compare";

const access: readonly Rule[] = [
  {
    path: /^ServiceAccount\/\S+ automountServiceAccountToken$/,
    theirs: /^true$/,
    ours: /^false$/,
    reason: "No token unless a pod asks for it.",
  },
  {
    path: field(workload, "automountServiceAccountToken"),
    theirs: /^nothing$/,
    reason: "A token only in the pods that use the Kubernetes API: both query workloads and the collector.",
  },
  {
    path: field(job, "automountServiceAccountToken"),
    theirs: /^nothing$/,
    ours: /^false$/,
    reason: "Migrations do not use the Kubernetes API.",
  },
  {
    path: field(workload, "serviceAccountName"),
    theirs: /^(logfire|default|nothing)$/,
    ours: /^logfire-unprivileged$/,
    reason: "This pod needs neither the bucket's identity nor the Kubernetes API.",
  },
  {
    path: field(workload, "serviceAccountName"),
    in: ["local"],
    theirs: /^default$/,
    ours: /^logfire$/,
    reason: "The same account with and without cloud identity.",
  },
  {
    path: field(job, "serviceAccountName"),
    theirs: /^default$/,
    ours: /^nothing$/,
    reason: "`default` is what Kubernetes fills in.",
  },
  {
    path: /^RoleBinding\/\S+ subject\.ServiceAccount\/(logfire|default)$/,
    in: ["local"],
    reason: "Rights go to an account of our own, never to the namespace's default one.",
  },
  {
    path: /^Role\/logfire-otel-collector may\.extensions\/replicasets$/,
    ours: /^nothing$/,
    reason: "The group `extensions` is gone from every supported Kubernetes.",
  },
];

const hardening: readonly Rule[] = [
  {
    path: field(workload, "securityContext\\.(runAsNonRoot|runAsUser|runAsGroup|seccompProfile\\.type)"),
    theirs: /^nothing$/,
    reason: "The namespace enforces the `restricted` level; the reference sets no security context by default.",
  },
  {
    path: field(workload, "securityContext\\.(fsGroup|fsGroupChangePolicy)"),
    theirs: /^nothing$/,
    reason: "Pods that are not root write to their volumes through the group.",
  },
  {
    path: field(workload, "securityContext\\.fsGroup"),
    in: ["everything"],
    theirs: /^1000$/,
    reason: "Only pods with a writable volume get a group for it, and it is the image's own.",
  },
  {
    path: field(
      workload,
      "container\\.securityContext\\.(allowPrivilegeEscalation|capabilities\\.drop|readOnlyRootFilesystem)",
    ),
    theirs: /^nothing$/,
    reason: "Required by the `restricted` level, and a read-only root where the image is known to need no other.",
  },
  {
    path: field(workload, "container\\.securityContext\\.(runAsNonRoot|runAsUser)"),
    in: ["everything"],
    ours: /^nothing$/,
    reason: "Set once, for the pod.",
  },
  {
    path: field(job, "(container\\.)?securityContext\\.\\S+"),
    reason: "The `restricted` level, set once for the pod; migrations write to no volume.",
  },
  {
    path: field("^(Deployment|StatefulSet|Job)/\\S+", "enableServiceLinks"),
    theirs: /^nothing$/,
    ours: /^false$/,
    reason: "Services as variables are read by nothing and grow with the namespace.",
  },
  {
    path: field(workload, "mount\\.\\S+\\.readOnly"),
    theirs: /^nothing$/,
    ours: /^true$/,
    reason: "Configuration is mounted read-only.",
  },
  {
    path: field("^(Deployment|StatefulSet|Job)/\\S+", "priorityClassName"),
    in: ["everything"],
    theirs: /^nothing$/,
    reason: "The priority class holds for every pod; the reference leaves out proxies and frontend.",
  },
];

const secrets: readonly Rule[] = [
  {
    path: /^Config\/logfire-ff-(base|ingest)-config data\.FF_\w*REDIS\w*_DSN$/,
    ours: /^nothing$/,
    reason: "A Redis DSN holds a password: it is read from a Secret, never kept in a ConfigMap.",
  },
  {
    path: field(workload, "container\\.env\\.FF_(SHARED|TOKEN|USAGE)_REDIS_DSN"),
    theirs: /^nothing$/,
    ours: /^secret logfire-redis /,
    reason: "By reference, in place of the ConfigMap.",
  },
  {
    path: /^(Deployment|StatefulSet)\/logfire-ff-ingest(-processor)? container\.env\.FF_REDIS_TAIL_DSN$/,
    theirs: /^nothing$/,
    ours: /^secret logfire-redis /,
    reason: "By reference, in place of the ConfigMap for ingest.",
  },
  {
    path: field(workload, "container\\.env\\.\\w*REDIS\\w*_DSN"),
    theirs: /^redis:/,
    ours: /^secret logfire-redis \w+$/,
    reason: "A Redis DSN in clear text in the pod's specification becomes a reference.",
  },
  {
    path: field("^(Deployment|StatefulSet|Job)/\\S+", "container\\.env\\.\\w*PG_DSN"),
    in: ["local"],
    theirs: /^secret logfire-pg /,
    ours: /^secret logfire-postgres /,
    reason: "One name for the Secret with the DSNs, whoever made the database.",
  },
  {
    path: field(workload, "container\\.env\\.AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY)"),
    in: ["local"],
    theirs: /^logfire-minio$/,
    ours: /^secret logfire-object-store /,
    reason: "Credentials of the bucket are read by reference.",
  },
  {
    path: /^Deployment\/logfire-dex container\.env\.DEX_POSTGRES_(HOST|USER|PASSWORD)$/,
    theirs: /^nothing$/,
    reason: "Dex expands these in its configuration, which so holds no secret.",
  },
  {
    path: /^Config\/logfire-dex-config config\.yaml\.storage\.config\.(host|user|password)$/,
    ours: /^\$\{DEX_POSTGRES_/,
    reason: "From the environment: the reference has the password in the text.",
  },
  {
    path: /^Config\/logfire-dex-config config\.yaml\.connectors\.0\.config\.(clientID|clientSecret)$/,
    in: ["everything"],
    ours: /^\$\{DEX_CONNECTOR__github__/,
    reason: "Variables of a connector are named by its id and key, so that no two collide.",
  },
  {
    path: /^Deployment\/logfire-dex container\.env\.(GITHUB_CLIENT_ID|DEX_CONNECTOR__github__\w+)$/,
    in: ["everything"],
    reason: "Variables of a connector are named by its id and key, so that no two collide.",
  },
  {
    path: /^Config\/logfire-(dex-config|haproxy-config|cache-byte-haproxy-config) kind$/,
    theirs: /^Secret$/,
    ours: /^ConfigMap$/,
    reason: "Nothing in it is secret any more, so that a review can read it.",
  },
  {
    path: field("^Deployment/\\S+", "mount\\.(/etc/dex|/usr/local/etc/haproxy/haproxy\\.cfg)\\.volume"),
    theirs: /^secret$/,
    ours: /^config$/,
    reason: "Nothing in it is secret any more, so that a review can read it.",
  },
];

/** Who may do what, as whom, and where secrets are. */
export const security: readonly Rule[] = [...access, ...hardening, ...secrets];
