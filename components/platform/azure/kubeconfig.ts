import type * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { kubeconfigOf as kubeconfig } from "../shared/kubernetesProvider";
import type { Cluster } from "./cluster";

/** Where a cluster's API is. */
export interface Api {
  /** With `https://`. */
  readonly endpoint: string;
  /** PEM in base64. */
  readonly certificateAuthority: string;
}

interface Kubeconfig {
  readonly clusters?: readonly {
    readonly cluster?: { readonly server?: string; readonly "certificate-authority-data"?: string };
  }[];
}

/**
 * Out of a kubeconfig in base64, which is all that Azure hands the certificate out with. There is no credential in it:
 * local accounts are off.
 */
export function apiIn(encoded: string): Api {
  const config = parse(Buffer.from(encoded, "base64").toString("utf8")) as Kubeconfig | null;
  const { server, "certificate-authority-data": certificateAuthority } = config?.clusters?.[0]?.cluster ?? {};
  if (server === undefined || certificateAuthority === undefined)
    throw new Error("Azure answered with a kubeconfig that names no cluster");
  return { endpoint: server, certificateAuthority };
}

/** AKS in all of Azure's public cloud: whom tokens for a cluster's API are made out to. */
const aksServerId = "6dae42f8-4368-4678-94ff-3960e28e3630";

/** With a token that kubelogin fetches for whoever is signed in to the Azure CLI. */
export const kubeconfigOf = ({ name, endpoint, certificateAuthority }: Cluster): pulumi.Output<string> =>
  kubeconfig({
    name,
    server: endpoint,
    certificateAuthority,
    exec: { command: "kubelogin", args: ["get-token", "--login", "azurecli", "--server-id", aksServerId] },
  });
