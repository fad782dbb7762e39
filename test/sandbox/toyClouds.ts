import { digest } from "../../sandbox/providers/cloud/ids";
import {
  CloudError,
  isUnknown,
  record,
  text,
  unknown,
  type Kinds,
  type View,
} from "../../sandbox/providers/cloud/model";
import { resourceShape } from "../../sandbox/providers/cloud/sdk/resources";
import type { Configuration, Simulation } from "../../sandbox/providers/cloud/simulation";
import { zonesOf } from "../../sandbox/providers/cloud/zones";

export const toyOptions = { zones: 3, without: {}, quotas: {}, speed: 1e6 };

const configuration: Configuration = {
  settle: (given) => given,
  lacks: ({ region, location }) => (text(region) + text(location) === "" ? "no place" : undefined),
  check: () => [],
  replaces: ["project", "subscriptionId"],
};

/** What the toys below have in common; each is as much of a cloud as its own peculiarities need. */
const toy = {
  ...{ durations: {}, lookups: {}, effects: {}, emptyParts: {}, configuration },
  everyAnswer: () => ({}),
  checkAll: () => [],
  errors: {
    missing: "notFound",
    taken: (id: string) => new CloudError("alreadyExists", `'${id}' already exists`),
    throttled: (attempts: number) => new CloudError("rateLimitExceeded", `after ${attempts} attempts`),
    report: ({ call, error }: { readonly call: string; readonly error: CloudError }) => `${call}: ${error.message}`,
  },
  retries: { attempts: 5, backoff: () => 1 },
};

/** Outputs that the toys have no use for. */
const allBut = (token: string, used: RegExp): readonly string[] =>
  Object.entries(resourceShape(token).outputs)
    .filter(([name, { optional }]) => !optional && !used.test(name))
    .map(([name]) => name);

interface ToyView extends View {
  readonly project: string;
  readonly labels: Readonly<Record<string, unknown>>;
}

const gcpKinds: Kinds<ToyView> = {
  "compute/network:Network": {
    api: ["Compute", "Network"],
    name: { property: "name", max: 63, pattern: /^[a-z][a-z0-9-]*$/, words: "lower case" },
    id: ({ project, name }) => `projects/${text(project)}/global/networks/${text(name)}`,
    outputs: ({ project, name }) => ({
      selfLink: `https://www.googleapis.com/compute/v1/projects/${text(project)}/global/networks/${text(name)}`,
      ...{ gatewayIpv4: "", numericId: "1", networkId: "1", routingMode: "REGIONAL" },
    }),
    unset: [
      ...["bgpAlwaysCompareMed", "bgpBestPathSelectionMode", "bgpInterRegionCost", "internalIpv6Range", "mtu"],
      ...["deletionPolicy"],
    ],
  },
  "compute/subnetwork:Subnetwork": {
    api: ["Compute", "Subnetwork"],
    references: {
      network: { to: "compute/network:Network", by: ["id", "selfLink", "name"], missing: "notFound", holds: "inUse" },
    },
    id: ({ project, region, name }) => `projects/${text(project)}/regions/${text(region)}/subnetworks/${text(name)}`,
    outputs: () => ({}),
    unset: allBut("gcp:compute/subnetwork:Subnetwork", /^(project|region|network|name|ipCidrRange)$/),
  },
  "storage/bucket:Bucket": {
    api: ["Storage", "Bucket"],
    id: ({ name }) => text(name),
    outputs: () => ({}),
    unset: allBut("gcp:storage/bucket:Bucket", /abels$|^(project|name|location)$/),
  },
  "projects/service:Service": {
    api: ["ServiceUsage", "Service"],
    repeatable: true,
    id: ({ project, service }) => `${text(project)}/${text(service)}`,
    outputs: () => ({}),
    unset: ["checkIfServiceHasUsageOnDestroy", "deletionPolicy"],
  },
};

export const toyGcp: Simulation<ToyView> = {
  ...toy,
  ...{ package: "gcp", platform: "gcp", title: "GCP", kinds: gcpKinds, caseless: false },
  view: (existing, account, { project, region, defaultLabels }) => ({
    ...{ ...existing, project: text(project), region: text(region), labels: record(defaultLabels) },
    zones: zonesOf(account, (at) => ({ name: `${text(region)}-${"bcd".charAt(at)}` })),
  }),
  common: (_of, { labels }, { project, region, labels: defaults }) => {
    const all = isUnknown(labels) ? unknown : { ...defaults, ...record(labels) };
    return { project, region, effectiveLabels: all, pulumiLabels: all };
  },
  automaticName: (name) => `${name}-${digest(name, 7)}`,
};

const azureId = (...parts: readonly unknown[]): string =>
  `/subscriptions/s/resourceGroups/${parts.map(text).join("/")}`;

const azureKinds: Kinds = {
  "resources:ResourceGroup": {
    api: ["Resources", "ResourceGroup"],
    name: { property: "resourceGroupName", max: 90, pattern: /^[\w().-]+$/, words: "a name" },
    id: ({ resourceGroupName }) => azureId(resourceGroupName),
    outputs: ({ resourceGroupName }) => ({ name: resourceGroupName, properties: { provisioningState: "Succeeded" } }),
  },
  "dbforpostgresql:Server": {
    api: ["DBforPostgreSQL", "Server"],
    secrets: ["administratorLoginPassword"],
    defaults: { resourceGroupName: "group" },
    id: () => "server",
    outputs: () => ({ name: "server" }),
    unset: allBut("azure-native:dbforpostgresql:Server", /^(name|location|systemData|type|azureApiVersion)$/),
  },
  "managedidentity:UserAssignedIdentity": {
    api: ["ManagedIdentity", "UserAssignedIdentity"],
    name: { property: "resourceName", max: 128, pattern: /^[\w-]+$/, words: "a name" },
    references: {
      resourceGroupName: {
        ...{ to: "resources:ResourceGroup", missing: "ResourceGroupNotFound", holds: "InUse" },
        as: (value) => azureId(value),
      },
    },
    id: ({ resourceGroupName, resourceName }) => azureId(resourceGroupName, "providers", "identities", resourceName),
    outputs: ({ resourceName }) => ({
      ...{ name: resourceName, clientId: "c", principalId: "p", tenantId: "t", isolationScope: "None" },
    }),
  },
};

export const toyAzure: Simulation = {
  ...toy,
  ...{ package: "azure-native", platform: "azure", title: "Azure", kinds: azureKinds, caseless: true },
  view: (existing, account, { location }) => ({
    ...{ ...existing, region: text(location) },
    zones: zonesOf(account, (at) => ({ name: String(at + 1) })),
  }),
  common: ({ token }, _inputs, { region }) => ({
    ...{ location: region, azureApiVersion: "2025-01-01", type: token, systemData: { createdBy: "rehearsal" } },
  }),
  automaticName: (name) => `${name}${digest(name, 8)}`,
};
