import type { EdgeShape, PodGroup } from "../logfire/edge/capacity";
import { resolveSizes, type Sizes } from "../logfire/sizing";
import {
  type Bounds,
  defaultBounds,
  type Machine,
  type MachineCatalogue,
  type PoolName,
} from "../platform/shared/nodePlan";
import type { Configuration } from "./schema";
import { edgeDefaults } from "./schemaEdge";
import { certificateOf, certManagerController, gatewayController, platformZone } from "./settleEdge";
import { externalOrInCluster } from "./settleExternal";

/** Defaults that every cloud has alike. */

/** Of Kubernetes. */
export const defaultVersion = "1.35";

/** What runs at the edge, of a configuration that may still lack what its owner has to say. */
export const edgeShape = (config: Configuration): EdgeShape => ({
  preset: config.preset,
  edge: {
    mode: config.edge.mode,
    gateway: { ...(config.edge.gateway ?? edgeDefaults.gateway), controller: gatewayController(config) },
    certificate: { source: certificateOf(config)?.source ?? "none" },
    certManager: { controller: certManagerController(config) },
  },
  ...(config.inClusterTls === undefined ? {} : { inClusterTls: config.inClusterTls }),
});

/** Sizes of what runs in the cluster: Redis is one of it only where the owner says so. */
export const sizesOf = (config: Configuration, redis: { readonly inCluster?: boolean | undefined }): Sizes =>
  resolveSizes(config, { redisInCluster: redis.inCluster === true });

export interface Placed<M extends Machine> {
  readonly sizes: Sizes;
  readonly services: readonly PodGroup[];
  readonly catalogue: Pick<MachineCatalogue<M>, "machineOf">;
}

/** Bounds of a pool of these machines. One bound that is given alone pulls the other along. */
export function settlePool<M extends Machine>(
  name: PoolName,
  machine: M,
  { minNodes, maxNodes }: { readonly [K in keyof Bounds]?: number | undefined },
  { sizes, services, catalogue }: Placed<M>,
): NoInfer<M> & Bounds {
  const usual = defaultBounds(sizes, name, catalogue.machineOf(machine), services);
  return {
    ...machine,
    minNodes: minNodes ?? Math.min(usual.minNodes, maxNodes ?? Infinity),
    maxNodes: maxNodes ?? Math.max(usual.maxNodes, minNodes ?? 0),
  };
}

type ExternalRedis = Exclude<Configuration["existing"]["redis"], "inCluster">;

/** A cache that is made is `create`'s to say. */
export function settleRedis<R>(
  given: { readonly existing?: ExternalRedis | undefined; readonly inCluster?: boolean | undefined },
  create: () => R,
) {
  if (given.existing !== undefined) return externalOrInCluster(given.existing);
  return given.inCluster === true ? ({ kind: "inCluster" } as const) : create();
}

/** Zone of a stack whose owner has none: made, or nobody's but the owner's. */
export function settleZone(
  config: Configuration,
): { readonly kind: "create"; readonly name: string } | { readonly kind: "none" } {
  const name = platformZone(config);
  return name === undefined ? { kind: "none" } : { kind: "create", name };
}
