import type { AwsPlatformSettings } from "../../../settings/typesAws";
import { instanceTypes } from "./instanceTypes";
import { type ElasticIps, elasticIps } from "./publicAddresses";

/** A limit of the account in one region, as Service Quotas knows it. */
export interface Quota {
  readonly service: string;
  readonly code: string;
  readonly name: string;
  /** What a new account has. */
  readonly initial: number;
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
} as const satisfies Readonly<Record<string, Quota>>;

export interface QuotaNeed extends Quota {
  /** When the stack comes up. */
  readonly least: number;
  /** With every autoscaler at its maximum. */
  readonly most: number;
  readonly arithmetic: string;
}

/** What a stack takes of the account's limits, beside everything else that the account runs. */
export function quotaNeeds(
  settings: AwsPlatformSettings,
  edge: Parameters<typeof elasticIps>[1],
): readonly QuotaNeed[] {
  return [nodes(settings), ...addresses(elasticIps(settings.network, edge)), ...networks(settings)];
}

function nodes({ nodes: pools }: AwsPlatformSettings): QuotaNeed {
  const parts = Object.values(pools).map((pool) => ({ ...pool, cpus: instanceTypes[pool.type]?.cpus ?? 0 }));
  const total = (count: "minNodes" | "maxNodes") => parts.reduce((sum, part) => sum + part[count] * part.cpus, 0);
  return {
    ...quotas.vcpus,
    least: total("minNodes"),
    most: total("maxNodes"),
    arithmetic: parts.map(({ type, maxNodes, cpus }) => `${maxNodes} ${type} × ${cpus}`).join(" + "),
  };
}

function addresses({ nat, balancer }: ElasticIps): readonly QuotaNeed[] {
  const all = nat + balancer;
  const arithmetic = `${balancer} for the load balancer + ${nat} for NAT`;
  return all === 0 ? [] : [{ ...quotas.elasticIps, least: all, most: all, arithmetic }];
}

function networks({ network }: AwsPlatformSettings): readonly QuotaNeed[] {
  if (network.kind === "existing") return [];
  return [
    { ...quotas.vpcs, least: 1, most: 1, arithmetic: "1 VPC" },
    { ...quotas.natGateways, least: 1, most: 1, arithmetic: "1 in a zone" },
  ];
}

/** Sentences about limits that are too low; `known` holds the account's values by code. Empty where nothing is missing. */
export function quotaWarnings(needs: readonly QuotaNeed[], known: Readonly<Record<string, number>>): readonly string[] {
  return needs.flatMap(({ service, code, name, least, most, arithmetic }) => {
    const has = known[code];
    if (has === undefined || has >= most) return [];
    const when = has < least ? "even to come up" : "at full scale";
    const ask = `aws service-quotas request-service-quota-increase --service-code ${service} --quota-code ${code} --desired-value ${most}`;
    return [
      `${name} (${code}): the account has ${has}, and this stack needs ${has < least ? least : most} ${when} ` +
        `(${arithmetic}${least === most ? "" : ` = ${most} at the most, ${least} at the least`}), beside what else runs in it. Ask for more: ${ask}`,
    ];
  });
}
