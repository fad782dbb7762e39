import { createRequire } from "node:module";
import { isObject } from "./maps";
import type { RawConfig } from "./raw";
import type { SecretValues, Settings } from "./types";

type Sdk = typeof import("@pulumi/pulumi");

/** On first use: `plan` and `render` read settings as well, and have no need of the SDK, which takes a second to load. */
const sdk = () => createRequire(__filename)("@pulumi/pulumi") as Sdk;

/** The running stack's configuration, as the engine hands it to the program. */
export function fromPulumi(project: string = sdk().getProject()): RawConfig {
  const pulumi = sdk();
  const prefix = `${project}:`;
  const own = Object.entries(pulumi.runtime.allConfig()).filter(([key]) => key.startsWith(prefix));
  return {
    values: Object.fromEntries(own.map(([key, text]) => [key.slice(prefix.length), parseValue(text)])),
    secretKeys: new Set(own.filter(([key]) => isSecret(pulumi, key)).map(([key]) => key.slice(prefix.length))),
    origin: `stack "${pulumi.getStack()}"`,
  };
}

/** Objects and lists travel as JSON, everything else as it is. */
function parseValue(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** The SDK has this function and leaves it out of its types; there is no other way to tell an encrypted key. */
const isSecret = ({ runtime }: Sdk, key: string) =>
  (runtime as typeof runtime & { isConfigSecret(key: string): boolean }).isConfigSecret(key);

/** The given secrets by path, each an output that the engine encrypts in the state. */
export function readSecrets({ logfire }: Settings, project: string = sdk().getProject()): SecretValues {
  if (logfire.givenSecrets.length === 0) return {};
  const all = new (sdk().Config)(project).requireSecretObject<unknown>("secrets");
  return Object.fromEntries(logfire.givenSecrets.map((path) => [path, all.apply((secrets) => pick(secrets, path))]));
}

/** `connectors.<id>.<key>` and `objectStore.<NAME>` have as many parts as they show; the last may hold dots. */
function pick(secrets: unknown, path: string): string {
  const [first, second, ...rest] = path.split(".");
  const parts = first === "connectors" ? [first, second ?? "", rest.join(".")] : path.split(".");
  const value = parts.reduce<unknown>((at, part) => (isObject(at) ? at[part] : undefined), secrets);
  if (typeof value !== "string") throw new Error(`the secret secrets.${path} is not there any more`);
  return value;
}
