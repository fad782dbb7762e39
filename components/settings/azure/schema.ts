import { z } from "zod";
import type { PoolName } from "../../platform/shared/nodePlan";
import { storageSizes } from "../../platform/azure/figures/databaseSizes";
import { type About, choice, type Fault, field, fault, fine, flag, matching, show, text } from "../fields";
import { cidr, hostname } from "../formats";
import { map } from "../maps";
import {
  adopted,
  byPreset,
  clusterVersion,
  count,
  existingPostgres,
  gib,
  manageRecords,
  ofTheStack,
  otherRedis,
  poolFields,
  poolNouns,
  zoneName,
} from "../schemaCloud";

const resourceName = (about: About) =>
  matching(/^[A-Za-z0-9][A-Za-z0-9._()-]{0,89}$/, "the name of a resource", "my-network", about);
const resourceGroupName = (means: string) => resourceName({ means });
const guid = (what: string, about: About) =>
  matching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, what, '"01234567-89ab-cdef-0123-456789abcdef"', about);

function tagFault(key: string, value: unknown): Fault | undefined {
  if (/^(microsoft|azure|windows)/i.test(key))
    return { problem: "begins with a word that belongs to Microsoft", remedy: "choose another name" };
  // Storage accounts take the shortest names of all.
  if (!/^[^<>%&\\?/]{1,128}$/.test(key))
    return { problem: "is not the name of a tag", remedy: "write at most 128 characters, none of <>%&\\?/" };
  return typeof value === "string" && value.length <= 256
    ? undefined
    : { problem: `${show(value)} is not the value of a tag`, remedy: "write text of at most 256 characters" };
}

const tags = map<string>(
  {
    means:
      "On everything that can carry tags, beside those that say whose it is. At most twelve. DNS zones get those whose names " +
      "are letters, digits, `-`, `_` and `.`, no digit first.",
    change: "The tags change; nothing restarts.",
  },
  "tags: `key: value`",
  (key, value) => {
    const found = tagFault(key, value);
    return found === undefined ? { value: String(value) } : { faults: [found] };
  },
);

const networkFields = z.strictObject({
  cidr: cidr({
    means: "IPv4 range of the virtual network, /16 to /24. Nodes take addresses of it, pods do not.",
    change: ofTheStack,
    default: "10.60.0.0/16",
  }).optional(),
  existing: z
    .strictObject({
      name: resourceName({ means: "Your virtual network, in `azure.location`." }),
      resourceGroup: resourceGroupName("Its resource group."),
      nodesSubnet: resourceName({ means: "Subnet for nodes, with a NAT gateway or a route table that leads out." }),
      postgresSubnet: resourceName({
        means: "Subnet delegated to Microsoft.DBforPostgreSQL/flexibleServers, with nothing else in it.",
        default: "required where PostgreSQL is made",
      }).optional(),
      endpointsSubnet: resourceName({
        means: "Subnet for private endpoints.",
        default: "required where Redis is made",
      }).optional(),
    })
    .optional()
    .meta(adopted("your virtual network")),
});

const clusterFields = z.strictObject({
  version: clusterVersion("AKS"),
  apiAccess: z
    .array(cidr({ means: "An address range." }))
    .optional()
    .meta({
      means:
        "Ranges that reach the cluster's API, that of the machine that runs `pulumi up` among them. Never the whole " +
        "internet. Empty: a private cluster, which only the network reaches.",
      change: "Nothing restarts; from empty to some or back, the cluster is created anew.",
      default: "none; required with a network that is made, because nobody is inside it yet",
    }),
  administrators: z
    .array(guid("the object id of a group, user or service principal", { means: "An object id of Entra." }))
    .optional()
    .meta({
      means: "Entra groups, users and service principals that administer the cluster, beside whoever makes it.",
      change: "Nothing restarts.",
      default: "none",
    }),
  podsCidr: cidr({
    means: "Range of pods, /24 of it for each node, outside of the virtual network. Other stacks may have the same.",
    change: "The cluster is created anew.",
    default: "10.244.0.0/16",
  }).optional(),
  servicesCidr: cidr({
    means: "Range of the cluster's Services, which nothing that pods call may lie in.",
    change: "The cluster is created anew.",
    default: "172.20.0.0/16",
  }).optional(),
  logRetentionDays: count(30, 730, {
    means: "How long Log Analytics keeps the logs of the control plane and of PostgreSQL.",
    change: "Older logs are deleted.",
    default: "`30`",
  }),
  existing: z
    .strictObject({
      name: resourceName({ means: "Name of your AKS cluster, in `azure.network.existing`." }),
      resourceGroup: resourceGroupName("Its resource group."),
    })
    .optional()
    .meta(adopted("your cluster, with what runs in it,")),
});

const poolChange: Readonly<Record<PoolName, string>> = {
  general: "Refused while the cluster is up: AKS never changes the machines of a cluster's first pool.",
  scratch: "The nodes are replaced one after the other.",
};

const pool = (which: PoolName) => {
  const { type: _, ...bounds } = poolFields(poolNouns[which]);
  return z
    .strictObject({
      type: text({
        means: `Size of the virtual machines of ${poolNouns[which]}.`,
        change: poolChange[which],
        default: byPreset,
      }).optional(),
      osDiskGib: gib(30, {
        means: `Ephemeral OS disk of ${poolNouns[which]}, on the machine's local disk${which === "scratch" ? "; scratch lies on it" : ""}.`,
        change: poolChange[which],
        default: which === "scratch" ? "nearly all of one local disk" : "128",
      }),
      ...bounds,
    })
    .prefault({});
};

