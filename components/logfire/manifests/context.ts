import { catalogue } from "../catalogue";
import { workloadNames, type Features } from "../catalogue/names";
import { secretRefs } from "../catalogue/secretRefs";
import { httpsPort } from "../catalogue/tls";
import type { Context, ServiceAddress } from "../catalogue/workload";
import { resolveSizes } from "../sizing/sizes";
import { certificateOwner, portInUse } from "./tls";
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
  const clusterHost = (service: string): string =>
    `${service}.${settings.namespace}.svc.${settings.network.clusterDomain}`;
  return {
    settings,
    platform,
    sizes: resolveSizes(settings, { redisInCluster }),
    features: featuresOf(input),
    secrets: secretRefs(settings),
    urls: [url(primary), ...others.map(url)],
    clusterHost,
    service: (name, port) => serviceAddress({ settings, clusterHost }, name, port),
  };
}

function serviceAddress(
  { settings, clusterHost }: Pick<Context, "settings" | "clusterHost">,
  name: string,
  wanted = "http",
): ServiceAddress {
  const found = workloadNames
    .flatMap((workload) => catalogue[workload].services.map((spec) => ({ workload: catalogue[workload], spec })))
    .find(({ spec }) => spec.name === name);
  if (found === undefined) throw new Error(`there is no Service ${name}`);
  const portName = portInUse(settings, found.workload, wanted);
  const https = portName === "https";
  const port = https ? httpsPort : found.spec.ports[portName];
  if (port === undefined) throw new Error(`the Service ${name} has no port ${portName}`);
  const origin = `${https ? "https" : "http"}://${name}`;
  return {
    portName,
    port,
    origin,
    url: `${origin}:${port}`,
    ...(https ? { certificateName: clusterHost(certificateOwner(found.workload)) } : {}),
  };
}
