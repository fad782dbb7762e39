import type { MockResourceArgs } from "@pulumi/pulumi/runtime";
import { AzurePlatform, createAzureProvider, type AzureFacts } from "../../components/platform/azure";
import { placeholders } from "../../components/platform/azure/figures/plannedFacts";
import { azureCalls, azureOutputs } from "../azure/component/support";
import { adoptedCluster, adoptedNetwork, adoptedVnet } from "../azure/figures/values";
import { factsOf } from "../azure/settings";
import { describeRendering } from "./renderCloud";

function computed(resource: MockResourceArgs): Record<string, unknown> {
  const { type, name } = resource;
  const known: Readonly<Record<string, Record<string, unknown>>> = {
    "azure-native:resources:ResourceGroup": { name: "PLACEHOLDER-RESOURCE-GROUP" },
    "azure-native:dbforpostgresql:Server": { fullyQualifiedDomainName: "PLACEHOLDER-DATABASE-HOST" },
    "azure-native:storage:StorageAccount": { name: "PLACEHOLDER-STORAGE-ACCOUNT" },
    "azure-native:network:PublicIPAddress": name.endsWith("-nat")
      ? { ipAddress: "PLACEHOLDER-NAT-ADDRESS" }
      : { ipAddress: "PLACEHOLDER-BALANCER-ADDRESS", name: "PLACEHOLDER-BALANCER-NAME" },
    "azure-native:managedidentity:UserAssignedIdentity": {
      clientId: clientIds.find(([part]) => name === `platform-${part}`)?.[1] ?? `client-${name}`,
    },
  };
  return { ...azureOutputs(resource), ...known[type] };
}
const clientIds = [
  ["workloads", "PLACEHOLDER-WORKLOADS-CLIENT-ID"],
  ["cert-manager", "PLACEHOLDER-CERT-MANAGER-CLIENT-ID"],
] as const;

/** Ranges of what the stack adopts. */
const known = {
  "PLACEHOLDER-NETWORK-RANGE": "10.80.0.0/16",
  "PLACEHOLDER-POSTGRES-RANGE": "10.80.16.0/26",
  "PLACEHOLDER-ENDPOINTS-RANGE": "10.80.17.0/26",
  "PLACEHOLDER-PODS-RANGE": "10.244.0.0/16",
  // Known before anything is asked.
  "PLACEHOLDER-SUBSCRIPTION-ID": factsOf().subscriptionId,
} as const;

/** A subscription in which what the stack adopts is there. */
const facts = (): AzureFacts =>
  factsOf({
    vnet: { ...adoptedVnet, subnets: adoptedVnet.subnets.map((subnet) => ({ ...subnet, storageEndpoint: true })) },
    cluster: {
      ...adoptedCluster,
      ...{ name: "mine", resourceGroup: "clusters", version: "1.35", podsCidr: known["PLACEHOLDER-PODS-RANGE"] },
      ...{ endpoint: "https://cluster.test", certificateAuthority: "Y2E=", issuer: "https://oidc.test/id/" },
    },
  });

describeRendering({
  ...{ kind: "azure", title: "Azure", placeholders, computed, call: azureCalls },
  make: (args, platform) =>
    new AzurePlatform("platform", { ...args, facts: facts() }, { provider: createAzureProvider("platform", platform) }),
  known: () => known,
  objects: 70,
  inside: {},
  owned: {
    resourceGroup: { existing: { name: "owned" } },
    network: { existing: adoptedNetwork },
    cluster: { existing: { name: "mine", resourceGroup: "clusters" } },
    objectStore: { existing: { account: "owned", resourceGroup: "data", container: "telemetry" } },
    dns: { existing: { name: "mycompany.dev", resourceGroup: "dns" } },
  },
  left: [
    "PLACEHOLDER-SUBSCRIPTION-ID",
    "PLACEHOLDER-NETWORK-RANGE",
    "PLACEHOLDER-PODS-RANGE",
    "PLACEHOLDER-WORKLOADS-CLIENT-ID",
    "PLACEHOLDER-CERT-MANAGER-CLIENT-ID",
    "PLACEHOLDER-BALANCER-NAME",
  ],
  more: {
    "one whose hostnames are proved by HTTP": {
      others: { edge: { certificate: { source: "acme", challenge: "http01" } } },
    },
  },
});
