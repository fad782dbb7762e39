import assert from "node:assert/strict";
import type { Problem } from "../../components/lib/errors";
import { presetNames, type PresetName } from "../../components/logfire/catalogue/names";
import { resolveSizes, type Sizes } from "../../components/logfire/sizing";
import type { CloudSettings } from "../../components/platform/shared/figures";
import { resolveSettings, type LogfireSettings, type Settings } from "../../components/settings";
import { problemsOf, type Values } from "../settings/helpers";

export type { Values } from "../settings/helpers";
export const presets = presetNames;

/** A cloud whose stacks are looked at, and what its file has to say of the cloud itself. */
interface Place<P extends CloudSettings> {
  readonly cloud: P["kind"];
  /** `AWS` */
  readonly title: string;
  readonly own: Values;
}

/** Stacks of one cloud, each from what its file says; every function completes its values to a file that is right. */
export interface Stacks<P extends CloudSettings> extends Place<P> {
  /** The six inputs that production needs; the password of the registry is encrypted. */
  readonly sixInputs: Values & { readonly secrets: Values };
  /** What the cloud needs, with these keys of its own over it, each as a whole. */
  readonly withOwn: (own: Values, others?: Values) => Values;
  readonly settings: (values?: Values) => Settings<P>;
  readonly platformOf: (values?: Values) => P;
  readonly problems: (values?: Values) => readonly string[];
  /** The only problem. */
  readonly problem: (values: Values) => string;
  /** As the platform checks a stack against its account. */
  readonly checked: (values?: Values, change?: Partial<P>) => Checked<P>;
}

interface Checked<P extends CloudSettings> extends Settings<P> {
  readonly logfire: LogfireSettings;
  readonly sizes: Sizes;
}

export function stacksOn<P extends CloudSettings>(place: Place<P>): Stacks<P> {
  const { cloud, own } = place;
  const sixInputs = {
    platform: cloud,
    [cloud]: own,
    hostname: "logfire.mycompany.dev",
    adminEmail: "sre@mycompany.dev",
    images: { credentials: { server: "us-docker.pkg.dev", username: "_json_key" } },
    secrets: { registryPassword: "a-password-of-the-registry" },
  };
  const raw = (values: Values) => ({ values: { ...sixInputs, ...values }, secretKeys: new Set(["secrets"]) });
  const problems = (values: Values = {}) => problemsOf(raw(values));
  const settings = (values: Values = {}) => settingsOn<P>(cloud, resolveSettings(raw(values)));
  return {
    ...place,
    sixInputs,
    withOwn: (values, others = {}) => ({ ...others, [cloud]: { ...own, ...values } }),
    settings,
    platformOf: (values) => settings(values).platform,
    problems,
    problem: (values) => {
      const found = problems(values);
      assert.equal(found.length, 1, found.join("\n"));
      return found[0] ?? "";
    },
    checked: (values, change) => {
      const { platform, logfire } = settings(values);
      return { platform: { ...platform, ...change }, logfire, sizes: resolveSizes(logfire) };
    },
  };
}

/** The settings of a stack that has to be one of this cloud. */
export function settingsOn<P extends CloudSettings>(cloud: P["kind"], settings: Settings): Settings<P> {
  assert.equal(settings.platform.kind, cloud);
  return settings as Settings<P>;
}

/** With every optional feature, or with none. */
export const sizesOf = (preset: PresetName, optional = false): Sizes =>
  resolveSizes({
    preset,
    features: { queryWorker: optional, remoteMcp: optional, aiGateway: optional },
    workloads: {},
  });

/** Problems as people read them. */
export const linesOf = (problems: readonly Problem[]): readonly string[] =>
  problems.map(({ key, problem, remedy }) => `${key}: ${problem}; ${remedy}`);
