import assert from "node:assert/strict";
import {
  checkFirstPool,
  checkMaker,
  checkVersion,
  createAzurePlatform,
} from "../../../components/platform/azure/create";
import { apiIn } from "../../../components/platform/azure/kubeconfig";
import { record, type Recording } from "../../support/harness";
import { subscriptionId } from "../figures/values";
import { azureSettings, settingsOf } from "../settings";
import {
  answering,
  azureCalls,
  azureOutputs,
  caller,
  credentials,
  look,
  runningCluster,
  tenantId,
  type Answers,
} from "./support";

const notThere = (code: string) => new Error(`Status=404 Code="${code}" Message="It was looked for in vain."`);

const network = {
  kind: "existing",
  ...{ name: "own", resourceGroup: "network", nodesSubnet: "nodes", postgresSubnet: "db", endpointsSubnet: "ends" },
} as const;
const cluster = { kind: "existing", name: "own", resourceGroup: "clusters" } as const;

const ownNetwork: Answers = {
  getVirtualNetwork: () => ({
    location: "Sweden Central",
    addressSpace: { addressPrefixes: ["10.9.0.0/16", "fd00::/48"] },
    subnets: [
      {
        ...{ name: "nodes", addressPrefix: "10.9.0.0/20", natGateway: { id: "nat" } },
        ...{ serviceEndpoints: [{ service: "Microsoft.Storage" }], ipConfigurations: [{ id: "1" }, { id: "2" }] },
      },
      {
        ...{ name: "db", addressPrefixes: ["10.9.16.0/24"] },
        delegations: [{ name: "pg", serviceName: "Microsoft.DBforPostgreSQL/flexibleServers" }],
      },
    ],
  }),
};

const ownCluster: Answers = {
  getManagedCluster: () => ({
    location: "swedencentral",
    currentKubernetesVersion: "1.34.6",
    identity: {
      type: "UserAssigned",
      userAssignedIdentities: { own: { clientId: "c", principalId: "principal-own" } },
    },
    oidcIssuerProfile: { enabled: true, issuerURL: "https://oidc.test/own/" },
    securityProfile: { workloadIdentity: { enabled: true } },
    networkProfile: { podCidr: "10.200.0.0/16" },
    agentPoolProfiles: [],
  }),
};

