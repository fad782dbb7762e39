import { StatefulSet } from "@pulumi/kubernetes/apps/v1";
import { Namespace } from "@pulumi/kubernetes/core/v1";
import { Provider } from "@pulumi/kubernetes/provider";
import { StorageClass } from "@pulumi/kubernetes/storage/v1";
import * as pulumi from "@pulumi/pulumi";

/** Of the database's owner, as each cloud takes a password; found nowhere but where it belongs. */
export const canary = "Canary-of-the-database-1";

/** Disks of a class that the cloud brings, or of one that the program makes. */
export type Disks = string | { readonly provisioner: string; readonly parameters: Readonly<Record<string, string>> };

export interface Workload {
  readonly kubeconfig: pulumi.Input<string>;
  /** Nodes, which have to be there first. */
  readonly nodes: pulumi.Resource;
  readonly nodeSelector: Readonly<Record<string, string>>;
  /** Of each pod: as much as makes each zone's node take one. */
  readonly cpu: string;
  readonly disks: Disks;
}

/** What a kubeconfig runs for credentials, before client-go's own fields. */
interface Exec {
  readonly command: string;
  readonly args?: readonly string[];
  readonly provideClusterInfo?: boolean;
}

/** As a user of the cloud has it: with credentials that a command fetches. */
export const kubeconfigOf = (exec: Exec, cluster: pulumi.Input<object>): pulumi.Output<string> =>
  pulumi.jsonStringify({
    ...{ apiVersion: "v1", kind: "Config", "current-context": "toy" },
    users: [
      {
        name: "toy",
        user: {
          exec: { apiVersion: "client.authentication.k8s.io/v1beta1", interactiveMode: "Never", ...exec },
        },
      },
    ],
    contexts: [{ name: "toy", context: { cluster: "toy", user: "toy" } }],
    clusters: [{ name: "toy", cluster }],
  });

/** Three pods with a volume each, on nodes that are tainted for them. */
export function makeWorkload({ kubeconfig, nodes, nodeSelector, cpu, disks }: Workload): void {
  const provider = new Provider("toy", { kubeconfig, clusterIdentifier: "toy", enableServerSideApply: true });
  const opts = { provider, dependsOn: [nodes] };
  const classes = typeof disks === "string" ? [] : [makeStorageClass(disks, opts)];
  const namespace = new Namespace("toy", { metadata: { name: "toy" } }, opts);
  const labels = { app: "toy" };
  const storageClassName = typeof disks === "string" ? disks : "disks";
  new StatefulSet(
    "toy",
    {
      metadata: { name: "toy", namespace: "toy" },
      spec: {
        ...{ replicas: 3, serviceName: "toy", podManagementPolicy: "Parallel", selector: { matchLabels: labels } },
        persistentVolumeClaimRetentionPolicy: { whenDeleted: "Delete" },
        template: {
          metadata: { labels },
          spec: {
            tolerations: [{ key: "toy", operator: "Exists" }],
            nodeSelector: { ...nodeSelector },
            containers: [{ name: "toy", image: "toy", resources: { requests: { cpu, memory: "1Gi" } } }],
          },
        },
        volumeClaimTemplates: [
          {
            metadata: { name: "data" },
            spec: {
              ...{ accessModes: ["ReadWriteOnce"], storageClassName },
              resources: { requests: { storage: "1Gi" } },
            },
          },
        ],
      },
    },
    { ...opts, dependsOn: [nodes, namespace, ...classes] },
  );
}

const makeStorageClass = (
  { provisioner, parameters }: Exclude<Disks, string>,
  opts: pulumi.CustomResourceOptions,
): StorageClass =>
  new StorageClass(
    "disks",
    {
      ...{ metadata: { name: "disks" }, provisioner, parameters: { ...parameters } },
      ...{ reclaimPolicy: "Delete", volumeBindingMode: "WaitForFirstConsumer" },
    },
    opts,
  );
