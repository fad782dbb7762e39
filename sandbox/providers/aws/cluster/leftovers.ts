import type { Where } from "../effects";
import { text, type Entity } from "../model";
import { items } from "./kubectl";

interface Volume {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly csi?: { readonly driver: string; readonly volumeHandle: string } };
}
interface Service {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: { readonly type?: string };
}

/**
 * What controllers inside the cluster had made, and now nobody deletes: the disks of volumes and the load balancers of
 * Services that are there when the cluster goes. They stay in the account.
 */
export async function clusterDeleted(cluster: Entity, { account }: Where): Promise<void> {
  const [volumes, services] = await Promise.all([
    items<Volume>("persistentvolumes"),
    items<Service>("services", "--all-namespaces"),
  ]);
  const disks = volumes.filter(({ spec }) => spec.csi?.driver === "ebs.csi.aws.com");
  const balancers = services.filter(({ spec }) => spec.type === "LoadBalancer");
  const left = (token: string, id: string): Entity => ({
    ...{ token, id, urn: "", inputs: {}, begun: Date.now(), readyAt: Date.now() },
    outs: { leftBy: text(cluster.outs.name) },
  });
  if (disks.length + balancers.length === 0) return;
  await account.change((entities) => [
    [
      ...entities,
      ...disks.map(({ metadata }) => left("ebs/volume:Volume", metadata.name)),
      ...balancers.map(({ metadata }) =>
        left("elb/loadBalancer:LoadBalancer", `${metadata.namespace}/${metadata.name}`),
      ),
    ],
    undefined,
  ]);
}
