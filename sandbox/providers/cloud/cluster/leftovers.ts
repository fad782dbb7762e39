import { text, type Entity } from "../model";
import type { Place } from "../simulation";
import { items } from "./kubectl";

interface Volume {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly csi?: { readonly driver: string; readonly volumeHandle: string } };
}
interface Service {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: { readonly type?: string };
}

/** What a cloud calls the things that controllers inside a cluster make. */
export interface Leftovers {
  /** `ebs.csi.aws.com` */
  readonly csiDriver: string;
  /** Types without the package. */
  readonly disk: string;
  readonly balancer: string;
}

/**
 * What controllers inside the cluster had made, and now nobody deletes: the disks of volumes and the load balancers of
 * Services that are there when the cluster goes. They stay in the account.
 */
export async function clusterDeleted(cluster: Entity, { account }: Place, kinds: Leftovers): Promise<void> {
  const [volumes, services] = await Promise.all([
    items<Volume>("persistentvolumes"),
    items<Service>("services", "--all-namespaces"),
  ]);
  const disks = volumes.filter(({ spec }) => spec.csi?.driver === kinds.csiDriver);
  const balancers = services.filter(({ spec }) => spec.type === "LoadBalancer");
  const left = (token: string, id: string): Entity => ({
    ...{ token, id, urn: "", inputs: {}, begun: Date.now(), readyAt: Date.now() },
    outs: { leftBy: text(cluster.outs.name) },
  });
  if (disks.length + balancers.length === 0) return;
  await account.change((entities) => [
    [
      ...entities,
      ...disks.map(({ metadata }) => left(kinds.disk, metadata.name)),
      ...balancers.map(({ metadata }) => left(kinds.balancer, `${metadata.namespace}/${metadata.name}`)),
    ],
    undefined,
  ]);
}
