import { CloudError, text, type Entity, type NameRule, type Values } from "../cloud/model";
import { uuid } from "../cloud/ids";
import type { AzureView, Kinds, Made, Reference, ResourceKind } from "./kind";

/** Where a type lies in Azure Resource Manager. */
interface ArmType {
  readonly namespace: string;
  /** The one that the SDK's class speaks. */
  readonly apiVersion: string;
  /**
   * Collections from the top down, each with the input that names its member: `=default` for one that is always called so,
   * `{recordType}` for a collection that an input names.
   */
  readonly path: readonly (readonly [collection: string, input: string])[];
  /** Input that names what it is attached to; a resource group where absent. */
  readonly scope?: string;
}

const arm = (namespace: string, apiVersion: string, ...path: ArmType["path"]): ArmType => ({
  ...{ namespace, apiVersion, path },
});

const network = "Microsoft.Network";
const aks = "Microsoft.ContainerService";
const cluster = ["managedClusters", "resourceName"] as const;
const account = ["storageAccounts", "accountName"] as const;
const vnet = ["virtualNetworks", "virtualNetworkName"] as const;
const dnsZone = ["dnsZones", "zoneName"] as const;
const privateZone = ["privateDnsZones", "privateZoneName"] as const;
const identity = ["userAssignedIdentities", "resourceName"] as const;

export const armTypes: Readonly<Record<string, ArmType>> = {
  "network:VirtualNetwork": arm(network, "2024-05-01", vnet),
  "network:Subnet": arm(network, "2024-05-01", vnet, ["subnets", "subnetName"]),
  "network:PublicIPAddress": arm(network, "2024-05-01", ["publicIPAddresses", "publicIpAddressName"]),
  "network:NatGateway": arm(network, "2024-05-01", ["natGateways", "natGatewayName"]),
  "network:NetworkSecurityGroup": arm(network, "2024-05-01", ["networkSecurityGroups", "networkSecurityGroupName"]),
  "network:PrivateEndpoint": arm(network, "2024-05-01", ["privateEndpoints", "privateEndpointName"]),
  "network:PrivateDnsZoneGroup": arm(
    network,
    "2024-05-01",
    ["privateEndpoints", "privateEndpointName"],
    ["privateDnsZoneGroups", "privateDnsZoneGroupName"],
  ),
  "privatedns:PrivateZone": arm(network, "2024-06-01", privateZone),
  "privatedns:VirtualNetworkLink": arm(network, "2024-06-01", privateZone, [
    "virtualNetworkLinks",
    "virtualNetworkLinkName",
  ]),
  "dns:Zone": arm(network, "2023-07-01-preview", dnsZone),
  "dns:RecordSet": arm(network, "2023-07-01-preview", dnsZone, ["{recordType}", "relativeRecordSetName"]),
  "managedidentity:UserAssignedIdentity": arm("Microsoft.ManagedIdentity", "2023-01-31", identity),
  "managedidentity:FederatedIdentityCredential": arm("Microsoft.ManagedIdentity", "2023-01-31", identity, [
    "federatedIdentityCredentials",
    "federatedIdentityCredentialResourceName",
  ]),
  "authorization:RoleAssignment": {
    ...arm("Microsoft.Authorization", "2022-04-01", ["roleAssignments", "roleAssignmentName"]),
    scope: "scope",
  },
  "authorization:ManagementLockByScope": {
    ...arm("Microsoft.Authorization", "2020-05-01", ["locks", "lockName"]),
    scope: "scope",
  },
  "containerservice:ManagedCluster": arm(aks, "2025-09-01", cluster),
  "containerservice:AgentPool": arm(aks, "2025-09-01", cluster, ["agentPools", "agentPoolName"]),
  "containerservice:MaintenanceConfiguration": arm(aks, "2025-09-01", cluster, [
    "maintenanceConfigurations",
    "configName",
  ]),
  "operationalinsights:Workspace": arm("Microsoft.OperationalInsights", "2023-09-01", ["workspaces", "workspaceName"]),
  "monitor:DiagnosticSetting": {
    ...arm("Microsoft.Insights", "2021-05-01-preview", ["diagnosticSettings", "name"]),
    scope: "resourceUri",
  },
  "dbforpostgresql:Server": arm("Microsoft.DBforPostgreSQL", "2025-08-01", ["flexibleServers", "serverName"]),
  "dbforpostgresql:Configuration": arm(
    "Microsoft.DBforPostgreSQL",
    "2025-08-01",
    ["flexibleServers", "serverName"],
    ["configurations", "configurationName"],
  ),
  "storage:StorageAccount": arm("Microsoft.Storage", "2024-01-01", account),
  "storage:BlobServiceProperties": arm("Microsoft.Storage", "2024-01-01", account, [
    "blobServices",
    "blobServicesName",
  ]),
  "storage:BlobContainer": arm(
    "Microsoft.Storage",
    "2024-01-01",
    account,
    ["blobServices", "=default"],
    ["containers", "containerName"],
  ),
  "storage:ManagementPolicy": arm("Microsoft.Storage", "2024-01-01", account, [
    "managementPolicies",
    "managementPolicyName",
  ]),
  "redisenterprise:RedisEnterprise": arm("Microsoft.Cache", "2025-07-01", ["redisEnterprise", "clusterName"]),
  "redisenterprise:Database": arm(
    "Microsoft.Cache",
    "2025-07-01",
    ["redisEnterprise", "clusterName"],
    ["databases", "databaseName"],
  ),
};

