import * as k8s from "@pulumi/kubernetes";
import { RandomPassword } from "@pulumi/random";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import type * as pulumi from "@pulumi/pulumi";

export interface ToyOptions {
  readonly namespace: string;
  /** Number of Deployments, each with Service, autoscaler and budget. Default 3. */
  readonly deployments?: number;
  /** Of every pod of the first Deployment. */
  readonly annotations?: Readonly<Record<string, string>>;
  readonly image?: string;
}

const security = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
  runAsNonRoot: true,
  runAsUser: 65532,
  seccompProfile: { type: "RuntimeDefault" },
};
const resources = { requests: { cpu: "100m", memory: "64Mi" } };

/** One of each kind of object the product deploys, in a namespace that enforces the restricted level. */
export const toyProgram =
  (options: ToyOptions): PulumiFn =>
  () => {
    const name = options.namespace;
    const namespace = new k8s.core.v1.Namespace("toy", {
      metadata: { name, labels: { "pod-security.kubernetes.io/enforce": "restricted" } },
    });
    const password = new RandomPassword("password", { length: 32, special: false });
    const secret = new k8s.core.v1.Secret(
      "secret",
      { metadata: { namespace: name, name: "secret" }, stringData: { password: password.result } },
      { dependsOn: namespace },
    );
    const migration = new k8s.batch.v1.Job(
      "migration",
      {
        metadata: { namespace: name, name: "migration" },
        spec: { template: pod("migration", { restartPolicy: "Never" }) },
      },
      { dependsOn: secret },
    );
    for (let index = 0; index < (options.deployments ?? 3); index++)
      deployment(`web-${index}`, options, index === 0 ? options.annotations : undefined, migration);
    queue(name, secret);
    return Promise.resolve({ namespace: name, password: password.result });
  };

function deployment(
  name: string,
  { namespace, image }: ToyOptions,
  annotations: ToyOptions["annotations"],
  after: pulumi.Resource,
): void {
  const metadata = { namespace, name };
  const selector = { matchLabels: { app: name } };
  const opts = { dependsOn: after };
  const template = pod(name, {}, image, annotations);
  const web = new k8s.apps.v1.Deployment(
    name,
    { metadata, spec: { replicas: 2, selector, template } },
    { ...opts, customTimeouts: { create: "15s", update: "15s" } },
  );
  new k8s.core.v1.Service(
    name,
    {
      metadata: { ...metadata, annotations: { "pulumi.com/skipAwait": "true" } },
      spec: { selector: selector.matchLabels, ports: [{ port: 80 }] },
    },
    opts,
  );
  new k8s.autoscaling.v2.HorizontalPodAutoscaler(
    name,
    {
      metadata,
      spec: {
        scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name },
        minReplicas: 2,
        maxReplicas: 4,
        metrics: [
          { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 70 } } },
        ],
      },
    },
    { dependsOn: web },
  );
  new k8s.policy.v1.PodDisruptionBudget(name, { metadata, spec: { maxUnavailable: 1, selector } }, opts);
}

function queue(namespace: string, after: pulumi.Resource): void {
  new k8s.core.v1.Service(
    "queue",
    {
      metadata: { namespace, name: "queue" },
      spec: { clusterIP: "None", selector: { app: "queue" }, ports: [{ port: 80 }] },
    },
    { dependsOn: after },
  );
  new k8s.apps.v1.StatefulSet(
    "queue",
    {
      // Without a lasting manager, one that a killed deployment leaves conflicts with that of the next one.
      metadata: { namespace, name: "queue", annotations: { "pulumi.com/patchFieldManager": "toy" } },
      spec: {
        serviceName: "queue",
        replicas: 3,
        podManagementPolicy: "Parallel",
        selector: { matchLabels: { app: "queue" } },
        template: pod("queue"),
        volumeClaimTemplates: [
          {
            metadata: { name: "data" },
            spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
          },
        ],
      },
    },
    { dependsOn: after },
  );
}

const pod = (
  app: string,
  spec: object = {},
  image = "registry.example/toy:1",
  annotations?: ToyOptions["annotations"],
) => ({
  metadata: { labels: { app }, annotations },
  spec: {
    ...spec,
    automountServiceAccountToken: false,
    containers: [{ name: "main", image, resources, securityContext: security }],
  },
});

/** A program that ends with an error of its own. */
export const mistakenProgram =
  (message: string): PulumiFn =>
  () =>
    Promise.reject(new Error(message));
