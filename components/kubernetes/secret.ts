import { Secret } from "@pulumi/kubernetes/core/v1/secret";
import * as pulumi from "@pulumi/pulumi";
import { selectorLabels } from "./labels";
import { managed, resourceName } from "./resources";

export type SecretData = Readonly<Record<string, pulumi.Input<string>>>;

/**
 * Registers a Kubernetes Secret. `data`, not `stringData`: the API server turns the latter into the former, and under
 * server-side apply a key that was given as text is not removed when it is no longer given.
 */
export function registerSecret(
  component: string,
  namespace: string,
  name: string,
  data: SecretData,
  opts: pulumi.CustomResourceOptions & { readonly immutable?: true },
): Secret {
  const { immutable, ...rest } = opts;
  return new Secret(
    resourceName(component, "Secret", name),
    {
      metadata: managed({ name, namespace, labels: { ...selectorLabels(name) } }),
      type: typeOf(data),
      data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, encoded(value)])),
      ...(immutable === undefined ? {} : { immutable }),
    },
    rest,
  );
}

/** By the keys that the API server asks of each type. */
function typeOf(data: SecretData): string {
  if (".dockerconfigjson" in data) return "kubernetes.io/dockerconfigjson";
  return "tls.key" in data ? "kubernetes.io/tls" : "Opaque";
}

const encoded = (value: pulumi.Input<string>): pulumi.Output<string> =>
  pulumi.secret(pulumi.output(value).apply((text) => Buffer.from(text, "utf8").toString("base64")));
