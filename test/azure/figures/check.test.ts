import assert from "node:assert/strict";
import { checkAzure, type AdoptedSubnet, type CheckedFacts } from "../../../components/platform/azure/check";
import { mostTags } from "../../../components/platform/azure/names";
import type { AzurePlatformSettings } from "../../../components/settings/azure/types";
import { describeChecks, foundIn } from "../../clouds/check";
import {
  adoptedCluster,
  adoptedNetwork,
  adoptedVnet,
  azure,
  checked,
  generous,
  problem,
  problems,
  sixInputs,
  subscriptionId,
  type Values,
  withAzure,
} from "./values";

const subscription = { stacks: azure, check: checkAzure, generous };
const found = foundIn(subscription);

const adopted = { network: { kind: "existing" as const, ...adoptedNetwork } };
const inNetwork = (vnet: CheckedFacts["vnet"] = adoptedVnet) => found({ vnet }, {}, adopted);
const changed = (name: string, change: Partial<AdoptedSubnet>) => ({
  ...adoptedVnet,
  subnets: adoptedVnet.subnets.map((subnet) => (subnet.name === name ? { ...subnet, ...change } : subnet)),
});

// Of limits that nobody knows is only warned before the first node.
describeChecks({ ...subscription, generous: { ...generous, clusterIsUp: true } }, () => {
  it("is refused in another subscription than the one it names", () => {
    const named = "11111111-2222-3333-4444-555555555555";
    assert.deepEqual(found({}, withAzure({ subscriptionId: named })), [
      `azure.subscriptionId: is "${named}", and the credentials have chosen ${subscriptionId}; run az account set --subscription ${named}, or write the other one`,
    ]);
  });

  it("warns of limits that are too low, where they are known, with the numbers and the way to more", () => {
    const quotas = { ...generous.quotas, cores: 32, StandardEdsv6Family: 100 };
    const { problems, warnings } = checkAzure(checked(), { ...generous, quotas });
    assert.deepEqual(problems, []);
    const ask = `az quota update --scope /subscriptions/${subscriptionId}/providers/Microsoft.Compute/locations/swedencentral`;
    assert.deepEqual(warnings, [
      `Total Regional vCPUs (cores): the subscription has 32, and this stack needs 48 even to come up ([7 + 3 of an upgrade] Standard_D8ds_v5 × 8 + [18 + 6 of an upgrade] Standard_E8ds_v6 × 8 = 272 at the most, 48 at the least), beside what else runs in it. Ask for more: ${ask} --resource-name cores --limit-object value=272`,
      `vCPUs of Edsv6 (StandardEdsv6Family): the subscription has 100, and this stack needs 192 at full scale ([18 + 6 of an upgrade] Standard_E8ds_v6 × 8 = 192 at the most, 24 at the least), beside what else runs in it. Ask for more: ${ask} --resource-name StandardEdsv6Family --limit-object value=192`,
    ]);
  });

  it("says the numbers of limits that are not known before the first node, and not again", () => {
    const { warnings } = checkAzure(checked(), { ...generous, quotas: {} });
    assert.equal(warnings.length, 3);
    assert.equal(
      warnings[2],
      "vCPUs of Edsv6 (StandardEdsv6Family): a new subscription has 10, and this stack needs 24 to come up and 192 at the most " +
        "([18 + 6 of an upgrade] Standard_E8ds_v6 × 8), beside what else runs in it. What yours has: az vm list-usage --location swedencentral --output table. " +
        `Ask for more: az quota update --scope /subscriptions/${subscriptionId}/providers/Microsoft.Compute/locations/swedencentral ` +
        "--resource-name StandardEdsv6Family --limit-object value=192",
    );
    assert.deepEqual(checkAzure(checked(), { ...generous, quotas: {}, clusterIsUp: true }).warnings, []);
  });
});

