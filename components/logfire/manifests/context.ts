import type { Features } from "../catalogue/names";
import { secretRefs } from "../catalogue/secretRefs";
import type { Context } from "../catalogue/workload";
import { resolveSizes } from "../sizing/sizes";
import type { RenderInput } from "./types";

export const featuresOf = ({ settings, redisInCluster }: RenderInput): Features => ({
  ...settings.features,
  redisInCluster,
});

/** Everything that workloads derive their objects from. */
export function createContext(input: RenderInput): Context {
  const { settings, platform, redisInCluster } = input;
  const url = (hostname: string): string => `${settings.https ? "https" : "http"}://${hostname}`;
  const [primary, ...others] = settings.hostnames;
  return {
    settings,
    platform,
    sizes: resolveSizes(settings, { redisInCluster }),
    features: featuresOf(input),
    secrets: secretRefs(settings),
    urls: [url(primary), ...others.map(url)],
    clusterHost: (service) => `${service}.${settings.namespace}.svc.${settings.network.clusterDomain}`,
  };
}
