import { field, job, workload, type Rule } from "./compare";
import { security } from "./differencesInSecurity";
import { edge } from "./differencesOfTheEdge";

/** Objects that only one side has, and objects that are called otherwise. */
const objects: readonly Rule[] = [
  {
    path: /^Namespace\/logfire present$/,
    theirs: /^nothing$/,
    reason: "The namespace is ours: it carries the level of Pod Security that its pods must keep.",
  },
  {
    path: /^NetworkPolicy\/\S+ present$/,
    theirs: /^nothing$/,
    reason: "Default deny both ways, then what the catalogue's calls and needs imply. The reference has no policies.",
  },
  {
    path: /^ServiceAccount\/logfire-unprivileged present$/,
    theirs: /^nothing$/,
    reason: "Pods that need neither the bucket nor the Kubernetes API run under an account without any right.",
  },
  {
    path: /^ServiceAccount\/logfire present$/,
    in: ["local"],
    theirs: /^nothing$/,
    reason: "The namespace's default account is left alone, where the reference gives it roles.",
  },
  {
    path: /^(Role|RoleBinding)\/logfire-dex present$/,
    ours: /^nothing$/,
    reason: "Dex keeps its data in PostgreSQL, so the right to its custom resources has no use.",
  },
  {
    path: /^PodDisruptionBudget\/logfire-ff-(cache-byte|query-worker) present$/,
    theirs: /^nothing$/,
    reason: "Every workload has a budget; one pod at a time never blocks a drain.",
  },
  {
    path: /^Secret\/\S+ present$/,
    in: ["local"],
    ours: /^nothing$/,
    reason: "Secrets are made by the engine, not rendered; the environment's references to them are compared.",
  },
  {
    path: /^(Deployment|Service|Ingress)\/logfire-maildev(-ingress)? present$/,
    in: ["local"],
    ours: /^nothing$/,
    reason: "A mail catcher for the chart's own developers, with a password in clear text and the tag `latest`.",
  },
  {
    path: /^(Role|RoleBinding)\/logfire-cache-routing (name|role)$/,
    reason: "A plain name: the hash in the reference's kept releases apart in one namespace, which has only one here.",
  },
  { path: /^Deployment\/logfire-redis name$/, in: ["local"], reason: "Every workload is called like its component." },
];

const labels: readonly Rule[] = [
  {
    path: / label\.app\.kubernetes\.io\/[\w-]+$/,
    theirs: /^nothing$/,
    reason: "The same labels on every object: the reference has none on autoscalers and some others.",
  },
  {
    path: field(job, "label\\.app\\.kubernetes\\.io/(version|managed-by)"),
    ours: /^nothing$/,
    reason: "A Job has the labels by which policies know its pods; which version it runs is in its image.",
  },

  { path: / label\.helm\.sh\/chart$/, ours: /^nothing$/, reason: "No chart." },
  {
    path: / label\.app\.kubernetes\.io\/managed-by$/,
    theirs: /^Helm$/,
    ours: /^Pulumi$/,
    reason: "Managed by Pulumi.",
  },
  {
    path: /^(Config|Role|RoleBinding|ServiceAccount)\/\S+ label\.app\.kubernetes\.io\/component$/,
    theirs: /^(?!nothing$)/,
    reason:
      "A ConfigMap of one workload carries that workload's name, so that a look by component shows both; an account belongs to nobody in particular.",
  },
  {
    path: field(workload, "podAnnotation\\.checksum/\\S+"),
    reason:
      "One checksum over all ConfigMaps a pod reads; those of Secrets are added by the engine, which alone knows their content.",
  },
];

const storage: readonly Rule[] = [
  {
    path: field(workload, "podAnnotation\\.cluster-autoscaler\\.kubernetes\\.io/safe-to-evict-local-volumes"),
    theirs: /^nothing$/,
    reason:
      "Scratch and temporary folders are local disk, which by default keeps the cluster-autoscaler from removing a node.",
  },
  {
    path: field(workload, "mount\\./scratch\\.volume"),
    theirs: /^ephemeral claim$/,
    ours: /^emptyDir$/,
    reason: "Scratch is node-local SSD through an emptyDir with a limit; a StorageClass is the alternative.",
  },
  {
    path: field(workload, "container\\.requests\\.ephemeral-storage"),
    theirs: /^(1024|nothing)$/,
    reason: "Only a request of scratch plus 1 GiB makes scheduler and autoscaler count an emptyDir.",
  },
  {
    path: /^Deployment\/logfire-ff-cache-byte (mount\.\/scratch\.mib|container\.env\.FF_CACHE_DISK_CAPACITY)$/,
    in: ["tiny", "small", "local"],
    theirs: /^(32768|26214MB)$/,
    reason:
      "The preset says 1 GiB (tiny) and 4 GiB (small), but the chart's own default of 32 GiB wins over its presets. Ours follows the preset.",
  },
  {
    path: /^StatefulSet\/logfire-ff-ingest persistentVolumeClaimRetentionPolicy\.\w+$/,
    theirs: /^nothing$/,
    ours: /^Retain$/,
    reason: "Said plainly: a queue is kept unless the stack is disposable.",
  },
  {
    path: /^StatefulSet\/logfire-ff-ingest podManagementPolicy$/,
    theirs: /^nothing$/,
    ours: /^Parallel$/,
    reason: "Each pod owns its queue: one that does not start must not hold up the others.",
  },
  {
    path: /^StatefulSet\/logfire-ff-ingest serviceName$/,
    theirs: /^nothing$/,
    ours: /^logfire-ff-ingest$/,
    reason: "Gives each pod its name in DNS.",
  },
];

