/** Inputs and outputs as they cross the wire: JSON. */
export type Values = Readonly<Record<string, unknown>>;

/** A resource of the simulated account. */
export interface Entity {
  /** Id of the resource that AWS made it with. */
  readonly companionOf?: string;
  readonly token: string;
  readonly id: string;
  readonly urn: string;
  readonly inputs: Values;
  /** Everything that programs can read of it. */
  readonly outs: Values;
  /** When its creation or last change began, and when that is through. Milliseconds since 1970. */
  readonly begun: number;
  readonly readyAt: number;
}

/** What exists, and where. */
export interface View {
  readonly accountId: string;
  readonly partition: string;
  readonly region: string;
  readonly now: number;
  readonly zones: readonly Zone[];
  /** Limits of the account by their codes. */
  readonly quotas: Readonly<Record<string, number>>;
  /** Of the sandbox, which stands in for every EKS cluster; the authority in Base64. */
  readonly controlPlane: { readonly server: string; readonly authority: string };
  /** ARN of who calls. */
  readonly caller: string;
  readonly entities: readonly Entity[];
  of(token: string): readonly Entity[];
}

export interface Zone {
  readonly name: string;
  /** The same for every account: `euw1-az1`. */
  readonly id: string;
  /** Machine types that are not to be had in it. */
  readonly without: readonly string[];
  /** Gone for now: it is still listed, and nothing starts in it. */
  readonly lost: boolean;
}

/** Says what is wrong with a value, in words that follow "is": undefined where nothing is. */
export type Rule = (value: unknown) => string | undefined;

/** An input that names another resource. */
export interface Reference {
  /** `ec2/vpc:Vpc`; several where the input takes any of them. */
  readonly to: string | readonly string[];
  /** Output of the other one that the input holds. Default `id`. */
  readonly by?: string;
  /** What AWS answers where there is none: `InvalidVpcID.NotFound`. */
  readonly missing: string;
  /**
   * What AWS answers to deleting the other one first, with `{id}` for its id; where absent it lets it go, and this one
   * stays behind with a name that leads nowhere.
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
  /** The provider makes one of the resource's name where none is given. Default true. */
  readonly automatic?: boolean;
  /** What AWS answers where another one of the type has it; absent where names may repeat. */
  readonly uniqueError?: string;
  /** The provider writes automatic names in lower case. */
  readonly lower?: boolean;
}

export interface Seconds {
  readonly create?: number;
  readonly update?: number;
  readonly delete?: number;
}

/** What a resource type of AWS takes, refuses and answers, beyond the names and types that the SDK declares. */
export interface ResourceKind {
  /** AWS' name of the service and of the thing in its calls: `["EC2", "Subnet"]` -> CreateSubnet. */
  readonly api: readonly [service: string, thing: string];
  readonly rules?: Readonly<Record<string, Rule>>;
  /** Values of inputs that the provider fills in. */
  readonly defaults?: Values;
  readonly name?: NameRule;
  readonly references?: Readonly<Record<string, Reference>>;
  /** Inputs that cannot be changed: the resource is replaced. */
  readonly replaces?: readonly string[];
  /** What contradicts itself within the inputs. */
  readonly check?: (inputs: Values) => readonly string[];
  /** What the account has against it; an `AwsError` is thrown. Also before a change, with the resource as it is. */
  readonly admit?: (inputs: Values, view: View, before?: Entity) => void;
  /** How long AWS takes, where a published figure of the platform does not say so. */
  readonly seconds?: Seconds | ((inputs: Values, before?: Values) => Seconds);
  readonly id: (inputs: Values, view: View) => string;
  readonly outputs: (inputs: Values, made: Made) => Values;
  /** Outputs that AWS leaves empty where the input is not given. */
  readonly unset?: readonly string[];
  /** Outputs that every change makes anew. */
  readonly renewed?: readonly string[];
  /** What AWS has against deleting it, beside references to it. */
  readonly release?: (entity: Entity, view: View) => void;
  /** Other things that AWS makes along with it. */
  readonly makes?: (inputs: Values, made: Made) => readonly Companion[];
  /** Whether data or an address is lost with it: for the report on what is not protected. */
  readonly stateful?: boolean;
}

/** What AWS makes beside a resource that was asked for. */
export interface Companion {
  readonly token: string;
  readonly id: string;
  readonly outs: Values;
  /** Stays when the resource goes: log groups do. */
  readonly stays?: boolean;
}

/** The resource that outputs are computed of. */
export interface Made {
  readonly id: string;
  readonly view: View;
  /** Outputs before a change, and the inputs then. */
  readonly before?: Values;
  readonly inputsBefore?: Values;
  readonly arn: (service: string, resource: string, options?: { region?: boolean; account?: boolean }) => string;
}

/** An answer of AWS that is no success. */
export class AwsError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(`${code}: ${message}`);
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
