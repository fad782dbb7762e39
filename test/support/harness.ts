import * as pulumi from "@pulumi/pulumi";
import { Callback } from "@pulumi/pulumi/proto/callback_pb";
import * as state from "@pulumi/pulumi/runtime/state";
import type { MockCallArgs, MockResourceArgs } from "@pulumi/pulumi/runtime";

const signature = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
const unknownMark = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export interface RecordOptions {
  /** A preview leaves every id and every computed output unknown. */
  readonly preview?: boolean;
  /** Computed outputs of a resource, beside its inputs. */
  readonly outputs?: (resource: MockResourceArgs) => Record<string, unknown>;
  readonly call?: (call: MockCallArgs) => Record<string, unknown>;
}

export interface Registered extends MockResourceArgs {
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  readonly deleteBeforeReplace: boolean;
  readonly ignoreChanges: readonly string[];
  /** Logical names, direct dependencies and those by property. */
  readonly dependsOn: readonly string[];
  readonly parent: string;
  /** Seconds; empty where the provider's own hold. */
  readonly timeouts: { readonly create?: number; readonly update?: number };
}

export interface Recording<T> {
  /** Every registered resource, components included, in order of registration. */
  readonly resources: readonly Registered[];
  readonly result: T;
  /** The resource of this logical name; an error lists what there is. */
  readonly named: (name: string) => Registered;
}

/** Runs a program against mocks. Does not prove that a provider or a cluster accepts the inputs. */
export async function record<T>(program: () => T, options: RecordOptions = {}): Promise<Recording<T>> {
  const preview = options.preview ?? false;
  const resources: Registered[] = [];
  let request: RegisterRequest | undefined;
  await pulumi.runtime.setMocks(
    {
      newResource: (resource) => {
        resources.push({ ...resource, ...optionsOf(request) });
        const inputs = resource.inputs as Record<string, unknown>;
        return preview
          ? { id: undefined, state: inputs }
          : { id: resource.id || `${resource.name}-id`, state: { ...inputs, ...options.outputs?.(resource) } };
      },
      call: (call) => {
        const result = options.call?.(call);
        if (result === undefined) throw new Error(`no answer for the call ${call.token}`);
        return result;
      },
    },
    "logfire-platform",
    "test",
    preview,
  );
  observeRequests((next) => (request = next));
  acceptTransforms();
  const result = program();
  await quiet(() => resources.length);
  return { resources, result, named: (name) => find(resources, name) };
}

/** Resources register over several turns of the event loop; quiet means that nothing new came for a while. */
async function quiet(count: () => number): Promise<void> {
  for (let seen = -1; seen !== count();) {
    seen = count();
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
  }
}

/** The part of the engine's protocol that the mocks do not hand on. */
interface RegisterRequest {
  getProtect?(): boolean;
  getRetainondelete?(): boolean;
  getDeletebeforereplace?(): boolean;
  getIgnorechangesList?(): string[];
  getDependenciesList(): string[];
  getParent(): string;
  getCustomtimeouts?(): { getCreate(): string; getUpdate(): string } | undefined;
}

type Handler = (request: RegisterRequest, callback: unknown) => unknown;

function observeRequests(observe: (request: RegisterRequest) => void): void {
  const monitor = pulumi.runtime.getMonitor() as unknown as Record<"registerResource" | "readResource", Handler>;
  for (const method of ["registerResource", "readResource"] as const) {
    const original = monitor[method].bind(monitor);
    monitor[method] = (request, callback) => {
      observe(request);
      return original(request, callback);
    };
  }
}

/** The SDK keeps these to itself. */
interface Store {
  supportsTransforms: boolean;
  callbacks: { registerTransform(): Promise<Callback>; awaitStackRegistrations(): Promise<void> };
}

/** It is the engine that runs `transforms`, and the SDK refuses them without one: here they are taken, and not run. */
function acceptTransforms(): void {
  const store = (state as unknown as { getStore(): Store }).getStore();
  store.supportsTransforms = true;
  store.callbacks = {
    registerTransform: () => Promise.resolve(new Callback()),
    awaitStackRegistrations: () => Promise.resolve(),
  };
}

const nameOf = (urn: string): string => urn.split("::").at(-1) ?? "";

const optionsOf = (request: RegisterRequest | undefined): Omit<Registered, keyof MockResourceArgs> => ({
  protect: request?.getProtect?.() ?? false,
  retainOnDelete: request?.getRetainondelete?.() ?? false,
  deleteBeforeReplace: request?.getDeletebeforereplace?.() ?? false,
  ignoreChanges: request?.getIgnorechangesList?.() ?? [],
  dependsOn: request?.getDependenciesList().map(nameOf) ?? [],
  parent: nameOf(request?.getParent() ?? ""),
  timeouts: timeoutsOf(request?.getCustomtimeouts?.()),
});

function timeoutsOf(timeouts: { getCreate(): string; getUpdate(): string } | undefined): Registered["timeouts"] {
  const seconds = (text = "") => (/^\d+s$/.test(text) ? Number(text.slice(0, -1)) : undefined);
  const [create, update] = [seconds(timeouts?.getCreate()), seconds(timeouts?.getUpdate())];
  return { ...(create === undefined ? {} : { create }), ...(update === undefined ? {} : { update }) };
}

function find(resources: readonly Registered[], name: string): Registered {
  const found = resources.find((resource) => resource.name === name);
  if (found === undefined) throw new Error(`no resource "${name}" among ${resources.map((r) => r.name).join(", ")}`);
  return found;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

export const isSecret = (value: unknown): boolean => isRecord(value) && value[signature] === secretSignature;

/** Whether something in it is marked secret, at any depth. */
export const hasSecret = (value: unknown): boolean =>
  isSecret(value) || (isRecord(value) && Object.values(value).some(hasSecret));

/** Whether a preview would not know it: the mocks write a mark, at any depth. */
export const hasUnknown = (value: unknown): boolean =>
  value === unknownMark ||
  (isRecord(value) && (value["__pulumiUnknown"] === true || Object.values(value).some(hasUnknown)));

/** The value with its secrets laid open, at any depth. */
export function reveal(value: unknown): unknown {
  if (isSecret(value)) return reveal((value as Record<string, unknown>)["value"]);
  if (Array.isArray(value)) return value.map(reveal);
  return isRecord(value)
    ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, reveal(inner)]))
    : value;
}

/** Every text that stands open: not below a secret mark. */
export function openTexts(value: unknown): string[] {
  if (isSecret(value)) return [];
  if (typeof value === "string") return [value];
  return isRecord(value) ? Object.entries(value).flatMap(([key, inner]) => [key, ...openTexts(inner)]) : [];
}

/** What an output resolves to; fails after two seconds instead of hanging on one that never does. */
export function valueOf<T>(input: pulumi.Input<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("the output did not resolve: unknown, or failed")), 2000);
    pulumi.output(input).apply((value) => {
      clearTimeout(timer);
      resolve(value as T);
    });
  });
}
