import { setTimeout as sleep } from "node:timers/promises";
import { bootstrapName } from "../../components/logfire/database/bootstrap";
import { list, type KubeObject, type Rig } from "./support";

const accepts = "database.test/accepts";

/**
 * In this namespace, a pod of the bootstrap Job fails two seconds after its start, unless the database has let it in.
 * Pods become Ready by a stage without a weight, which one with a weight goes before.
 */
export const bootstrapFailsIn = (namespace: string): string => `
apiVersion: kwok.x-k8s.io/v1alpha1
kind: Stage
metadata: { name: database-refuses }
spec:
  weight: 1
  resourceRef: { apiGroup: v1, kind: Pod }
  selector:
    matchLabels: { app.kubernetes.io/component: ${bootstrapName} }
    matchExpressions:
      - jq: { key: .metadata.namespace, operator: In, values: [${namespace}] }
      - jq: { key: .metadata.deletionTimestamp, operator: DoesNotExist }
      - jq: { key: .status.phase, operator: In, values: [Pending] }
      - jq: { key: '.metadata.annotations["${accepts}"]', operator: DoesNotExist }
  delay: { durationMilliseconds: 2000 }
  steps:
    - patch:
        subresource: status
        root: status
        template: |
          {{ $now := Now }}
          phase: Failed
          startTime: {{ $now | Quote }}
          containerStatuses:
          {{ range .spec.containers }}
          - name: {{ .name | Quote }}
            image: {{ .image | Quote }}
            imageID: {{ printf "simulated://%s" .image | Quote }}
            ready: false
            started: false
            restartCount: 0
            state: { terminated: { exitCode: 2, reason: Error, startedAt: {{ $now | Quote }}, finishedAt: {{ $now | Quote }} } }
          {{ end }}
`;

interface BootstrapPod extends KubeObject {
  readonly spec: {
    readonly containers: readonly {
      readonly env: readonly {
        readonly name: string;
        readonly valueFrom?: { readonly secretKeyRef?: { readonly name: string; readonly key: string } };
      }[];
    }[];
  };
  readonly status: { readonly phase: string };
}

/** Stands in for the server: lets in the pods whose Secret holds the right password, and counts those it refuses. */
export function standInDatabase(rig: Rig, namespace: string, password: string) {
  const refused = new Set<string>();
  let open = true;
  const serve = async () => {
    while (open) {
      const pods = await list<BootstrapPod>(rig, "pods", namespace).catch(() => []);
      for (const pod of pods) await judge(pod).catch(() => undefined);
      await sleep(500);
    }
  };
  const judge = async ({ metadata, spec, status }: BootstrapPod) => {
    if (metadata.labels?.["app.kubernetes.io/component"] !== bootstrapName || status.phase !== "Pending") return;
    const reference = spec.containers[0]?.env.find(({ name }) => name === "PGPASSWORD")?.valueFrom?.secretKeyRef;
    if (reference === undefined) return;
    const text = await rig.kubectl("get", "secret", reference.name, "-n", namespace, "-o", "json");
    const { data } = JSON.parse(text) as { readonly data: Readonly<Record<string, string>> };
    const sent = Buffer.from(data[reference.key] ?? "", "base64").toString();
    if (sent === password) await rig.kubectl("annotate", "pod", metadata.name, "-n", namespace, `${accepts}=true`);
    else refused.add(metadata.name);
  };
  const ended = serve();
  return {
    refused,
    close: () => {
      open = false;
      return ended;
    },
  };
}
