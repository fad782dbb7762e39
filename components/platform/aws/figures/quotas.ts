import type { AwsPlatformSettings } from "../../../settings/aws/types";
import { cpuNeed, type Quota, type QuotaNeed, type QuotaOwner } from "../../shared/quotas";
import { instanceTypes } from "./machineTypes";
import { type ElasticIps, elasticIps } from "./publicAddresses";

/** A limit of the account in one region, as Service Quotas knows it. */
export interface AwsQuota extends Quota {
  readonly service: string;
}

export const quotas = {
  vcpus: {
    service: "ec2",
    code: "L-1216C47A",
    name: "vCPUs of running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances",
    initial: 5,
  },
  elasticIps: { service: "ec2", code: "L-0263D0A3", name: "EC2-VPC Elastic IPs", initial: 5 },
  vpcs: { service: "vpc", code: "L-F678F1CE", name: "VPCs per Region", initial: 5 },
  natGateways: { service: "vpc", code: "L-FE5A380F", name: "NAT gateways per Availability Zone", initial: 5 },
} as const satisfies Readonly<Record<string, AwsQuota>>;

/** What a stack takes of the account's limits, beside everything else that the account runs. */
export function quotaNeeds(
  settings: AwsPlatformSettings,
  edge: Parameters<typeof elasticIps>[1],
): readonly QuotaNeed<AwsQuota>[] {
  return [nodes(settings), ...addresses(elasticIps(settings.network, edge)), ...networks(settings)];
}

const nodes = ({ nodes: pools }: AwsPlatformSettings): QuotaNeed<AwsQuota> =>
  cpuNeed<AwsQuota>(
    quotas.vcpus,
    Object.values(pools).map((pool) => ({ ...pool, cpus: instanceTypes[pool.type]?.cpus ?? 0 })),
  );

function addresses({ nat, balancer }: ElasticIps): readonly QuotaNeed<AwsQuota>[] {
  const all = nat + balancer;
  const arithmetic = `${balancer} for the load balancer + ${nat} for NAT`;
  return all === 0 ? [] : [{ ...quotas.elasticIps, least: all, most: all, arithmetic }];
}

function networks({ network }: AwsPlatformSettings): readonly QuotaNeed<AwsQuota>[] {
  if (network.kind === "existing") return [];
  return [
    { ...quotas.vpcs, least: 1, most: 1, arithmetic: "1 VPC" },
    { ...quotas.natGateways, least: 1, most: 1, arithmetic: "1 in a zone" },
  ];
}

/** Whose limits they are, and how they are raised. */
export const account: QuotaOwner<AwsQuota> = {
  noun: "account",
  ask: ({ service, code, most }) =>
    `aws service-quotas request-service-quota-increase --service-code ${service} --quota-code ${code} --desired-value ${most}`,
};
