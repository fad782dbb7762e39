import * as pulumi from "@pulumi/pulumi";
import { register } from "../../kubernetes/resources";
import { registerSecret } from "../../kubernetes/secret";
import type { LogfireSettings, SecretValues } from "../../settings/types";
import type { ObjectManifest, RenderedObject } from "../manifests/types";
import { given } from "../secrets/values";
import type { EdgeKind } from "./common";
import type { Controllers } from "./controllers";
import { names } from "./facts";

type Family = "issuance" | "class" | "policy" | "entrance" | "route";

const families: Readonly<Record<EdgeKind, Family>> = {
  Issuer: "issuance",
  ClusterIssuer: "issuance",
  Certificate: "issuance",
  GatewayClass: "class",
  EnvoyProxy: "class",
  Gateway: "entrance",
  Ingress: "entrance",
  Service: "entrance",
  BackendTLSPolicy: "policy",
  BackendTrafficPolicy: "policy",
  ClientTrafficPolicy: "policy",
  NetworkPolicy: "policy",
  SecurityPolicy: "policy",
  HTTPRoute: "route",
};

export interface EdgeObjectsArgs {
  readonly settings: LogfireSettings;
  readonly objects: readonly RenderedObject[];
  readonly values: SecretValues;
  readonly controllers: Controllers;
}

/** Resources of the edge's objects by `<kind>/<name>`. */
export type Made = ReadonlyMap<string, pulumi.CustomResource>;

/**
 * Each object after what it needs and nothing else. Routes come last: no request gets through before the policies are
 * there that say who may send any.
 */
export function registerEdgeObjects(
  component: string,
  { settings, objects, values, controllers }: EdgeObjectsArgs,
  opts: pulumi.CustomResourceOptions,
): Made {
  const { source } = settings.edge.certificate;
  const made: Record<Family, pulumi.CustomResource[]> = {
    issuance: [],
    class: [],
    policy: [],
    entrance: [],
    route: [],
  };
  const byName = new Map<string, pulumi.CustomResource>();
  const secret = source === "given" ? [registerGiven(component, settings.namespace, values, opts)] : [];
  // By ACME a certificate may come a day later, when the zone is delegated: nothing waits for it.
  const comesAtOnce = source !== "acme";
  const needs: Readonly<Record<Family, () => readonly pulumi.Resource[]>> = {
    // Each after the one before: authority, issuer, certificate.
    issuance: () => [...controllers.certManager, ...made.issuance],
    class: () => controllers.envoyGateway,
    policy: () => controllers.definitions,
    entrance: () => [...controllers.envoyGateway, ...made.class, ...secret, ...(comesAtOnce ? made.issuance : [])],
    route: () => [...controllers.definitions, ...made.policy],
  };
  const timeout = `${settings.readyTimeoutSeconds}s`;
  for (const { manifest } of inOrder(objects)) {
    const family = familyOf(manifest);
    const resource = register(component, awaiting(manifest, comesAtOnce), {
      ...pulumi.mergeOptions(opts, { dependsOn: [...needs[family]()] }),
      customTimeouts: { create: timeout, update: timeout },
    });
    made[family].push(resource);
    byName.set(`${manifest.kind}/${manifest.metadata.name}`, resource);
  }
  return byName;
}

const familyOf = ({ kind }: ObjectManifest): Family => families[kind as EdgeKind];

/** As rendered, but routes after the policies that hold for them. */
function inOrder(objects: readonly RenderedObject[]): readonly RenderedObject[] {
  const edge = objects.filter(({ role }) => role === "edge");
  const isRoute = ({ manifest }: RenderedObject) => familyOf(manifest) === "route";
  const isEntrance = ({ manifest }: RenderedObject) => familyOf(manifest) === "entrance";
  const rest = edge.filter((object) => !isRoute(object) && !isEntrance(object));
  return [...rest, ...edge.filter(isEntrance), ...edge.filter(isRoute)];
}

const registerGiven = (
  component: string,
  namespace: string,
  values: SecretValues,
  opts: pulumi.CustomResourceOptions,
): pulumi.CustomResource =>
  registerSecret(
    component,
    namespace,
    names.certificate,
    { "tls.crt": given(values, "tlsCertificate"), "tls.key": given(values, "tlsPrivateKey") },
    opts,
  );

/** What says that an object does what it is for; the provider itself waits for no custom resource. */
function awaiting(manifest: ObjectManifest, certificateComesAtOnce: boolean): ObjectManifest {
  if (manifest.kind === "Gateway") return annotated(manifest, { "pulumi.com/waitFor": "condition=Programmed" });
  // Its pods come later, and nothing here is for them to wait for.
  if (manifest.kind === "Service") return annotated(manifest, { "pulumi.com/skipAwait": "true" });
  if (manifest.kind === "Certificate" && certificateComesAtOnce)
    return annotated(manifest, { "pulumi.com/waitFor": "condition=Ready" });
  return manifest;
}

const annotated = (manifest: ObjectManifest, annotations: Readonly<Record<string, string>>): ObjectManifest => ({
  ...manifest,
  metadata: { ...manifest.metadata, annotations: { ...manifest.metadata.annotations, ...annotations } },
});
