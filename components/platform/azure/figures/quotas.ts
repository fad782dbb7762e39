import type { AzurePlatformSettings } from "../../../settings/azure/types";
import { cpuNeed, type Quota, type QuotaNeed, type QuotaOwner } from "../../shared/quotas";
import { cpusOf } from "./machineTypes";
import { surgeOf } from "./networkPlan";
import { publicAddresses } from "./publicAddresses";

/** A limit of a subscription in one location. */
export interface AzureQuota extends Quota {
  /** `Microsoft.Compute` */
  readonly provider: string;
}

export const quotas = {
  vcpus: { provider: "Microsoft.Compute", code: "cores", name: "Total Regional vCPUs", initial: 10 },
  publicAddresses: {
    ...{ provider: "Microsoft.Network", code: "StandardSkuPublicIpAddresses" },
    ...{ name: "Public IPv4 addresses, Standard", initial: 20 },
  },
} as const satisfies Readonly<Record<string, AzureQuota>>;

/** Limits of machine families by a size's ending, as the Compute service calls them: each generation otherwise. */
const familyCodes: readonly (readonly [ending: RegExp, code: string])[] = [
  [/^Standard_D\d+ds_v5$/, "standardDDSv5Family"],
  [/^Standard_E\d+ds_v5$/, "standardEDSv5Family"],
  [/^Standard_D\d+ds_v6$/, "StandardDdsv6Family"],
  [/^Standard_E\d+ds_v6$/, "StandardEdsv6Family"],
  [/^Standard_D\d+ads_v6$/, "standardDadv6Family"],
];

/** None where the size is not known: what is wrong with it is said elsewhere. */
const familyOf = (type: string): AzureQuota | undefined => {
  const code = familyCodes.find(([ending]) => ending.test(type))?.[1];
  return code === undefined
    ? undefined
    : { provider: "Microsoft.Compute", code, name: `vCPUs of ${code.replace(/^standard|Family$/gi, "")}`, initial: 10 };
};

/** What a stack takes of the subscription's limits, beside everything else that runs in it. */
export function quotaNeeds(
  { network, nodes }: AzurePlatformSettings,
  edge: Parameters<typeof publicAddresses>[1],
): readonly QuotaNeed<AzureQuota>[] {
  // AKS has them with each weekly image of nodes, too: without room for them, none is ever taken.
  const pools = Object.values(nodes).map((pool) => ({
    ...pool,
    cpus: cpusOf(pool.type),
    surge: surgeOf(pool.maxNodes),
  }));
  const families = new Map(
    pools.flatMap(({ type }) => {
      const family = familyOf(type);
      return family === undefined ? [] : [[family.code, family] as const];
    }),
  );
  return [
    cpuNeed<AzureQuota>(quotas.vcpus, pools),
    ...[...families.values()].map((family) =>
      cpuNeed(
        family,
        pools.filter(({ type }) => familyOf(type)?.code === family.code),
      ),
    ),
    ...addresses(publicAddresses(network, edge)),
  ];
}

function addresses({ nat, balancer }: ReturnType<typeof publicAddresses>): readonly QuotaNeed<AzureQuota>[] {
  const all = nat + balancer;
  const arithmetic = `${balancer} for the load balancer + ${nat} for NAT`;
  return all === 0 ? [] : [{ ...quotas.publicAddresses, least: all, most: all, arithmetic }];
}

/** Whose limits they are. */
export const quotaOwner = "subscription";

/** Of this subscription: how one sees there what it has, and how more is asked for. */
export const subscription = (id: string, location: string) =>
  ({
    noun: quotaOwner,
    look: ({ provider }) =>
      provider === "Microsoft.Compute"
        ? `az vm list-usage --location ${location} --output table`
        : `az network list-usages --location ${location} --output table`,
    ask: ({ provider, code, most }) =>
      `az quota update --scope /subscriptions/${id}/providers/${provider}/locations/${location} --resource-name ${code} --limit-object value=${most}`,
  }) satisfies QuotaOwner<AzureQuota> & { readonly look: (need: QuotaNeed<AzureQuota>) => string };
