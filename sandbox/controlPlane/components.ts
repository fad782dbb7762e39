import { join } from "node:path";
import type { Programs } from "../toolset";
import type { Launch } from "./processes";

/** In the order of their start; the reverse is the order of their end. */
export const componentNames = [
  "etcd",
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "kwok",
  "cert-manager",
] as const;
export type ComponentName = (typeof componentNames)[number];

/** Where a sandbox's control plane keeps what. */
export const layout = (stateDir: string) => ({
  stateDir,
  description: join(stateDir, "sandbox.json"),
  /** For people, Pulumi and kubectl. */
  kubeconfig: join(stateDir, "kubeconfig"),
  componentKubeconfig: (user: string) => join(stateDir, "pki", `${user}.kubeconfig`),
  pki: join(stateDir, "pki"),
  tokens: join(stateDir, "pki", "tokens.csv"),
  ca: join(stateDir, "pki", "ca.crt"),
  serviceAccountKey: join(stateDir, "pki", "service-account.key"),
  serviceAccountPublicKey: join(stateDir, "pki", "service-account.pub"),
  stages: join(stateDir, "stages.yaml"),
  etcdData: join(stateDir, "etcd"),
  log: (component: ComponentName) => join(stateDir, "logs", `${component}.log`),
  /** One file per background process of the sandbox, the engine's included. */
  records: join(stateDir, "processes"),
  record: (component: ComponentName) => join(stateDir, "processes", component),
});
export type Layout = ReturnType<typeof layout>;

/** How each component is started. etcd listens on a socket file in the state folder, which only its owner may enter. */
export function componentLaunch(name: ComponentName, paths: Layout, port: number, toolset: Programs): Launch {
  return {
    binary: toolset.path(name),
    args: componentArguments[name](paths, port),
    // etcd's `unix://name:number` is a file in the working directory, for itself and for its client.
    cwd: paths.stateDir,
    log: paths.log(name),
    record: paths.record(name),
  };
}

const etcdClient = "unix://etcd:1";
const etcdPeer = "unix://etcd-peer:1";

const componentArguments: Readonly<Record<ComponentName, (paths: Layout, port: number) => readonly string[]>> = {
  etcd: (paths) => [
    `--data-dir=${paths.etcdData}`,
    "--name=sandbox",
    `--listen-client-urls=${etcdClient}`,
    `--advertise-client-urls=${etcdClient}`,
    `--listen-peer-urls=${etcdPeer}`,
    `--initial-advertise-peer-urls=${etcdPeer}`,
    `--initial-cluster=sandbox=${etcdPeer}`,
    "--log-level=warn",
    // Survives the end of the process, not a power cut; writes several times as fast.
    "--unsafe-no-fsync",
  ],
  "kube-apiserver": (paths, port) => [
    `--etcd-servers=${etcdClient.replace("//", "")}`,
    "--bind-address=127.0.0.1",
    "--advertise-address=127.0.0.1",
    `--secure-port=${port}`,
    // Without a certificate there, the server makes one for 127.0.0.1, signed by an authority of its own.
    `--cert-dir=${paths.pki}`,
    `--token-auth-file=${paths.tokens}`,
    "--anonymous-auth=false",
    "--authorization-mode=Node,RBAC",
    "--service-account-issuer=https://kubernetes.default.svc",
    `--service-account-key-file=${paths.serviceAccountPublicKey}`,
    `--service-account-signing-key-file=${paths.serviceAccountKey}`,
    "--service-cluster-ip-range=10.96.0.0/16",
    "--allow-privileged=true",
    // No pod can reach 127.0.0.1 of this machine, and the server refuses to publish a loopback address.
    "--endpoint-reconciler-type=none",
    "--profiling=false",
  ],
  "kube-controller-manager": (paths) => [
    ...clientArguments(paths, "kube-controller-manager"),
    "--use-service-account-credentials",
    `--service-account-private-key-file=${paths.serviceAccountKey}`,
    `--root-ca-file=${paths.ca}`,
    "--kube-api-qps=300",
    "--kube-api-burst=600",
  ],
  "kube-scheduler": (paths) => [
    ...clientArguments(paths, "kube-scheduler"),
    "--kube-api-qps=300",
    "--kube-api-burst=600",
  ],
  kwok: (paths) => [
    `--kubeconfig=${paths.componentKubeconfig("kwok")}`,
    `--config=${paths.stages}`,
    "--manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=fake",
    "--node-ip=10.0.0.1",
    "--node-lease-duration-seconds=40",
    "--cidr=10.244.0.0/16",
  ],
  // The administrator, because a sandbox of an earlier version has no token for a user of its own.
  "cert-manager": (paths) => [`--kubeconfig=${paths.kubeconfig}`],
};

const clientArguments = (paths: Layout, user: string): readonly string[] => [
  `--kubeconfig=${paths.componentKubeconfig(user)}`,
  "--leader-elect=false",
  // No metrics or health port: nothing asks, and nothing listens that need not.
  "--secure-port=0",
  "--profiling=false",
];