describe("asking Azure before anything is made", () => {
  it("says in whose name, in which subscription, and that nothing is there yet", async () => {
    const facts = await look({}, {});
    assert.deepEqual([facts.subscriptionId, facts.tenantId, facts.caller], [subscriptionId, tenantId, caller]);
    assert.deepEqual([facts.clusterIsUp, facts.pools, facts.missing], [false, [], []]);
    const asked = facts.asked.find(({ token }) => token.endsWith("getManagedCluster"));
    assert.deepEqual(
      { ...(asked?.inputs as Record<string, unknown>) },
      { resourceGroupName: "logfire-test", resourceName: "logfire-test" },
    );
  });

  it("asks by the given provider alone", async () => {
    const { asked } = await look({}, {});
    assert.ok(asked.length >= 2 && asked.every(({ provider }) => provider?.includes("::platform-azure::")));
  });

  it("takes no other answer for `there is none`", async () => {
    const refused = () => new Error('Status=403 Code="AuthorizationFailed" Message="does not have authorization"');
    await assert.rejects(look({}, { getManagedCluster: refused }), /AuthorizationFailed/);
  });

  it("finds the pools of a cluster that is up, as they are now", async () => {
    const answer = await runningCluster({ general: { count: 6 }, scratch: { count: 9 } });
    const facts = await look({}, { getManagedCluster: () => answer });
    assert.equal(facts.clusterIsUp, true);
    assert.deepEqual(
      facts.pools.map(({ name, type, osDiskGib, version, count, minCount, maxCount }) => [
        ...[name.slice(0, 7), type, osDiskGib, version, count, minCount, maxCount],
      ]),
      [
        ["general", "Standard_D8ds_v5", 128, "1.35", 6, 4, 7],
        ["scratch", "Standard_E8ds_v6", 430, "1.35", 9, 4, 18],
      ],
    );
    assert.ok(facts.pools.every(({ profile }) => !("provisioningState" in profile) && "vnetSubnetID" in profile));
    assert.equal(facts.ownNodes, 15);
  });

  it("looks at an owner's network: its subnets, their room, whom they belong to, and whether they lead out", async () => {
    const facts = await look({ network }, ownNetwork);
    assert.deepEqual(facts.vnet, {
      location: "swedencentral",
      ranges: ["10.9.0.0/16"],
      subnets: [
        {
          ...{ name: "nodes", cidr: "10.9.0.0/20", usedAddresses: 2, delegations: [], leavesBy: "natGateway" },
          storageEndpoint: true,
        },
        {
          ...{ name: "db", cidr: "10.9.16.0/24", usedAddresses: 0, storageEndpoint: false },
          delegations: ["Microsoft.DBforPostgreSQL/flexibleServers"],
        },
      ],
    });
  });

  it("knows a route table from a NAT gateway, which comes first", async () => {
    const leavesBy = async (out: Record<string, unknown>) => {
      const subnets = [{ name: "nodes", addressPrefix: "10.9.0.0/20", ...out }];
      const { vnet } = await look({ network }, { getVirtualNetwork: () => ({ location: "swedencentral", subnets }) });
      return vnet?.subnets.map((subnet) => subnet.leavesBy);
    };
    const [natGateway, routeTable] = [{ id: "nat" }, { id: "routes" }];
    assert.deepEqual(await leavesBy({ routeTable }), ["routeTable"]);
    assert.deepEqual(await leavesBy({ natGateway, routeTable }), ["natGateway"]);
    assert.deepEqual(await leavesBy({}), [undefined]);
  });

  it("looks at an owner's cluster", async () => {
    const facts = await look({ network, cluster }, { ...ownNetwork, ...ownCluster });
    assert.deepEqual(facts.cluster, {
      ...{ name: "own", resourceGroup: "clusters", location: "swedencentral", version: "1.34" },
      ...{ workloadIdentity: true, issuer: "https://oidc.test/own/", principalId: "principal-own" },
      podsCidr: "10.200.0.0/16",
    });
    assert.equal(facts.running, undefined, "what it was told is its owner's business");
  });

  it("says all parts of the owner's that are not there", async () => {
    const facts = await look(
      {
        ...{ network, cluster, resourceGroup: { kind: "existing", name: "gone" } },
        dns: { kind: "existing", name: "acme.dev", resourceGroup: "dns" },
      },
      {
        getVirtualNetwork: () => notThere("ResourceNotFound"),
        getManagedCluster: () => notThere("ResourceNotFound"),
        getResourceGroup: () => notThere("ResourceGroupNotFound"),
        getZone: () => notThere("NotFound"),
      },
    );
    assert.deepEqual(
      facts.missing.map(({ key, problem }) => `${key}: ${problem}`),
      [
        'azure.resourceGroup.existing: there is no resource group "gone" in the subscription',
        'azure.network.existing: there is no virtual network "own" in the resource group "network"',
        'azure.cluster.existing: there is no cluster "own" in the resource group "clusters"',
        'azure.dns.existing: there is no DNS zone "acme.dev" in the resource group "dns"',
      ],
    );
  });
});

describe("a kubeconfig of Azure's", () => {
  it("is read for address and certificate alone", () => {
    const [{ value } = assert.fail()] = credentials().kubeconfigs;
    assert.deepEqual(apiIn(value), { endpoint: "https://cluster.test:443", certificateAuthority: "Y2E=" });
    assert.throws(() => apiIn(""), /names no cluster/);
  });
});

