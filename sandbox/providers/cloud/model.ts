import type { Zone } from "./zones";

/** Inputs and outputs as they cross the wire: JSON. */
export type Values = Readonly<Record<string, unknown>>;

/** A resource of the simulated account. */
export interface Entity {
  /** Id of the resource that the cloud made it with. */
  readonly companionOf?: string;
  /** Type without the package: `ec2/vpc:Vpc`, `compute/network:Network`, `network:VirtualNetwork`. */
  readonly token: string;
  readonly id: string;
  readonly urn: string;
  readonly inputs: Values;
  /** Everything that programs can read of it. Names that begin with `simulated` are the simulator's own. */
  readonly outs: Values;
  /** When its creation or last change began, and when that is through. Milliseconds since 1970. */
  readonly begun: number;
  readonly readyAt: number;
}

/** What exists, and where. A cloud adds what its own tables ask for: the account's number, the project, who calls. */
export interface View {
  /** Where stacks are: the region, on Azure the location. */
  readonly region: string;
  readonly now: number;
  readonly zones: readonly Zone[];
  /** Limits of the account by the cloud's own codes. */
  readonly quotas: Readonly<Record<string, number>>;
  /** Of the sandbox, which stands in for every Kubernetes cluster; the authority in Base64. */
  readonly controlPlane: ControlPlaneFacts;
  readonly entities: readonly Entity[];
  of(token: string): readonly Entity[];
}

export interface ControlPlaneFacts {
  /** `https://127.0.0.1:6443` */
  readonly server: string;
  /** Base64. */
  readonly authority: string;
}

/** Says what is wrong with a value, in words that follow "is": undefined where nothing is. */
export type Rule = (value: unknown) => string | undefined;

/** An input that names another resource. */
export interface Reference<V extends View = View> {
  /** `ec2/vpc:Vpc`; several where the input takes any of them. */
  readonly to: string | readonly string[];
  /** Outputs of the other one that the input may hold: `["id", "selfLink", "name"]`. Default `id`. */
  readonly by?: string | readonly string[];
  /**
   * What the input's value stands for, where a name counts only within something else: the id of a subnet by its own name
   * and the network's. What comes out is compared with the outputs in `by`. Default: the value itself.
   */
  as?(value: string, inputs: Values, view: V): string;
  /** Code that the cloud answers where there is none: `InvalidVpcID.NotFound`. */
  readonly missing: string;
  /**
   * Code that it answers to deleting the other one first; where absent it lets it go, and this one stays behind with a
   * name that leads nowhere.
   */
  readonly holds?: string;
  /** Values that name something outside the account, such as a policy of Amazon's own. */
  readonly outside?: RegExp;
}

export interface NameRule {
  readonly property: string;
  readonly prefix?: string;
  readonly max: number;
  readonly pattern: RegExp;
  /** The pattern in words. */
  readonly words: string;
  /**
   * The provider makes one of the resource's name where none is given: in the way that is usual for the cloud, or in one
   * of the type's own. Default true.
   */
  readonly automatic?: boolean | ((name: string) => string);
  /** Code that the cloud answers where another one of the type has it; absent where names may repeat. */
  readonly uniqueError?: string;
  /** The provider writes automatic names in lower case. */
  readonly lower?: boolean;
}

/** Simulated seconds that a cloud takes. */
export interface Seconds {
  readonly create?: number;
  readonly update?: number;
  readonly delete?: number;
}

/**
 * What a resource type takes, refuses and answers, beyond the names and types that the SDK declares. Functions see the
 * inputs with what every resource of the cloud gets from the provider, such as the project; `check` sees those given.
 */
export interface ResourceKind<V extends View = View> {
  /** The cloud's name of the service and of the thing in its calls: `["EC2", "Subnet"]` -> EC2:CreateSubnet. */
  readonly api: readonly [service: string, thing: string];
  readonly rules?: Readonly<Record<string, Rule>>;
  /** Values of inputs that the provider fills in. */
  readonly defaults?: Values;
  readonly name?: NameRule;
  /** By the input's path: `subnetIds[]`, `ipConfiguration.privateNetwork`. */
  readonly references?: Readonly<Record<string, Reference<V>>>;
  /** Paths of inputs that cannot be changed: the resource is replaced. */
  readonly replaces?: readonly string[];
  /** What contradicts itself within the inputs. Each sentence begins with the input. */
  check?(inputs: Values): readonly string[];
  /** What the account has against it; a `CloudError` is thrown. Also before a change, with the resource as it is. */
  admit?(inputs: Values, view: V, before?: Entity): void;
  /** How long the cloud takes, where a published figure of the platform does not say so. */
  readonly seconds?: Seconds | ((inputs: Values, before?: Values) => Seconds);
  id(inputs: Values, view: V): string;
  /** Outputs beside the inputs that are outputs as well. */
  outputs(inputs: Values, made: Made<V>): Values;
  /** Outputs that the cloud leaves empty where the input is not given. */
  readonly unset?: readonly string[];
  /** Outputs that every change makes anew. */
  readonly renewed?: readonly string[];
  /**
   * Inputs and outputs that are never written into the account's files, beside those that the SDK marks: that of Azure
   * marks none.
   */
  readonly secrets?: readonly string[];
  /** A second one of the same id is the same thing, not a conflict: a role that is granted twice. */
  readonly repeatable?: boolean;
  /** What the cloud has against deleting it, beside references to it. */
  release?(entity: Entity, view: V): void;
  /** Other things that the cloud makes along with it. */
  makes?(inputs: Values, made: Made<V>): readonly Companion[];
  /** Whether data or an address is lost with it: for the report on what is not protected. */
  readonly stateful?: boolean;
}

export type Kinds<V extends View = View> = Readonly<Record<string, ResourceKind<V>>>;

/** What the cloud makes beside a resource that was asked for. */
export interface Companion {
  readonly token: string;
  readonly id: string;
  readonly outs: Values;
  /** Stays when the resource goes: log groups do. */
  readonly stays?: boolean;
}

/** The resource that outputs are computed of. */
export interface Made<V extends View = View> {
  readonly id: string;
  readonly view: V;
  /** Outputs before a change, and the inputs then. */
  readonly before?: Values;
  readonly inputsBefore?: Values;
}

/** An answer of a cloud that is no success. */
export class CloudError extends Error {
  constructor(
    readonly code: string,
    /** Without the code. */
    readonly detail: string,
  ) {
    super(`${code}: ${detail}`);
  }
}

export const text = (value: unknown): string => (typeof value === "string" ? value : "");
export const number = (value: unknown): number => Number(value);
export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);
export const texts = (value: unknown): readonly string[] => list(value).map(text);
export const record = (value: unknown): Values =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Values) : {};

/** The engine's stand-ins for values that a preview cannot know. */
const unknowns: ReadonlySet<unknown> = new Set([
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);
/** As a provider says that it does not know yet. */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
export const isUnknown = (value: unknown): boolean => unknowns.has(value);

/** Whether a value is unknown or holds one that is. */
export const hasUnknown = (value: unknown): boolean =>
  isUnknown(value) ||
  (typeof value === "object" && value !== null && Object.values(value).some((inner) => hasUnknown(inner)));