describe("what Flexible Server offers in a location", () => {
  const inLocation = (location: string, postgres: Values = {}) => {
    const { problems, warnings } = checkAzure(checked(withAzure({ location, postgres })), generous);
    return { problems: problems.map(({ key, problem }) => `${key}: ${problem}`), warnings };
  };

  it("is a warning where a new standby is blocked for the time being, until the server is there", () => {
    const { problems, warnings } = inLocation("westeurope");
    assert.deepEqual(problems, []);
    assert.match(
      warnings.join("\n"),
      /^azure\.postgres\.zoneRedundant: is true, and Azure makes no new standbys in another zone in westeurope .* azure\.location: swedencentral/,
    );
    assert.deepEqual(inLocation("westeurope", { zoneRedundant: false }).warnings, []);
    assert.deepEqual(inLocation("swedencentral").warnings, []);
    const up = checkAzure(checked(withAzure({ location: "westeurope" })), { ...generous, clusterIsUp: true });
    assert.deepEqual(up.warnings, []);
    const cluster = { kind: "existing" as const, name: "mine", resourceGroup: "clusters" };
    const beside = checkAzure(checked({}, { location: "westeurope", cluster }), { ...generous, clusterIsUp: true });
    assert.equal(beside.warnings.length, 1, "an owner's cluster is up before the first server");
  });

  it("knows nothing of a server of the owner's", () => {
    const postgres = { existing: { host: "db.mycompany.dev", adminUser: "admin" } };
    const secrets = { ...sixInputs.secrets, postgresAdminPassword: "password-of-the-owner" };
    const { problems, warnings } = checkAzure(
      checked(withAzure({ location: "japanwest", postgres }, { secrets })),
      generous,
    );
    assert.deepEqual({ problems, warnings }, { problems: [], warnings: [] });
  });
});

describe("an adopted virtual network", () => {
  it("is accepted with its three subnets, room and a way out", () => assert.deepEqual(inNetwork(), []));

  it("is refused in another location", () =>
    assert.deepEqual(inNetwork({ ...adoptedVnet, location: "northeurope" }), [
      "azure.network.existing: mine lies in northeurope, and azure.location is swedencentral; write azure.location: northeurope",
    ]));

  it("is refused with a subnet that is not its own", () => {
    const subnets = adoptedVnet.subnets.filter(({ name }) => name !== "endpoints");
    assert.deepEqual(inNetwork({ ...adoptedVnet, subnets }), [
      'azure.network.existing.endpointsSubnet: "endpoints" is not a subnet of mine; choose from nodes, databases',
    ]);
  });

  it("is refused where nodes have no way out, which may be a route table", () => {
    const subnets = adoptedVnet.subnets.map(({ leavesBy: _, ...subnet }) => subnet);
    assert.match(
      inNetwork({ ...adoptedVnet, subnets })[0] ?? "",
      /^azure\.network\.existing\.nodesSubnet: nodes has neither a NAT gateway nor a route table/,
    );
    assert.deepEqual(inNetwork(changed("nodes", { leavesBy: "routeTable" })), []);
  });

  it("is refused with too few free addresses, with the arithmetic", () =>
    assert.equal(
      inNetwork(changed("nodes", { cidr: "10.80.0.0/26", usedAddresses: 30 }))[0],
      "azure.network.existing.nodesSubnet: nodes (10.80.0.0/26) has 29 free addresses, and 36 are needed at full scale " +
        "(7 general and 3 of an upgrade + 18 scratch and 6 of an upgrade + 2 others); name a larger subnet, or lower azure.nodes' maxNodes",
    ));

  it("does not count the stack's own nodes among what is in its way", () => {
    const vnet = changed("nodes", { cidr: "10.80.0.0/26", usedAddresses: 30 });
    assert.deepEqual(found({ vnet, ownNodes: 28 }, {}, adopted), []);
    assert.match(found({ vnet, ownNodes: 3 }, {}, adopted)[0] ?? "", /has 34 free addresses, and 36 are needed/);
  });

  it("is refused where delegations are missing, or in the way", () => {
    const delegations = ["Microsoft.DBforPostgreSQL/flexibleServers"];
    assert.match(
      inNetwork(changed("databases", { delegations: [] }))[0] ?? "",
      /databases is not delegated to Microsoft/,
    );
    assert.match(inNetwork(changed("nodes", { delegations }))[0] ?? "", /nodes is delegated to .*, and takes no nodes/);
    assert.match(
      inNetwork(changed("endpoints", { delegations }))[0] ?? "",
      /endpoints is delegated to .*, and takes no private endpoints/,
    );
    assert.match(inNetwork(changed("databases", { cidr: "10.80.16.0/29" }))[0] ?? "", /is too small for a server/);
  });

  it("is refused where it overlaps the cluster's own ranges, but not for a cluster that is there", () => {
    const vnet = { ...adoptedVnet, ranges: ["10.80.0.0/16", "10.244.0.0/24"] };
    assert.match(
      inNetwork(vnet)[0] ?? "",
      /^azure\.cluster\.podsCidr: "10\.244\.0\.0\/16" overlaps 10\.244\.0\.0\/24, which belongs to azure\.network\.existing/,
    );
    const cluster = { kind: "existing" as const, name: "mine", resourceGroup: "clusters" };
    assert.deepEqual(found({ vnet, cluster: adoptedCluster }, {}, { ...adopted, cluster }), []);
  });
});

