import assert from "node:assert/strict";
import { presetNames, type PresetName } from "../../../components/logfire/catalogue/names";
import { resolveSizes } from "../../../components/logfire/sizing";
import type {
  AdoptedCluster,
  AdoptedNetwork,
  AdoptedSubnet,
  CheckedFacts,
  CheckedSettings,
} from "../../../components/platform/azure/check";
import { resolveSettings, type Settings } from "../../../components/settings";
import type { AzurePlatformSettings } from "../../../components/settings/azure/types";
import { problemsOf } from "../../settings/helpers";

export const presets = presetNames;
export type Values = Readonly<Record<string, unknown>>;

/** The six inputs that production needs; the password of the registry is encrypted. */
export const sixInputs = {
  platform: "azure",
  azure: { location: "swedencentral", cluster: { apiAccess: ["203.0.113.7/32"] } },
  hostname: "logfire.mycompany.dev",
  adminEmail: "sre@mycompany.dev",
  images: { credentials: { server: "us-docker.pkg.dev", username: "_json_key" } },
  secrets: { registryPassword: "a-password-of-the-registry" },
} as const;

const raw = (values: Values) => ({ values: { ...sixInputs, ...values }, secretKeys: new Set(["secrets"]) });

/** `azure` is merged with what every stack needs, key by key at its top. */
export const withAzure = (azure: Values, others: Values = {}): Values => ({
  ...others,
  azure: { ...sixInputs.azure, ...azure },
});

export const settings = (values: Values = {}): Settings => resolveSettings(raw(values));
export const problems = (values: Values = {}): readonly string[] => problemsOf(raw(values));

export function azureOf(values: Values = {}): AzurePlatformSettings {
  const { platform } = settings(values);
  assert.ok(platform.kind === "azure");
  return platform;
}

/** As the platform checks a stack against its subscription. */
export function checked(values: Values = {}, change: Partial<AzurePlatformSettings> = {}): CheckedSettings {
  const { logfire } = settings(values);
  return { platform: { ...azureOf(values), ...change }, logfire, sizes: resolveSizes(logfire) };
}

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

export const sizesOf = (preset: PresetName) =>
  resolveSizes({ preset, features: { queryWorker: false, remoteMcp: false, aiGateway: false }, workloads: {} });
