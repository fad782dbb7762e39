import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";

/** A program that fetches a short-lived token: a kubeconfig of ours never holds a stored one. */
export interface ExecCredential {
  readonly command: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Hands the program the cluster's address and authority; `gke-gcloud-auth-plugin` asks for it. Default off. */
  readonly provideClusterInfo?: boolean;
}

export interface KubeconfigArgs {
  /** Of cluster, user and context in it. */
  readonly name: string;
  /** With `https://`. */
  readonly server: pulumi.Input<string>;
  /** PEM in base64; absent where a public authority signs. */
  readonly certificateAuthority?: pulumi.Input<string | undefined>;
  readonly exec: ExecCredential;
}

/** How kubectl reaches a cluster. */
export function kubeconfigOf({ name, server, certificateAuthority, exec }: KubeconfigArgs): pulumi.Output<string> {
  const { command, args = [], env = {}, provideClusterInfo } = exec;
  const variables = Object.entries(env).map(([key, value]) => ({ name: key, value }));
  const user = {
    exec: {
      ...{ apiVersion: "client.authentication.k8s.io/v1beta1", command, args },
      ...(variables.length === 0 ? {} : { env: variables }),
      ...(provideClusterInfo === undefined ? {} : { provideClusterInfo }),
      interactiveMode: "Never",
    },
  };
  return pulumi.all([server, certificateAuthority]).apply(([address, authority]) =>
    JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      clusters: [
        {
          name,
          cluster: {
            server: address,
            ...(authority === undefined ? {} : { "certificate-authority-data": authority }),
          },
        },
      ],
      users: [{ name, user }],
      contexts: [{ name, context: { cluster: name, user: name } }],
      "current-context": name,
    }),
  );
}

export interface ClusterProviderArgs {
  readonly kubeconfig: pulumi.Input<string>;
  /** Of the kubeconfig; its current one where absent. */
  readonly context?: string | undefined;
  /**
   * Stays for the cluster's life: only this decides whether it is another cluster, and everything in it another object. Not
   * an address or a certificate, which change under a cluster that stays.
   */
  readonly clusterIdentifier: pulumi.Input<string>;
}

/** Named `<name>-kubernetes`. */
export const createKubernetesProvider = (
  name: string,
  { kubeconfig, context, clusterIdentifier }: ClusterProviderArgs,
  opts: pulumi.ResourceOptions,
): Provider =>
  new Provider(
    `${name}-kubernetes`,
    {
      kubeconfig,
      ...(context === undefined ? {} : { context }),
      clusterIdentifier,
      enableServerSideApply: true,
      // Otherwise a changed value deletes the Secret or ConfigMap before there is a new one, under running pods.
      enableConfigMapMutable: true,
      enableSecretMutable: true,
    },
    opts,
  );
