import type { Manifest } from "./resources";

export interface NamespaceManifest extends Manifest {
  readonly kind: "Namespace";
}

/** Logfire's namespace, where the API server itself refuses pods below the Pod Security level. */
export const namespaceManifest = (name: string, podSecurity: "restricted" | "baseline"): NamespaceManifest => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: {
    name,
    labels: {
      "app.kubernetes.io/name": "logfire",
      "app.kubernetes.io/instance": "logfire",
      "app.kubernetes.io/managed-by": "Pulumi",
      ...Object.fromEntries(
        ["enforce", "audit", "warn"].map((mode) => [`pod-security.kubernetes.io/${mode}`, podSecurity]),
      ),
    },
  },
});
