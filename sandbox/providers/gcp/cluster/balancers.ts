import { items } from "../../cloud/cluster/kubectl";
import { CloudError, list, record, text, type Entity, type Values } from "../../cloud/model";
import { inUse } from "../kind";

interface Thing {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: Values;
}

/** Kinds of objects that GKE makes load balancers of, and what each names of the project's. */
const names: Readonly<Record<string, (thing: Thing) => readonly string[]>> = {
  services: ({ spec }) => (spec.type === "LoadBalancer" ? [text(spec.loadBalancerIP)] : []),
  "gateways.gateway.networking.k8s.io": ({ metadata, spec }) => [
    metadata.annotations?.["networking.gke.io/certmap"] ?? "",
    ...list(spec.addresses).map((address) => text(record(address).value)),
  ],
  "gcpgatewaypolicies.networking.gke.io": ({ spec }) => [text(record(spec.default).sslPolicy)],
  "gcpbackendpolicies.networking.gke.io": ({ spec }) => [text(record(spec.default).securityPolicy)],
};

/**
 * GKE's load balancers are the cluster's, and what they use cannot be deleted while the object is there that they are made
 * for. A cluster that does not answer has none.
 */
export async function refuseUsed({ id, outs }: Entity): Promise<void> {
  const own = [text(outs.name), text(outs.address)].filter((name) => name !== "");
  for (const [kind, namesOf] of Object.entries(names)) {
    const things = await items<Thing>(kind, "--all-namespaces").catch(() => []);
    const user = things.find((thing) => namesOf(thing).some((name) => own.includes(name)));
    if (user !== undefined)
      throw new CloudError(
        inUse,
        `The resource '${id}' is already being used by the load balancer of ${user.kind} ${user.metadata.name}`,
      );
  }
}
