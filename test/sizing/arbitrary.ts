import fc from "fast-check";
import { presetNames, workloadNames, type WorkloadName } from "../../components/logfire/catalogue/names";
import { checkSizes, tuningRules, type SizingSettings } from "../../components/logfire/sizing";
import type { Tuning, WorkloadOverrides } from "../../components/settings/types";

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });

const tuning: fc.Arbitrary<Tuning> = fc.record(
  Object.fromEntries(Object.keys(tuningRules).map((key) => [key, optional(fc.integer({ min: -1, max: 200_000 }))])),
);

/** Overrides as a user may write them, sensible or not. */
export const overrides: fc.Arbitrary<WorkloadOverrides> = fc.record({
  cpu: optional(fc.double({ min: 0.01, max: 96, noNaN: true })),
  memoryGib: optional(fc.double({ min: 0.0625, max: 512, noNaN: true })),
  scratchGib: optional(fc.double({ min: 0.1, max: 2000, noNaN: true })),
  replicas: optional(fc.integer({ min: 1, max: 40 })),
  minReplicas: optional(fc.integer({ min: 1, max: 40 })),
  maxReplicas: optional(fc.integer({ min: 1, max: 40 })),
  cpuTargetPercent: optional(fc.integer({ min: 1, max: 100 })),
  tuning: optional(tuning),
});

const features = fc.record({ queryWorker: fc.boolean(), remoteMcp: fc.boolean(), aiGateway: fc.boolean() });

export const anySettings: fc.Arbitrary<SizingSettings> = fc.record({
  preset: fc.constantFrom(...presetNames),
  features,
  workloads: fc.dictionary(fc.constantFrom(...workloadNames), overrides, { maxKeys: 6 }),
});

/**
 * Settings that the check accepts: whatever it complains about is taken out, key by key, so that what is left is as
 * wild as the check allows.
 */
export const acceptedSettings: fc.Arbitrary<SizingSettings> = anySettings.map((settings) => {
  let accepted = settings;
  for (let problems = checkSizes(accepted); problems.length > 0; problems = checkSizes(accepted)) {
    const before = JSON.stringify(accepted);
    for (const { key } of problems) accepted = without(accepted, key);
    if (JSON.stringify(accepted) === before) throw new Error(`no way to mend ${JSON.stringify(problems)}`);
  }
  return accepted;
});

/** Without what stands at `workloads.<name>.<key>`, and without its siblings where the key is not there itself. */
function without(settings: SizingSettings, path: string): SizingSettings {
  const [, name, key, inner] = path.split(".") as [string, WorkloadName, keyof WorkloadOverrides, (keyof Tuning)?];
  const override = settings.workloads[name] ?? {};
  const { [key]: value, ...others } = override;
  const scaling = { replicas: undefined, minReplicas: undefined, maxReplicas: undefined, cpuTargetPercent: undefined };
  const mended =
    inner !== undefined
      ? { ...override, tuning: { ...override.tuning, [inner]: undefined } }
      : key === "scratchGib" || key === "cpu" || key === "memoryGib"
        ? others
        : { ...others, ...scaling, ...(value === undefined ? scaling : {}) };
  return { ...settings, workloads: { ...settings.workloads, [name]: mended } };
}