describe("making the platform", () => {
  const make = async (given: Parameters<typeof settingsOf>[0], answers: Answers): Promise<Recording<unknown>> => {
    const { call } = answering(answers);
    const recording = await record(
      () => {
        const made = createAzurePlatform("platform", { settings: settingsOf(given), secrets: {} });
        made.catch(() => undefined);
        return made;
      },
      {
        outputs: azureOutputs,
        call: (args) => (args.token.includes(":list") ? azureCalls(args) : call(args)),
      },
    );
    await recording.result;
    return recording;
  };

  it("says everything that does not fit the subscription, and then has made nothing", async () => {
    const refused = make(
      {
        platform: {
          subscriptionId: "ffffffff-0000-0000-0000-000000000000",
          dns: { kind: "existing", name: "acme.dev", resourceGroup: "dns" },
        },
      },
      { getZone: () => notThere("ResourceNotFound") },
    );
    await assert.rejects(refused, (error: Error) => {
      assert.match(error.message, /azure\.subscriptionId: is "ffffffff-0000-0000-0000-000000000000"/);
      assert.match(error.message, /azure\.dns\.existing: there is no DNS zone "acme\.dev"/);
      assert.ok(!error.message.includes("    at "));
      return true;
    });
  });

  it("refuses whoever makes the cluster as a further administrator, which Azure would do halfway through", () => {
    const { cluster: usual } = azureSettings();
    assert.ok(usual.kind === "create");
    const named = { cluster: { ...usual, administrators: [caller] } };
    const [problem, ...others] = checkMaker(named, { caller, clusterIsUp: false });
    assert.match(problem?.problem ?? "", /is who makes the cluster/);
    assert.deepEqual(others, []);
    assert.deepEqual(checkMaker(named, { caller, clusterIsUp: true }), [], "another may have made it");
    assert.deepEqual(checkMaker({ cluster: usual }, { caller, clusterIsUp: false }), []);
  });

  it("refuses versions of Kubernetes that a cluster that is up does not go to, and says which comes next", () => {
    const { cluster: usual } = azureSettings();
    assert.ok(usual.kind === "create");
    const to = (version: string, currentKubernetesVersion?: string) =>
      checkVersion(
        { cluster: { ...usual, version } },
        currentKubernetesVersion === undefined ? {} : { running: { currentKubernetesVersion } },
      ).map(({ problem, remedy }) => `${problem}; ${remedy}`);
    assert.deepEqual([to("1.37"), to("1.35", "1.35.8"), to("1.36", "1.35.8")], [[], [], []]);
    assert.deepEqual(to("1.37", "1.35.8"), [
      '"1.37" skips versions after the 1.35.8 that runs; write "1.36" first, and update',
    ]);
    assert.deepEqual(to("1.34", "1.35.8"), [
      '"1.34" is older than the 1.35.8 that runs, and AKS never goes back; write "1.35"',
    ]);
  });

  it("refuses another machine for the first pool of a cluster that is up, and says which to keep", async () => {
    const answer = await runningCluster({});
    const { pools } = await look({}, { getManagedCluster: () => answer });
    const { cluster: usual, nodes } = azureSettings();
    const changed = (change: Partial<typeof nodes.general>) =>
      checkFirstPool({ cluster: usual, nodes: { ...nodes, general: { ...nodes.general, ...change } } }, { pools });
    assert.deepEqual(changed({ maxNodes: 30 }), []);
    const [problem = assert.fail("nothing")] = changed({ type: "Standard_D16ds_v5" });
    assert.equal(problem.key, "azure.nodes.general.type");
    assert.match(problem.problem, /"Standard_D16ds_v5" is not the "Standard_D8ds_v5" of the cluster that is up/);
    assert.match(problem.remedy, /write Standard_D8ds_v5/);
    assert.deepEqual(
      changed({ osDiskGib: 200 }).map(({ key, remedy }) => [key, remedy]),
      [["azure.nodes.general.osDiskGib", "write 128"]],
    );
    assert.deepEqual(checkFirstPool({ cluster: usual, nodes }, { pools: [] }), []);
    const general = { ...nodes.general, type: "Standard_D16ds_v5" };
    await assert.rejects(
      make({ platform: { nodes: { ...nodes, general } } }, { getManagedCluster: () => answer }),
      /AKS never changes the machines of a cluster's first pool/,
    );
  });
});
