/** What goes wrong during the first `up`. */
export const faultNames = ["throttle", "fail", "cut"] as const;
export type FaultName = (typeof faultNames)[number];

/** What happens to a stack that is up. */
export const scenarioNames = ["preset", "pool", "upgrade", "zone"] as const;
export type ScenarioName = (typeof scenarioNames)[number];

export const faultHelp: Readonly<Record<FaultName, string>> = {
  throttle: 'the cloud answers many requests with "too many"',
  fail: "two requests fail; so does `up`, and is run again",
  cut: "an interruption in the middle, as by Ctrl-C; `up` is run again",
};

export const scenarioHelp: Readonly<Record<ScenarioName, string>> = {
  preset: "the next larger preset, and back",
  pool: "another machine type for both pools, under disruption budgets",
  upgrade: "begins one Kubernetes version earlier, and updates",
  zone: "a zone is lost and comes back",
};
