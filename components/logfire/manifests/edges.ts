import type { Destination, PlatformFacts } from "../../platform/contract";
import type { LogfireSettings } from "../../settings/types";
import { jobNeeds } from "../catalogue/jobs";
import { catalogue, selectWorkloads } from "../catalogue";
import { workloadNames, type JobName, type WorkloadName } from "../catalogue/names";
import { hasCloudIdentity, type Context, type Need } from "../catalogue/workload";
import { portsOf } from "./container";
import { createContext } from "./context";
import { portInUse } from "./tls";
import { outsideHosts, type OutsideHost } from "./outside";

/** A connection that is allowed: from the pods of a component, to pods of another one or to addresses outside. */
export interface Edge {
  readonly from: WorkloadName | JobName;
  /** Why: the workload called, the need served, or the credentials that serving it takes. */
  readonly because: WorkloadName | Need | "cloudIdentity";
  readonly to: Destination;
  /** Name of the server, where it is known by name. */
  readonly host?: string;
}

/** Every connection that leaves a pod of Logfire's namespace, DNS apart. */
export function edges(context: Context): Edge[] {
  const workloads = selectWorkloads(context.features);
  const enabled = new Set(workloads.map(({ name }) => name));
  const calls = workloads.flatMap(({ name, calls }) =>
    workloadNames
      .filter((called) => enabled.has(called))
      .flatMap((called) => (calls[called] ?? []).map((port) => call(context, name, called, port))),
  );
  const needed = workloads.flatMap(({ name, needs }) => needs.flatMap((need) => serve(context, name, need)));
  const identified = workloads
    .filter(hasCloudIdentity)
    .flatMap(({ name: from }) =>
      context.platform.identity.destinations.map((to): Edge => ({ from, because: "cloudIdentity", to })),
    );
  const jobs = (Object.keys(jobNeeds) as JobName[])
    .filter((job) => job !== "logfire-minio-bucket" || "component" in context.platform.objectStore.destination.to)
    .flatMap((job) => jobNeeds[job].flatMap((need) => serve(context, job, need)));
  return unique([...calls, ...needed, ...identified, ...jobs]);
}

function call(context: Context, from: WorkloadName, called: WorkloadName, port: string): Edge {
  const name = portInUse(context.settings, catalogue[called], port);
  const number = portsOf(context, catalogue[called])[name];
  if (number === undefined) throw new Error(`${from} calls the port ${name} of ${called}, which has none of this name`);
  return { from, because: called, to: { port: number, to: { component: called } } };
}

function serve({ platform, settings, features }: Context, from: Edge["from"], need: Need): Edge[] {
  switch (need) {
    case "postgres:crud":
    case "postgres:ff":
    case "postgres:dex":
      return [{ from, because: need, to: platform.postgres.destination }];
    case "objectStore":
      return [{ from, because: need, to: platform.objectStore.destination }];
    case "redis":
      return platform.redis.destinations.map((to) => ({ from, because: need, to }));
    case "kubernetesApi":
      return settings.network.kubernetesApi.map((to) => ({ from, because: need, to }));
    default:
      return outsideHosts(need, settings, from === "logfire-ai-gateway" && features.aiGateway).map((outside) =>
        toOutside(from, need, outside, settings),
      );
  }
}

const toOutside = (
  from: Edge["from"],
  because: Need,
  { host, port }: OutsideHost,
  settings: LogfireSettings,
): Edge => ({
  from,
  because,
  to: { port, to: { cidrs: settings.network.egressCidrs } },
  ...(host === undefined ? {} : { host }),
});

function unique(list: readonly Edge[]): Edge[] {
  return [...new Map(list.map((edge) => [JSON.stringify(edge), edge])).values()];
}

/** What leaves the namespace, and on whose behalf: an audit reads this, and a test holds that it is all there is. */
export const egress = (settings: LogfireSettings, platform: PlatformFacts, redisInCluster = false): Edge[] =>
  edges(createContext({ settings, platform, redisInCluster })).filter(({ to }) => "cidrs" in to.to);
