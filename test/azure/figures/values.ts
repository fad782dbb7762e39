import type {
  AdoptedCluster,
  AdoptedNetwork,
  AdoptedSubnet,
  CheckedFacts,
} from "../../../components/platform/azure/check";
import type { AzurePlatformSettings } from "../../../components/settings/azure/types";
import { stacksOn } from "../../clouds/stacks";

export { presets, type Values } from "../../clouds/stacks";

export const own = { location: "swedencentral", cluster: { apiAccess: ["203.0.113.7/32"] } };
export const azure = stacksOn<AzurePlatformSettings>({ cloud: "azure", title: "Azure", own });
export const { sixInputs, settings, problem, problems, checked, platformOf: azureOf, withOwn: withAzure } = azure;

export const subscriptionId = "01234567-89ab-cdef-0123-456789abcdef";

/** A subscription in which nothing is in the way. */
export const generous: CheckedFacts = {
  subscriptionId,
  quotas: { cores: 1000, standardDDSv5Family: 1000, StandardEdsv6Family: 1000, StandardSkuPublicIpAddresses: 20 },
};

export const adoptedNetwork = {
  name: "mine",
  resourceGroup: "networks",
  nodesSubnet: "nodes",
  postgresSubnet: "databases",
  endpointsSubnet: "endpoints",
};

const subnet = (name: string, cidr: string, change: Partial<AdoptedSubnet> = {}): AdoptedSubnet => ({
  ...{ name, cidr, usedAddresses: 3, delegations: [] },
  ...change,
});

export const adoptedVnet: AdoptedNetwork = {
  location: "swedencentral",
  ranges: ["10.80.0.0/16"],
  subnets: [
    subnet("nodes", "10.80.0.0/20", { leavesBy: "natGateway" }),
    subnet("databases", "10.80.16.0/26", {
      delegations: ["Microsoft.DBforPostgreSQL/flexibleServers"],
    }),
    subnet("endpoints", "10.80.17.0/26"),
  ],
};

export const adoptedCluster: AdoptedCluster = { location: "swedencentral", workloadIdentity: true };
