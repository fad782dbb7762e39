import { Option } from "commander";
import { UserError } from "../components/lib/errors";
import { presetNames, type PresetName } from "../components/logfire/catalogue/names";
import type { ObjectManifest } from "../components/logfire/manifests";
import { resolveSizes, type Sizes } from "../components/logfire/sizing";
import { fromStackFile, stacksIn, resolveSettings, type RawConfig, type Settings } from "../components/settings";
import { stackObjects } from "./objects";
import { root } from "./root";

/** A stack as its file describes it, worked out without an engine, a cluster or a secret. */
export interface InspectedStack {
  readonly name: string;
  /** As written, the preset that stands in included. */
  readonly raw: RawConfig;
  readonly settings: Settings;
  readonly sizes: Sizes;
  readonly objects: () => readonly ObjectManifest[];
}

/** Reads `stacks/Pulumi.<name>.yaml`; `preset` stands in for the file's. Throws all problems at once. */
export function inspectStack(name: string | undefined, preset?: PresetName): InspectedStack {
  if (name === undefined) throw new UserError(`Which stack? Write --stack and one of: ${stacksIn(root).join(", ")}`);
  const file = fromStackFile(name, root);
  const raw = preset === undefined ? file : { ...file, values: { ...file.values, preset } };
  const settings = resolveSettings(raw);
  const redisInCluster = settings.platform.redis.kind === "inCluster";
  return {
    name,
    raw,
    settings,
    sizes: resolveSizes(settings.logfire, { redisInCluster }),
    objects: () => stackObjects(settings, name),
  };
}

export const stackOption = (fallback?: string): Option =>
  new Option("-s, --stack <name>", "stack: the file stacks/Pulumi.<name>.yaml").default(fallback);

export const presetOption = (): Option =>
  new Option("-p, --preset <preset>", "preset that stands in for the stack's own").choices(presetNames);