const availability: readonly Rule[] = [
  {
    path: field(workload, "container\\.preStop\\.by"),
    theirs: /^a program in the image$/,
    ours: /^the kubelet$/,
    reason: "Kubernetes' own sleep works in images without a shell.",
  },
  {
    path: field(workload, "container\\.preStop\\.(by|seconds)"),
    theirs: /^nothing$/,
    reason: "Whatever is reached through a Service lets the proxies notice before it ends.",
  },
  {
    path: field(workload, "terminationGracePeriodSeconds"),
    theirs: /^(30|75)$/,
    reason: "Longer than drain and longest request together: the reference gives queries 30 s that may take 120 s.",
  },
  {
    path: field(workload, "spread\\.\\S+\\.matchLabelKeys"),
    theirs: /^nothing$/,
    ours: /^pod-template-hash$/,
    reason: "The revision that goes away does not push the new one together.",
  },
  {
    path: field(
      workload,
      "spread\\.\\S+\\.(maxSkew|whenUnsatisfiable|labelSelector\\.matchLabels\\.app\\.kubernetes\\.io/component)",
    ),
    theirs: /^nothing$/,
    reason: "Every workload with more than one replica is spread over zones and nodes, in every preset.",
  },
  {
    path: /^PodDisruptionBudget\/\S+ unhealthyPodEvictionPolicy$/,
    theirs: /^nothing$/,
    ours: /^AlwaysAllow$/,
    reason: "Pods that are not ready anyway must not block a drain.",
  },
  {
    path: /^PodDisruptionBudget\/logfire-(ff-cache-byte|redis) (minAvailable|maxUnavailable)$/,
    reason: "A minimum blocks drains for ever when as many replicas run; one at a time does not.",
  },
  {
    path: field(workload, "revisionHistoryLimit"),
    theirs: /^nothing$/,
    ours: /^2$/,
    reason: "The same for every workload.",
  },
  {
    path: field(job, "restartPolicy"),
    theirs: /^OnFailure$/,
    ours: /^Never$/,
    reason: "A failed attempt leaves its pod, and with it the log that says why.",
  },
  {
    path: /^Job\/logfire-ff-migrations activeDeadlineSeconds$/,
    theirs: /^nothing$/,
    ours: /^300$/,
    reason: "Both migrations end in bounded time.",
  },
  {
    path: field(job, "container\\.(requests|limits)\\.\\w+"),
    theirs: /^nothing$/,
    reason: "Requests make the scheduler count migrations too.",
  },
];

const telemetry: readonly Rule[] = [
  {
    path: field(workload, "container\\.env\\.OTEL_RESOURCE_ATTRIBUTES\\.vcs\\.repository\\.url\\.full"),
    theirs: /^https:/,
    ours: /^nothing$/,
    reason: "The one outside address that would stand in every pod; it means nothing to who runs Logfire.",
  },
  {
    path: /^Deployment\/logfire-otel-collector container\.name$/,
    reason: "Every container is called like its workload.",
  },
  {
    path: /^Deployment\/logfire-redis container\.name$/,
    in: ["local"],
    reason: "Every container is called like its workload.",
  },
  {
    path: /^Deployment\/logfire-otel-collector container\.(startup|liveness|readiness)Probe\.\w+$/,
    theirs: /^nothing$/,
    reason: "The reference's collector has no probes: broken, it still gets telemetry.",
  },
  { path: /^Deployment\/logfire-otel-collector container\.ports$/, reason: "The health port, for the probes." },
  {
    path: /^Deployment\/logfire-otel-collector container\.env\.GOMEMLIMIT$/,
    theirs: /^nothing$/,
    reason: "Garbage is collected before the container's limit kills the collector.",
  },
  {
    path: /^Config\/otel-collector-config otel-collector-config\.yaml\.service\.pipelines\.\w+\.processors$/,
    ours: /^memory_limiter,/,
    reason: "The memory limiter is configured in the reference, but in no pipeline.",
  },
  {
    path: /^Config\/otel-collector-config otel-collector-config\.yaml\.processors\.memory_limiter\.\w+$/,
    reason:
      "Follows the memory that the collector really has: in `tiny` the reference's limit is twice the container's.",
  },
  {
    path: /^Config\/otel-collector-config otel-collector-config\.yaml\.service\.pipelines\.\w+\.exporters$/,
    theirs: /^debug,/,
    reason: "No debug exporter: it would log that each batch went through.",
  },
  {
    path: /^Config\/otel-collector-config otel-collector-config\.yaml\.exporters\.otlp_http\.(headers\.Authorization|tls\.insecure)$/,
    reason: "The collector's current form of a variable; an `http:` endpoint has no TLS to be insecure about.",
  },
  {
    path: /^Config\/otel-collector-config otel-collector-config\.yaml\.service\.telemetry\.metrics\.level$/,
    theirs: /^nothing$/,
    reason: "The collector's own metrics would open a port that nothing reads.",
  },
];

const configuration: readonly Rule[] = [
  {
    path: /^Config\/logfire-dex-config config\.yaml\.telemetry\.http$/,
    theirs: /^nothing$/,
    reason: "Said in the text as well as on the command line, so that the text can be proved by itself.",
  },
  {
    path: field(workload, "container\\.env\\.E2E"),
    in: ["local"],
    theirs: /^true$/,
    ours: /^nothing$/,
    reason: "A switch for the vendor's own tests.",
  },
  {
    path: /^Deployment\/logfire-worker container\.env\.SMTP_\w+$/,
    in: ["local"],
    theirs: /^(logfire-maildev|maildev|1025)$/,
    reason: "No mail catcher.",
  },
];

/** Every deliberate difference from the reference, each with its reason. One that explains nothing fails the test. */
export const differences: readonly Rule[] = [
  ...[objects, labels, storage, availability, telemetry, configuration].flat(),
  ...security,
  ...edge,
];
