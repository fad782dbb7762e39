import type { PresetName } from "../../components/logfire/catalogue/names";
import type { Sizes } from "../../components/logfire/sizing";
import type { ConfigValue } from "..";
import type { ControlPlane } from "../controlPlane/controlPlane";
import type { Kubectl } from "../controlPlane/kubectl";
import type { StateResource } from "./chain";

/** Settings as a stack's file has them. */
export type SettingValues = Readonly<Record<string, ConfigValue>>;

export type PoolName = "general" | "scratch";

/** Parts that a stack can take over from its owner instead of making them. A cluster lies in the owner's network. */
export const ownerParts = ["network", "cluster", "postgres", "bucket", "redis", "zone"] as const;
export type OwnerPart = (typeof ownerParts)[number];

/** Faults that the cloud's requests meet. An interruption of `up` is no matter of the cloud. */
export type RequestFault = "throttle" | "fail";

/** What a rehearsal has to know of one cloud; everything else of it is the same on all of them. */
export interface RehearsedCloud {
  /** As `platform` of the settings names it. The cloud's own settings are below the same name. */
  readonly platform: string;
  /** For people: `AWS`. */
  readonly title: string;
  /** Pulumi packages that are simulated: types of resources begin with one of them, as in `aws:ec2/vpc:Vpc`. */
  readonly packages: readonly string[];
  /** What plays its part in the cluster beside the control plane's own: further kwok Stages, as YAML. */
  readonly stages: () => readonly string[];
  /** An account with nothing in it, whose Kubernetes clusters are the sandbox's control plane. */
  readonly makeAccount: (
    controlPlane: Pick<ControlPlane, "stateDir" | "apiServer">,
    request: AccountRequest,
  ) => RehearsedAccount;
  /** Whether data is lost with a resource of this type, or what is hard to get again: it has to be protected. */
  readonly holdsData: (type: string) => boolean;
  /** Whether the resource is, or holds, a credential of the cloud that does not expire. */
  readonly isStaticKey: (resource: StateResource) => boolean;
  /** Kubernetes versions between which a rehearsal updates: neighbours. */
  readonly versions: { readonly earlier: string; readonly newest: string };
  /**
   * What an update to the next version changes, in the order that the cloud and Kubernetes want: a resource of a step
   * begins only when all of the steps before have ended.
   */
  readonly upgradeOrder: readonly UpgradeStep[];
  /** Settings below the platform's name that ask for this Kubernetes version, or for these machines. */
  readonly withVersion: (version: string) => SettingValues;
  readonly withMachines: (types: Readonly<Partial<Record<PoolName, string>>>) => SettingValues;
  /** Another machine type of the same size that the pool can have; undefined where there is none. */
  readonly otherMachine: (pool: PoolName, type: string) => string | undefined;
  /** The fewest nodes of the type that a preset's pods fit on with every autoscaler at its minimum; 0 where unknown. */
  readonly packedNodes: (pool: PoolName, type: string, sizes: Sizes, preset: PresetName) => number;
  /**
   * Deployment in `kube-system` without which no pool grows, by a part of its name; absent where the cloud's own
   * control plane does it.
   */
  readonly autoscaler?: string;
  /** Whether a pool begins with the same number of nodes in each zone, of which its autoscaler later takes those too many. */
  readonly poolsBeginEven: boolean;
  /** Whether a disk can be used in one zone only: its pod then waits for the zone. */
  readonly disksAreZonal: boolean;
}

export interface UpgradeStep {
  /** `control plane` */
  readonly what: string;
  /** Whether a resource belongs to it, by `Type name`: `NodeGroup platform-scratch`. */
  readonly resources: RegExp;
}

export interface AccountRequest {
  /** Settings below the platform's name, as the stack's file has them. */
  readonly settings: SettingValues;
  /** Simulated seconds in one real second. */
  readonly speed: number;
  /** Limits that differ from a usual account's, by the cloud's own codes. An unknown code is a `UserError`. */
  readonly quotas: Readonly<Record<string, number>>;
}

/** The simulated account of one rehearsal. It is a folder, so that it outlives the provider's processes. */
export interface RehearsedAccount {
  /** Absolute. */
  readonly folder: string;
  /** Every request so far. */
  calls(): readonly CloudCall[];
  /** Whether the Kubernetes cluster has been asked for: the middle of an `up`. */
  clusterIsBegun(): boolean;
  /** Lets requests fail from now on. Answers how many `up`s in a row end with an error before one gets through. */
  plantFaults(faults: readonly RequestFault[]): number;
  /** Makes the owner's parts at once, as if they had always been there. */
  makeOwned(hostname: string, parts: readonly OwnerPart[]): Promise<Owned>;
  /** What is there of the owner's, in words. */
  owned(): readonly string[];
  /** What is there and not the owner's, in words: `rds Snapshot logfire-final`. */
  left(): readonly string[];
  /** What the cloud keeps of what the stack let go, with the reason: `kms KeyRing keys: a key ring cannot be deleted`. */
  kept(): readonly string[];
  /** Groups of nodes that can grow and shrink, one entry for each that has bounds of its own. */
  nodeGroups(): readonly NodeGroup[];
  /** What an autoscaler asks for: one node more. Resolves when it is Ready. */
  grow(group: string, kubectl: Kubectl): Promise<void>;
  /** What the cloud does by itself: brings groups that have too few nodes to their size, in zones that there are. */
  refill(kubectl: Kubectl): Promise<number>;
  /** The zone is gone, with everything in it but the nodes, which the rehearsal takes away. */
  loseZone(zone: string): Promise<ZoneLoss>;
  zoneIsBack(): Promise<void>;
}

/** One request to the cloud. */
export interface CloudCall {
  /** `EKS:CreateCluster` */
  readonly call: string;
  readonly urn: string;
  /** What the cloud would have taken. */
  readonly simulatedSeconds: number;
  /** When the simulated work began. Milliseconds since 1970. */
  readonly begun: number;
  /** What it was refused with. */
  readonly error?: string;
}

/** What of the owner's is there before the stack, as its settings name it. */
export interface Owned {
  /** Below the platform's name; each key stands in for the whole of what the file has there. */
  readonly settings: SettingValues;
  /** Values below `secrets`. */
  readonly secrets: Readonly<Record<string, string>>;
}

export interface NodeGroup {
  readonly name: string;
  readonly pool: PoolName;
  readonly labels: Readonly<Record<string, string>>;
  /** Keys of its nodes' taints. */
  readonly taints: readonly string[];
  /** What one of its nodes has for pods. */
  readonly allocatable: { readonly cpuMillis: number; readonly memoryMib: number; readonly scratchMib: number };
  /** Zones that it can have a node in now. */
  readonly zones: readonly string[];
  readonly size: number;
  readonly max: number;
}

/** What a zone's loss does to the parts that are no nodes. */
export interface ZoneLoss {
  /** `PostgreSQL fails over from a to b`; what is down without a zone because its owner has chosen so is said as well. */
  readonly said: readonly string[];
  /** What should have come through and did not. */
  readonly problems: readonly string[];
}
