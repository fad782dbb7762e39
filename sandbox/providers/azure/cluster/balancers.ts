import { items } from "../../cloud/cluster/kubectl";
import { CloudError, text, type Entity } from "../../cloud/model";

interface Service {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: { readonly type?: string; readonly loadBalancerIP?: string };
}

const addressName = "service.beta.kubernetes.io/azure-pip-name";

/**
 * AKS' load balancer is the cluster's, and an address that it has cannot be deleted while the Service is there that asks
 * for it. A cluster that does not answer has none.
 */
export async function refuseUsed({ id, outs }: Entity): Promise<void> {
  const services = await items<Service>("services", "--all-namespaces").catch(() => []);
  const user = services.find(
    ({ metadata, spec }) =>
      spec.type === "LoadBalancer" &&
      (metadata.annotations?.[addressName] === text(outs.name) || spec.loadBalancerIP === text(outs.ipAddress)),
  );
  if (user !== undefined)
    throw new CloudError(
      "PublicIPAddressCannotBeDeleted",
      `Public IP address ${id} can not be deleted since it is still allocated to the load balancer of Service ` +
        `${user.metadata.namespace}/${user.metadata.name}.`,
    );
}
