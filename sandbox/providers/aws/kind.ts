import type { AccountOptions } from "../cloud/account";
import type * as core from "../cloud/model";
import type { Existing } from "../cloud/simulation";
import { zonesOf } from "../cloud/zones";

/** An account of AWS. */
export interface AwsOptions extends AccountOptions {
  /** Twelve digits. */
  readonly accountId: string;
  /** ARN of who deploys. */
  readonly caller: string;
}

/** What exists in a region of an account. */
export interface AwsView extends core.View {
  readonly accountId: string;
  /** `aws` */
  readonly partition: string;
  /** ARN of who calls. */
  readonly caller: string;
  /** The provider's `defaultTags`. */
  readonly defaultTags: core.Values;
  arn(service: string, resource: string, options?: { readonly region?: boolean; readonly account?: boolean }): string;
}

export type ResourceKind = core.ResourceKind<AwsView>;
export type Kinds = core.Kinds<AwsView>;

/** Limits of an account that runs things already. A new one has 5 vCPUs. The codes are those of Service Quotas. */
export const usualOptions: Omit<AwsOptions, "controlPlane"> = {
  accountId: "123456789012",
  caller: "arn:aws:sts::123456789012:assumed-role/deployer/rehearsal",
  zones: 3,
  without: {},
  quotas: { "L-1216C47A": 640, "L-0263D0A3": 5, "L-F678F1CE": 5, "L-FE5A380F": 5 },
  speed: 100,
};

export function viewOf(existing: Existing, options: AwsOptions, { region, defaultTags }: Place): AwsView {
  const { accountId, caller } = options;
  const partition = partitionOf(region);
  const short = region.replaceAll(/([a-z])[a-z]*-/g, "$1");
  return {
    ...{ ...existing, accountId, caller, region, partition, defaultTags },
    zones: zonesOf(options, (at) => ({ name: `${region}${"abcdef".charAt(at)}`, id: `${short}-az${at + 1}` })),
    arn: (service, resource, { region: inRegion = true, account = true } = {}) =>
      `arn:${partition}:${service}:${inRegion ? region : ""}:${account ? accountId : ""}:${resource}`,
  };
}

interface Place {
  readonly region: string;
  readonly defaultTags: core.Values;
}

const partitionOf = (region: string): string =>
  region.startsWith("cn-") ? "aws-cn" : region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