export const groupId = (view: Pick<AzureView, "subscriptionId">, name: unknown): string =>
  `/subscriptions/${view.subscriptionId}/resourceGroups/${text(name)}`;

/** `armId(view, "network:Subnet", inputs)` -> `/subscriptions/S/resourceGroups/G/providers/Microsoft.Network/…` */
export function armId(view: Pick<AzureView, "subscriptionId">, token: string, inputs: Values): string {
  const { namespace, path, scope } = typeOf(token);
  const place = scope === undefined ? groupId(view, inputs.resourceGroupName) : text(inputs[scope]);
  const parts = path.map(([part, input]) => `/${collectionIn(part, inputs)}/${memberIn(input, inputs)}`);
  return `${place}/providers/${namespace}${parts.join("")}`;
}

const collectionIn = (part: string, inputs: Values): string =>
  part.replace(/\{(\w+)\}/, (_, input: string) => text(inputs[input]));
const memberIn = (input: string, inputs: Values): string =>
  input.startsWith("=") ? input.slice(1) : text(inputs[input]);
/** Path of the named members above a child's own. */
const pathAbove = (path: ArmType["path"]): ArmType["path"] => {
  const above = path.slice(0, -1);
  return above.at(-1)?.[1].startsWith("=") === true ? above.slice(0, -1) : above;
};

const typeOf = (token: string): ArmType => {
  const type = armTypes[token];
  if (type === undefined) throw new Error(`the table of ARM types does not have ${token}`);
  return type;
};

/** Name, and type such as `Microsoft.Network/virtualNetworks/subnets`, as ARM answers them. */
export function nameAndType(token: string, inputs: Values): Values {
  if (token === groupToken) return { name: inputs.resourceGroupName, type: "Microsoft.Resources/resourceGroups" };
  const { namespace, path } = typeOf(token);
  const own = path.at(-1)?.[1] ?? "";
  const name = own.startsWith("=") ? own.slice(1) : inputs[own];
  return { name, type: [namespace, ...path.map(([part]) => collectionIn(part, inputs))].join("/") };
}

export const groupToken = "resources:ResourceGroup";

export const apiVersionOf = (token: string): string => (token === groupToken ? "2024-03-01" : typeOf(token).apiVersion);

/** `("/subscriptions/S/resourceGroups/G/providers/P/servers/N", "resourceGroups")` -> `G` */
export const partOfId = (id: unknown, part: string): string =>
  new RegExp(`/${part}/([^/]+)`, "i").exec(text(id))?.[1] ?? "";

/** ARM ids are the same whatever their case. */
export const sameId = (one: unknown, other: unknown): boolean =>
  text(one).toLowerCase() === text(other).toLowerCase() && text(one) !== "";

export const byId = (view: AzureView, token: string, id: unknown): Entity | undefined =>
  view.of(token).find((each) => sameId(each.id, id));

/** Whether an id is the same as another one, or below it. */
export const isWithin = (id: string, scope: unknown): boolean =>
  sameId(id, scope) || id.toLowerCase().startsWith(`${text(scope).toLowerCase()}/`);