describe("an adopted cluster on Azure", () => {
  const cluster = { kind: "existing" as const, name: "mine", resourceGroup: "clusters" };
  const withCluster = (facts: CheckedFacts["cluster"], change: Partial<AzurePlatformSettings> = {}) =>
    found({ vnet: adoptedVnet, cluster: facts }, {}, { ...adopted, cluster, ...change });

  it("is accepted where pods can have identities", () => assert.deepEqual(withCluster(adoptedCluster), []));

  it("is refused without, and with the command that mends it", () =>
    assert.deepEqual(withCluster({ ...adoptedCluster, workloadIdentity: false }), [
      "azure.cluster.existing: mine gives pods no identities, and pods reach the storage account by theirs; " +
        "run az aks update --name mine --resource-group clusters --enable-oidc-issuer --enable-workload-identity",
    ]));

  it("is refused where its pods have addresses of the nodes' subnet, which is too small for them", () => {
    const vnet = changed("nodes", { cidr: "10.80.0.0/21" });
    const inside = { vnet, cluster: adoptedCluster, ownNodes: 0 };
    assert.deepEqual(
      found({ ...inside, cluster: { ...adoptedCluster, podsCidr: "10.200.0.0/16" } }, {}, { ...adopted, cluster }),
      [],
    );
    assert.match(
      found(inside, {}, { ...adopted, cluster })[0] ?? "",
      /has 2040 free addresses, and 3776 are needed at full scale \(\(7 general .*\) × 111, each with 110 pods \+ 2 others\)/,
    );
  });

  it("is refused in another location", () =>
    assert.match(withCluster({ ...adoptedCluster, location: "uksouth" })[0] ?? "", /mine lies in uksouth/));
});

describe("a database that begins with another one's state", () => {
  it("has no standby at first, because Azure makes none, and the refusal says how to get one", () => {
    const restoreFrom = "/subscriptions/s/resourceGroups/g/providers/Microsoft.DBforPostgreSQL/flexibleServers/old";
    assert.equal(
      problem(withAzure({ postgres: { restoreFrom } })),
      "azure.postgres.zoneRedundant: is true, and Azure restores a server without a standby; write azure.postgres.zoneRedundant: " +
        "false; when the server is there, remove that and restoreFrom, and the next update adds the standby",
    );
    assert.deepEqual(problems(withAzure({ postgres: { restoreFrom, zoneRedundant: false } })), []);
  });
});

describe("what Azure takes a limited number of", () => {
  const tags = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`tag${at}`, "x"]));

  it("is refused beyond it: tags of zones", () => {
    assert.deepEqual(problems(withAzure({ tags: tags(mostTags) })), []);
    assert.equal(
      problem(withAzure({ tags: tags(mostTags + 1) })),
      "azure.tags: are 13, and Azure DNS takes 12 on a zone beside the stack's own; write at most 12",
    );
  });

  it("is refused beyond it: the same role for the same person, however the id is written", () => {
    const id = "01234567-89ab-cdef-0123-456789abcdef";
    const cluster = { apiAccess: ["203.0.113.7/32"], administrators: [id, id.toUpperCase()] };
    assert.match(
      problem(withAzure({ cluster })),
      /^azure\.cluster\.administrators: ".*" is there twice; name everybody once$/,
    );
  });
});
