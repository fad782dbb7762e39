import type { Fault } from "../providers/aws/faults";

/** What goes wrong during the first `up`. */
export const faultNames = ["throttle", "fail", "cut"] as const;
export type FaultName = (typeof faultNames)[number];

/** What happens to a stack that is up. */
export const scenarioNames = ["preset", "pool", "upgrade", "zone"] as const;
export type ScenarioName = (typeof scenarioNames)[number];

export const faults: Readonly<Record<Exclude<FaultName, "cut">, readonly Fault[]>> = {
  throttle: [
    { call: "EC2:Create.*", throttle: 10 },
    { call: "IAM:Create.*", throttle: 10 },
    { call: "EKS:CreateAddon", throttle: 6 },
    { call: "RDS:CreateDBInstance", throttle: 4 },
  ],
  fail: [
    {
      call: "ElastiCache:CreateReplicationGroup",
      fail: {
        times: 1,
        code: "InternalFailure",
        message: "The request processing has failed because of an unknown error",
      },
    },
    { call: "EKS:CreateNodegroup", fail: { times: 1, code: "ServerException", message: "Internal error" } },
  ],
};

export const faultHelp: Readonly<Record<FaultName, string>> = {
  throttle: "AWS answers many requests with ThrottlingException",
  fail: "two requests fail; so does `up`, and is run again",
  cut: "`up` is interrupted in the middle and run again",
};

export const scenarioHelp: Readonly<Record<ScenarioName, string>> = {
  preset: "the next larger preset, and back",
  pool: "another machine type for both pools, under disruption budgets",
  upgrade: "begins one Kubernetes version earlier, and updates",
  zone: "a zone is lost and comes back",
};