/** The type above a child's, by its path. */
const parentOf = (token: string): string | undefined => {
  const { namespace, path } = typeOf(token);
  const above = pathAbove(path).join("/");
  if (above === "") return undefined;
  return Object.keys(armTypes).find(
    (other) => armTypes[other]?.namespace === namespace && armTypes[other].path.join("/") === above,
  );
};

/** A resource group, and the parent of a child, have to be there. ARM takes children along when a parent goes. */
function placeReferences(token: string): Readonly<Record<string, Reference>> {
  const { path, scope } = typeOf(token);
  if (scope !== undefined) return {};
  const group: Reference = {
    ...{ to: groupToken, missing: "ResourceGroupNotFound" },
    as: (value, _inputs, view) => groupId(view, value),
  };
  const parent = parentOf(token);
  const input = pathAbove(path).at(-1)?.[1];
  if (parent === undefined || input === undefined) return { resourceGroupName: group };
  const above: Reference = {
    ...{ to: parent, missing: "ParentResourceNotFound" },
    as: (_value, inputs, view) => armId(view, parent, inputs),
  };
  return { resourceGroupName: group, [input]: above };
}

/** What a table says of a type, beside what its place in ARM says already. */
export interface ArmSpec extends Omit<ResourceKind, "api" | "id" | "outputs" | "name"> {
  /** What ARM refuses a name for. The provider itself makes one: see `automaticName`. */
  readonly named: Pick<NameRule, "max" | "pattern" | "words">;
  readonly outputs?: (inputs: Values, made: Made) => Values;
  /** Whether the provider makes another one where `location` changes. */
  readonly stays?: boolean;
}

/** A type that lies in ARM's tree as all do: its id, the names in it and what has to be there first. */
export function armKind(token: string, spec: ArmSpec): ResourceKind {
  const { path, namespace, scope } = typeOf(token);
  const { named, outputs, stays = false, references = {}, replaces = [], ...rest } = spec;
  const own = path.at(-1)?.[1] ?? "";
  const members = path.map(([, input]) => input).filter((input) => !input.startsWith("="));
  const places = [scope ?? "resourceGroupName", ...members];
  return {
    ...rest,
    api: [namespace.replace("Microsoft.", ""), token.split(":")[1] ?? ""],
    name: { ...named, property: own, automatic: automaticName(token) },
    references: { ...placeReferences(token), ...references },
    replaces: [...new Set([...places, ...(stays ? ["location"] : []), ...replaces])],
    id: (inputs, view) => armId(view, token, inputs),
    outputs: (inputs, made) => outputs?.(inputs, made) ?? {},
    release: (entity, view) => {
      // What is there with its parent is not deleted but set back, which a lock lets pass.
      if (rest.repeatable !== true) refuseLocked(entity, view);
      rest.release?.(entity, view);
    },
  };
}

/** The provider writes eight hexadecimal digits behind the names of what lies in a group, and none behind a child's. */
const automaticName = (token: string): true | ((name: string) => string) => {
  const { path, scope } = typeOf(token);
  if (token === "authorization:RoleAssignment") return () => uuid();
  return path.length > 1 || scope !== undefined ? (name) => name : true;
};

/** A lock holds what it is on, and everything below. */
export function refuseLocked({ id, token }: Entity, view: AzureView): void {
  if (token === "authorization:ManagementLockByScope") return;
  const lock = view
    .of("authorization:ManagementLockByScope")
    .find(({ outs }) => isWithin(id, outs.scope) || (token === groupToken && isWithin(text(outs.scope), id)));
  if (lock !== undefined)
    throw new CloudError(
      "ScopeLocked",
      `The scope '${id}' cannot perform delete operation because following scope(s) are locked: '${text(lock.outs.scope)}'. ` +
        "Please remove the lock and try again.",
    );
}

/** `armKinds({ "network:Subnet": spec })` */
export const armKinds = (specs: Readonly<Record<string, ArmSpec>>): Kinds =>
  Object.fromEntries(Object.entries(specs).map(([token, spec]) => [token, armKind(token, spec)]));

/** Something of a parent that is at work on another request: ARM takes one at a time. */
export const busy = (entities: readonly Entity[], view: AzureView, except?: Entity): Entity | undefined =>
  entities.find(({ id, readyAt, outs }) => id !== except?.id && (readyAt > view.now || outs.simulatedLeaving === true));
