import type { AwsOptions } from "../../sandbox/providers/aws/kind";
import { awsStages, makeAwsAccount } from "../../sandbox/providers/aws/rehearsed";
import { startCloudRig, type CloudRig } from "./cloudSupport";

/** A sandbox that stands in for EKS, with an account in which nothing is. */
export type AwsRig = CloudRig<AwsOptions>;

export const startAwsRig = (options: Partial<AwsOptions> = {}): Promise<AwsRig> =>
  startCloudRig("aws", awsStages(), (controlPlane) => makeAwsAccount(controlPlane, options));