const postgresFields = z.strictObject({
  sku: text({
    means: "Size of the Flexible Server for PostgreSQL 16.",
    change: "The database restarts, with a standby within a minute or two.",
    default: byPreset,
  }).optional(),
  storageGib: gib(storageSizes[0], {
    means: `Storage to begin with, one of ${storageSizes.slice(0, 6).join(", ")} and so on. It doubles by itself and never shrinks.`,
    change:
      "It grows; smaller is refused. After it has grown by itself, write what `az postgres flexible-server show` says before " +
      "any other change of the server, which Azure would take for a smaller disk.",
    default: byPreset,
  }),
  zoneRedundant: flag({
    means: "Keeps a standby in another zone. Burstable sizes cannot.",
    change: "Nothing restarts.",
    default: "`true`, but for the preset `tiny`",
  }).optional(),
  backupDays: count(7, 35, { means: "Days for which every moment can be restored.", default: "`7`" }),
  geoBackup: flag({
    means: "Copies the backups into the paired location.",
    change: "Fixed when the server is made.",
    default: "`false`",
  }).optional(),
  restoreFrom: matching(
    /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.DBforPostgreSQL\/flexibleServers\/[^/]+$/i,
    "the id of a Flexible Server",
    "/subscriptions/…/resourceGroups/…/providers/Microsoft.DBforPostgreSQL/flexibleServers/…",
    {
      means:
        "Flexible Server whose latest state the new one begins with: its id. It has to be in a virtual network too. The " +
        "new one has its size, its storage and no standby.",
      change:
        "Nothing: it is read when the server is made. Remove it then: with it, Azure takes no change of the server.",
      default: "an empty database",
    },
  ).optional(),
  existing: existingPostgres,
});

const objectStoreFields = z.strictObject({
  redundancy: choice(["ZRS", "LRS"], "a kind of redundancy", {
    means: "Copies in three zones (`ZRS`), or three in one (`LRS`).",
    change:
      "Azure refuses it here: `az storage account migration start` converts the account while it is used, which may take " +
      "days; then write what it has become.",
    default: "`ZRS`",
  }).optional(),
  existing: z
    .strictObject({
      account: matching(/^[a-z0-9]{3,24}$/, "the name of a storage account", "mycompanylogfire", {
        means: "Your storage account. Versioning and soft delete of blobs have to be off.",
        change: "Telemetry stored in the old account is not moved.",
      }),
      resourceGroup: resourceGroupName("Its resource group."),
      container: matching(/^[a-z0-9]([a-z0-9-]{1,61})[a-z0-9]$/, "the name of a container", "logfire", {
        means: "Your container in it. The pods' identity gets the role to read and write it, and nothing else of it.",
      }),
    })
    .optional()
    .meta(adopted("your container")),
});

const redisFields = z.strictObject({
  sku: text({
    means: "Size of Azure Managed Redis.",
    change:
      "Redis is scaled; with a standby without interruption, without one it loses what it holds. " +
      "`az redisenterprise list-skus-for-scaling` says what Azure allows.",
    default: byPreset,
  }).optional(),
  replica: flag({
    means: "Keeps a standby in another zone.",
    change: "From `false` to `true`, Redis is scaled; Azure never takes a standby away.",
    default: "`true`, but for the preset `tiny`",
  }).optional(),
  ...otherRedis,
});

const dnsFields = z.strictObject({
  zone: zoneName("Azure DNS"),
  existing: z
    .strictObject({
      name: hostname({ means: "Name of your public zone, which holds every hostname." }),
      resourceGroup: resourceGroupName("Its resource group."),
    })
    .optional()
    .meta(adopted("your zone")),
  manage: manageRecords,
});

/** `swedencentral`, as the Resource Manager writes it, not "Sweden Central". */
const location = field(
  {
    means: "Location of everything, such as `swedencentral`. It needs three zones.",
    change: ofTheStack,
    default: "required",
  },
  "a location of Azure, such as `swedencentral`",
  (value) => {
    if (typeof value !== "string" || value === "")
      return fault(`${show(value)} is not a location`, "write swedencentral");
    const plain = value.toLowerCase().replace(/[^a-z0-9]/g, "");
    return plain === value ? fine(value) : fault(`${show(value)} is not how Azure writes a location`, `write ${plain}`);
  },
);

/** Keys below `azure`. What a default depends on is worked out when everything is known. */
export const azureSchema = z
  .strictObject({
    location: location.optional(),
    subscriptionId: guid("the id of a subscription", {
      means: "Subscription of everything, so that a stack never lands in another one.",
      change: ofTheStack,
      default: "the one that the credentials have chosen",
    }).optional(),
    tags: tags.default({}),
    resourceGroup: z
      .strictObject({
        existing: z
          .strictObject({ name: resourceName({ means: "Name of your resource group." }) })
          .optional()
          .meta(adopted("your resource group")),
      })
      .prefault({}),
    network: networkFields.prefault({}),
    cluster: clusterFields.prefault({}),
    nodes: z.strictObject({ general: pool("general"), scratch: pool("scratch") }).prefault({}),
    postgres: postgresFields.prefault({}),
    objectStore: objectStoreFields.prefault({}),
    redis: redisFields.prefault({}),
    dns: dnsFields.prefault({}),
  })
  .meta({ means: "Logfire's own place on Azure, with `platform: azure`. Each part is made, or one of yours is used." });

export type AzureConfiguration = z.output<typeof azureSchema>;
