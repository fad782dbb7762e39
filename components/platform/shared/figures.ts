import type { Manifest } from "../../kubernetes/resources";
import type { PodGroup } from "../../logfire/edge/capacity";
import type { PlatformSettings, Settings } from "../../settings/types";
import type { PlatformFacts } from "../contract";
import type { MonthlyCost } from "./cost";
import type { DaemonSet } from "./daemonSets";
import type { Bounds, Machine, MachineCatalogue, PoolName } from "./nodePlan";
import type { Placeholders } from "./placeholders";
import type { QuotaNeed } from "./quotas";

/** Settings of a place in which this package makes nodes. */
export type CloudSettings = Extract<PlatformSettings, { readonly nodes: unknown }>;

/**
 * Everything that can be said of a stack in one cloud without an account: for the plan, for what is rendered, and for the
 * cloud's page. Each cloud exports one from `figures/index.ts`; none of it loads an SDK.
 */
export interface CloudFigures<P extends CloudSettings = CloudSettings> {
  /** `AWS` */
  readonly title: string;
  /** Machine types of the pools. */
  readonly machines: MachineCatalogue<P["nodes"][PoolName] & Machine & Bounds>;
  /** On every node, and taken off what it has for pods. */
  readonly daemonSets: readonly DaemonSet[];
  /** What the bill has beside: it grows with use, and so no plan can say how much. */
  readonly billedByUse: readonly string[];
  /** Region of all prices. */
  readonly priceRegion: string;
  /** Whose limits `quotas` are: `account`, `project`, `subscription`. */
  readonly quotaOwner: string;
  /** What stands in `facts` and `objects` in place of what only the account knows. */
  readonly placeholders: Placeholders;
  /** What the deploying identity has to be allowed, by the service that each action's name begins with. */
  readonly actionsByService: () => Readonly<Record<string, readonly string[]>>;
  /** Where everything is: `eu-central-1`. */
  readonly regionOf: (platform: P) => string;
  /** What this stack runs on nodes of the general pool beside Logfire's workloads and its stores. */
  readonly services: (settings: Settings<P>) => readonly PodGroup[];
  /** Of a month with the nodes at their minimum; `volumesGib` are the network volumes of Logfire's own pods together. */
  readonly cost: (settings: Settings<P>, volumesGib: number) => MonthlyCost;
  readonly quotas: (settings: Settings<P>) => readonly QuotaNeed[];
  /** The platform as it will be. */
  readonly facts: (settings: Settings<P>) => PlatformFacts;
  /** Objects that the platform itself makes in the cluster of this stack. */
  readonly objects: (settings: Settings<P>, stack: string) => readonly Manifest[];
}
