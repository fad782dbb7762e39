import { digest } from "../cloud/ids";
import { CloudError, text, type Entity, type Values } from "../cloud/model";
import type { Lookup as Lookups } from "../cloud/simulation";
import { armId, byId, groupId, groupToken, isWithin } from "./arm";
import type { AzureView } from "./kind";
import { poolsOf } from "./services/agentPools";
import { clusterToken } from "./services/cluster";
import { recordToken, zoneToken } from "./services/dns";
import { databaseToken } from "./services/redis";
import { subnetsOf } from "./services/network";

type Lookup = Lookups<AzureView>;

/** What an ARM id names; ARM says apart whether its group is there. */
function found(view: AzureView, token: string, args: Values): Entity {
  const group = groupId(view, args.resourceGroupName);
  if (byId(view, groupToken, group) === undefined)
    throw new CloudError(
      "ResourceGroupNotFound",
      `Resource group '${text(args.resourceGroupName)}' could not be found.`,
    );
  const id = token === groupToken ? group : armId(view, token, args);
  const entity = byId(view, token, id);
  if (entity === undefined)
    throw new CloudError(
      "ResourceNotFound",
      `The Resource '${id.split("/providers/")[1] ?? id}' under resource group '${text(args.resourceGroupName)}' was not found.`,
    );
  return entity;
}

const plain = (token: string, unset: readonly string[] = []): Lookup => ({
  answer: (args, view) => {
    const { id, outs } = found(view, token, args);
    return { ...outs, id };
  },
  unset,
});

/** What a subnet within its network's answer has. */
const subnetIn = ({ id, outs }: Entity): Values => ({
  ...outs,
  id,
  ...(outs.natGateway === undefined ? {} : { natGateway: outs.natGateway }),
});

const virtualNetwork: Lookup = {
  answer: (args, view) => {
    const { id, outs } = found(view, "network:VirtualNetwork", args);
    return { ...outs, id, subnets: subnetsOf(view, id).map(subnetIn) };
  },
};

const managedCluster: Lookup = {
  answer: (args, view) => {
    const { id, outs } = found(view, clusterToken, args);
    const pools = poolsOf(view, id).map((pool) => profileOf(pool));
    return { ...outs, id, agentPoolProfiles: pools };
  },
};

/** A pool as its cluster answers it: `type` is that of its machines there. */
const profileOf = ({ id, outs }: Entity): Values => ({
  eTag: "",
  ...Object.fromEntries(Object.entries(outs).filter(([key]) => !ofResource.includes(key))),
  ...{ name: id.split("/").at(-1), type: "VirtualMachineScaleSets" },
});

/** What a pool has as a resource of its own, and not within its cluster. */
const ofResource = ["agentPoolName", "azureApiVersion", "resourceGroupName", "resourceName", "simulatedInline"];

/** What `kubelogin` is told in the kubeconfig that AKS hands out where local accounts are off. */
const aksServer = "6dae42f8-4368-4678-94ff-3960e28e3630";

const credentials: Lookup = {
  answer: (args, view) => {
    const { outs } = found(view, clusterToken, args);
    const name = text(outs.name);
    const cluster = { server: view.controlPlane.server, "certificate-authority-data": view.controlPlane.authority };
    const exec = {
      ...{ apiVersion: "client.authentication.k8s.io/v1beta1", command: "kubelogin" },
      args: ["get-token", "--environment", "AzurePublicCloud", "--server-id", aksServer, "--login", "devicecode"],
    };
    const user = `clusterUser_${text(outs.resourceGroupName)}_${name}`;
    // JSON is YAML as well.
    const config = JSON.stringify({
      ...{ apiVersion: "v1", kind: "Config", "current-context": name },
      clusters: [{ name, cluster }],
      contexts: [{ name, context: { cluster: name, user } }],
      users: [{ name: user, user: { exec } }],
    });
    return { kubeconfigs: [{ name: "clusterUser", value: Buffer.from(config).toString("base64") }] };
  },
};

const databaseKeys: Lookup = {
  answer: (args, view) => {
    const { id, outs } = found(view, databaseToken, args);
    if (outs.accessKeysAuthentication !== "Enabled")
      throw new CloudError("BadRequest", "Access keys authentication is disabled on the database.");
    // Made of the id again each time: the account's files hold no secret.
    const key = (which: string) => Buffer.from(digest(`${which} ${id}`, 64), "hex").toString("base64");
    return { primaryKey: key("primary"), secondaryKey: key("secondary") };
  },
};

const zone: Lookup = {
  answer: (args, view) => {
    const { id, outs } = found(view, zoneToken, args);
    const records = view.of(recordToken).filter((each) => isWithin(each.id, id));
    return { ...outs, id, numberOfRecordSets: records.length + 2 };
  },
};

export const lookups: Readonly<Record<string, Lookup>> = {
  "azure-native:authorization:getClientConfig": {
    answer: (_args, { caller, subscriptionId, tenantId }) => ({ ...caller, subscriptionId, tenantId }),
  },
  "azure-native:resources:getResourceGroup": plain(groupToken),
  "azure-native:network:getVirtualNetwork": virtualNetwork,
  "azure-native:network:getSubnet": plain("network:Subnet"),
  "azure-native:network:getPublicIPAddress": plain("network:PublicIPAddress"),
  "azure-native:containerservice:getManagedCluster": managedCluster,
  "azure-native:containerservice:listManagedClusterUserCredentials": credentials,
  "azure-native:redisenterprise:listDatabaseKeys": databaseKeys,
  "azure-native:dns:getZone": zone,
  "azure-native:storage:getStorageAccount": plain("storage:StorageAccount"),
  "azure-native:dbforpostgresql:getServer": plain("dbforpostgresql:Server"),
};
