import type { CheckFailure } from "@pulumi/pulumi/provider";
import type { AccountFolder, AccountOptions } from "./account";
import type { CloudError, Entity, Kinds, ResourceKind, Values, View } from "./model";
import type { ResourceShape } from "./sdk/resources";

/**
 * All that the simulated provider has to know of one cloud. Whoever adds one writes a folder beside this one with
 *
 * - `simulation.ts`: one value of this type, and `view`, which adds the cloud's own facts to what exists;
 * - `services/*.ts`: a `ResourceKind` for each type, in tables by its token without the package. Names and types of inputs
 *   and outputs are not repeated there: they are read from the installed SDK. What the class promises, and neither the
 *   inputs nor `common` nor the table have, is an error that names it;
 * - `lookups.ts`: what functions such as `getZones` answer, by their whole tokens;
 * - `effects.ts`: what a change does in the cluster, with a `Group` for each pool of nodes (`cluster/group.ts`);
 * - `main.ts`: `void serve(SIMULATION, process.argv[2])`;
 * - `cli.ts`: the stand-in for the program that a kubeconfig asks for credentials.
 *
 * `V` is the cloud's view, `O` the options of its account.
 */
export interface Simulation<V extends View = View, O extends AccountOptions = AccountOptions> {
  /** Pulumi's package: the beginning of its types. */
  readonly package: "aws" | "gcp" | "azure-native";
  /** As `platform` of the settings names it; so are the folder of its tables and that of its account. */
  readonly platform: "aws" | "gcp" | "azure";
  /** For people: `AWS`. */
  readonly title: string;
  /** What can be made, by its type without the package. */
  readonly kinds: Kinds<V>;
  /** Published figures, by whole types: they go before those of the tables. */
  readonly durations: Readonly<Record<string, { readonly createSeconds: number }>>;
  /** By whole tokens: `gcp:compute/getZones:getZones`. */
  readonly lookups: Readonly<Record<string, Lookup<V>>>;
  /** By types without the package. */
  readonly effects: Readonly<Record<string, Effects<V, O>>>;
  /** Parts of outputs that the cloud leaves empty where nobody asks for them, by type without the package. */
  readonly emptyParts: Readonly<Record<string, readonly string[]>>;
  readonly configuration: Configuration<O>;
  /** What exists, with the cloud's own facts. */
  view(existing: Existing, options: O, configuration: Values): V;
  /**
   * What every resource gets from the provider, as far as its class has such properties: the region, the project, labels
   * with those of the provider. Given inputs go before it. Inputs may be unknown in a preview.
   */
  common(of: Resource<V>, inputs: Values, view: V): Values;
  /** What every lookup answers unless it says otherwise. */
  everyAnswer(view: V): Values;
  /** What the cloud has against inputs whatever their type is: tags, labels. Inputs may be unknown. */
  checkAll(inputs: Values): readonly CheckFailure[];
  /** The name that the provider makes of the resource's where none is given. */
  automaticName(name: string): string;
  /** Whether ids and names are the same whatever their case, as ARM's are. */
  readonly caseless: boolean;
  /**
   * Why a resource stays in the account that the program lets go of: the provider only forgets it, or the cloud deletes
   * nothing of its kind. Undefined where it goes.
   */
  keeps?(entity: Entity): string | undefined;
  readonly errors: Errors;
  readonly retries: Retries;
}

/** What is there, before a cloud adds to it. */
export type Existing = Pick<View, "entities" | "of" | "now" | "quotas" | "controlPlane">;

/** A type of resource, and what the SDK says of it. */
export interface Resource<V extends View = View> {
  /** Without the package. */
  readonly token: string;
  readonly kind: ResourceKind<V>;
  readonly shape: ResourceShape;
}

/** The provider's own configuration. */
export interface Configuration<O extends AccountOptions = AccountOptions> {
  /** With what the environment says where the program does not. */
  settle(given: Values): Values;
  /** What the provider lacks to do anything, as a sentence; undefined where it lacks nothing. */
  lacks(configuration: Values): string | undefined;
  /** What the provider has against it, beyond names and types. */
  check(given: Values, options: O): readonly CheckFailure[];
  /** Keys that make another place of it when they change: everything is replaced. */
  readonly replaces: readonly string[];
}

/** How refusals read. */
export interface Errors {
  /** Code for a change of something that is not there. */
  readonly missing: string;
  /** What a second resource of the same id meets; undefined where the cloud makes ids up. */
  taken?(id: string): CloudError;
  /** A request that met too many others, more often than the provider tries. */
  throttled(attempts: number): CloudError;
  /** The provider's whole sentence about a refused request. */
  report(request: Refused): string;
}

export interface Refused {
  readonly verb: "Create" | "Update" | "Delete";
  readonly api: readonly [service: string, thing: string];
  /** `EC2:CreateSubnet` */
  readonly call: string;
  readonly token: string;
  readonly error: CloudError;
}

/** How the provider deals with requests that are one too many. */
export interface Retries {
  readonly attempts: number;
  /** Seconds before the next one; attempts are counted from 0. */
  readonly backoff: (attempt: number) => number;
}

export interface Lookup<V extends View = View> {
  answer(args: Values, view: V): Values;
  /** Answers that the cloud leaves empty, as paths: `routes[].gatewayId`. */
  readonly unset?: readonly string[];
}

/** Where and for whom a provider works. */
export interface Place<V extends View = View, O extends AccountOptions = AccountOptions> {
  readonly simulation: Simulation<V, O>;
  readonly account: AccountFolder<O>;
  /** The provider's, settled. */
  readonly configuration: Values;
  /** Of what is in the account now, or of these entities. */
  view(entities?: readonly Entity[]): V;
}

/** What a change in the account does beside it, above all in the cluster. */
export interface Effects<V extends View = View, O extends AccountOptions = AccountOptions> {
  created?(made: Result, place: Place<V, O>): Promise<void>;
  updated?(made: Result, before: Entity, place: Place<V, O>): Promise<void>;
  /** Before the cloud begins. */
  deleting?(entity: Entity, place: Place<V, O>): Promise<void>;
  /** Before the account forgets it. */
  deleted?(entity: Entity, place: Place<V, O>): Promise<void>;
}

export interface Result {
  readonly id: string;
  readonly outs: Values;
}

/** `aws:ec2/vpc:Vpc` -> `ec2/vpc:Vpc`; what has no package stays. */
export const shortToken = ({ package: name }: Pick<Simulation, "package">, token: string): string =>
  token.startsWith(`${name}:`) ? token.slice(name.length + 1) : token;

export const placeOf = <V extends View, O extends AccountOptions>(
  simulation: Simulation<V, O>,
  account: AccountFolder<O>,
  configuration: Values,
): Place<V, O> => ({
  ...{ simulation, account, configuration },
  view: (entities = account.entities()) => {
    const options = account.options();
    const { quotas, controlPlane } = options;
    const of = (token: string) => entities.filter((entity) => entity.token === token);
    return simulation.view({ entities, of, now: Date.now(), quotas, controlPlane }, options, configuration);
  },
});
