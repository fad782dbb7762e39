import type { Context } from "../catalogue/workload";
import type { RenderedObject } from "../manifests/types";
import { backend, certificateSecret, edgeObject } from "./common";
import { names } from "./facts";

/** For a class that is there already; how it treats timeouts and bodies is the owner's to say, in annotations. */
export function renderIngress(context: Context): RenderedObject[] {
  const { edge, hostnames } = context.settings;
  if (edge.ingress === undefined) throw new Error("the mode ingress without an Ingress class");
  const { className, annotations } = edge.ingress;
  const { name, port } = backend(context);
  const secretName = certificateSecret(context.settings);
  const object = edgeObject(context, "Ingress", names.ingress, {
    ingressClassName: className,
    ...(secretName === undefined ? {} : { tls: [{ hosts: [...hostnames], secretName }] }),
    rules: hostnames.map((host) => ({
      host,
      http: { paths: [{ path: "/", pathType: "Prefix", backend: { service: { name, port: { number: port } } } }] },
    })),
  });
  const { metadata } = object.manifest;
  const annotated = Object.keys(annotations).length === 0 ? metadata : { ...metadata, annotations };
  return [{ ...object, manifest: { ...object.manifest, metadata: annotated } }];
}
