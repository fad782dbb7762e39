import assert from "node:assert/strict";
import { ManagedCluster } from "@pulumi/azure-native/containerservice/managedCluster";
import { Subnet } from "@pulumi/azure-native/network/subnet";
import { VirtualNetwork } from "@pulumi/azure-native/network/virtualNetwork";
import { StorageClass } from "@pulumi/kubernetes/storage/v1/storageClass";
import {
  AzurePlatform,
  fromProgram,
  ProblemsError,
  resolveSettings,
  type AzureAdoption,
  type Settings,
} from "../../components";
import { createAzureProvider } from "../../components/platform/azure";
import { adoptedFacts } from "../../components/platform/azure/adopt";
import { record, reveal, valueOf, type RecordOptions } from "../support/harness";
import { factsOf } from "../azure/settings";
import { azureCalls, azureOutputs, comesAfter, inputsOf, ofType, one, onlyOf } from "../azure/component/support";

const values = {
  platform: "azure",
  hostname: "logfire.example.com",
  adminEmail: "sre@example.com",
  images: { credentials: { server: "registry.example.com", username: "reader" } },
};
const azure = { location: "swedencentral" };
const secrets = { registryPassword: "canary" };

/** The parts as a program has them that makes them in the same update. */
function ownParts(): AzureAdoption {
  const inGroup = { resourceGroupName: "mine" };
  const network = new VirtualNetwork("own-network", {
    ...inGroup,
    addressSpace: { addressPrefixes: ["10.70.0.0/20"] },
  });
  const subnet = (name: string, cidr: string) => {
    const { id } = new Subnet(`own-${name}`, { ...inGroup, virtualNetworkName: network.name, addressPrefix: cidr });
    return { id, cidr };
  };
  const cluster = new ManagedCluster("own-cluster", { ...inGroup, resourceName: "own" });
  return {
    network: {
      ...{ id: network.id, ranges: ["10.70.0.0/20"], ready: [network] },
      nodesSubnet: { ...subnet("nodes", "10.70.0.0/21"), storageEndpoint: true },
      ...{ postgresSubnet: subnet("db", "10.70.8.0/24"), endpointsSubnet: subnet("ends", "10.70.9.0/24") },
    },
    cluster: {
      ...{ name: "own", resourceGroup: "mine", version: "1.34", podsCidr: "10.200.0.0/16", ready: [cluster] },
      issuer: cluster.oidcIssuerProfile.apply((profile) => profile?.issuerURL ?? ""),
      afterNodes: (nodes) => [new StorageClass("own-disks", { provisioner: "disks" }, { dependsOn: [...nodes] })],
    },
  };
}

const plain: AzureAdoption = {
  network: {
    ...{ id: "/network", ranges: ["10.70.0.0/20"], nodesSubnet: { id: "/nodes", cidr: "10.70.0.0/21" } },
    ...{ postgresSubnet: { id: "/db", cidr: "10.70.8.0/24" }, endpointsSubnet: { id: "/ends", cidr: "10.70.9.0/24" } },
  },
};

const settingsFor = (adopt: AzureAdoption, more: Readonly<Record<string, unknown>> = {}): Settings =>
  resolveSettings(fromProgram({ ...values, azure, ...more }, { secrets, adopt }));

/** Against mocks: what is asked for. That Azure takes it, in one update, nothing here proves. */
const recordOwn = (options: RecordOptions = {}) =>
  record(
    () => {
      const adopt = ownParts();
      const settings = settingsFor(adopt);
      if (settings.platform.kind !== "azure") throw new Error("not on Azure");
      const provider = createAzureProvider("platform", settings.platform);
      const facts = { ...factsOf(), ...adoptedFacts(adopt, "swedencentral") };
      return new AzurePlatform("platform", { settings, secrets, adopt, facts }, { provider });
    },
    { outputs: azureOutputs, call: azureCalls, ...options },
  );

function problemsOf(run: () => unknown): readonly string[] {
  try {
    run();
  } catch (error) {
    if (error instanceof ProblemsError) return error.problems.map(({ key, problem }) => `${key}: ${problem}`);
    throw error;
  }
  return [];
}

describe("parts that a program hands over on Azure", function () {
  this.timeout(60_000);

  it("take the place of what would be made, by ids that are known only later", async () => {
    const recording = await recordOwn();
    for (const type of ["network:VirtualNetwork", "containerservice:ManagedCluster"])
      assert.equal(ofType(recording, type).length, 1, type);
    assert.deepEqual(
      ofType(recording, "containerservice:AgentPool").map((pool) => {
        const { vnetSubnetID, resourceName, resourceGroupName, orchestratorVersion } = inputsOf(pool);
        return [pool.name, vnetSubnetID, resourceName, resourceGroupName, orchestratorVersion];
      }),
      [
        ["platform-general", "own-nodes-id", "own", "mine", "1.34"],
        ["platform-scratch", "own-nodes-id", "own", "mine", "1.34"],
      ],
    );
    const { network } = inputsOf(onlyOf(recording, "dbforpostgresql:Server"));
    assert.equal((network as Record<string, unknown>)["delegatedSubnetResourceId"], "own-db-id");
    const { networkRuleSet } = inputsOf(onlyOf(recording, "storage:StorageAccount"));
    assert.equal((networkRuleSet as Record<string, unknown>)["defaultAction"], "Deny");
    const link = inputsOf(one(recording, "privatedns:VirtualNetworkLink", "platform-redis-link"));
    assert.deepEqual(link["virtualNetwork"], { id: "own-network-id" });
    const kubeconfig = String(reveal(inputsOf(recording.named("platform-kubernetes"))["kubeconfig"]));
    assert.match(kubeconfig, /"server":"https:\/\/cluster\.test:443"/);
    assert.deepEqual(recording.result.edge.clusterRanges, ["10.200.0.0/16", "10.70.0.0/20"]);
  });

  it("show in a preview what an update makes", async () => {
    const [update, preview] = [await recordOwn(), await recordOwn({ preview: true })];
    const list = ({ resources }: typeof update) => resources.map(({ type, name }) => `${type} ${name}`).sort();
    assert.deepEqual(list(preview), list(update));
  });

  it("come in order: nodes after what is ready, the owner's objects after nodes, Logfire after these", async () => {
    const recording = await recordOwn();
    const before = comesAfter(recording, "platform-general");
    assert.ok(before.has("own-network") && before.has("own-cluster"));
    assert.deepEqual([...recording.named("own-disks").dependsOn].sort(), ["platform-general", "platform-scratch"]);
    const ready = await Promise.all(recording.result.kubernetes.ready.map(({ urn }) => valueOf(urn)));
    assert.ok(ready.some((urn) => urn.endsWith("::own-disks")));
    assert.ok(comesAfter(recording, "platform-kubernetes").has("own-cluster"));
  });

  it("need no settings of what is not made, and tell nothing of a secret but that it is given", () => {
    const settings = settingsFor(plain, { azure: { ...azure, cluster: { apiAccess: ["203.0.113.7/32"] } } });
    assert.deepEqual(settings.logfire.givenSecrets, ["registryPassword"]);
    assert.ok(!JSON.stringify(settings).includes("canary"));
    assert.equal(settings.platform.kind === "azure" && settings.platform.network.kind, "existing");
  });

  it("are refused with everything that is wrong, the settings' own mistakes among it", () => {
    const wrong = {
      network: { ...plain.network, ranges: ["10.70.0.0"], nodesSubnet: { id: "/nodes", cidr: "all" } },
      cluster: { name: Promise.resolve("own"), resourceGroup: "mine", version: "" },
    } as unknown as AzureAdoption;
    const found = problemsOf(() => settingsFor(wrong, { hostname: "https://logfire/" }));
    for (const said of [
      /^adopt\.network\.ranges\[0\]: "10\.70\.0\.0" is not an IPv4 range/,
      /^adopt\.network\.nodesSubnet\.cidr: "all" is not an IPv4 range/,
      /^adopt\.cluster\.name: is not plain text/,
      /^adopt\.cluster\.version: is empty/,
      /^hostname: /,
    ])
      assert.ok(
        found.some((line) => said.test(line)),
        `${said} is not in\n${found.join("\n")}`,
      );
  });

  it("are refused without a subnet for what is made in it, under the name that it would be handed over by", () => {
    const { postgresSubnet: _, ...network } = plain.network ?? assert.fail();
    const found = problemsOf(() => settingsFor({ network }));
    assert.ok(
      found.some((line) => line.startsWith("adopt.network.postgresSubnet: ")),
      found.join("\n"),
    );
  });

  it("are refused as a cluster without its network", async () => {
    const settings = settingsFor({}, { azure: { ...azure, cluster: { apiAccess: ["203.0.113.7/32"] } } });
    const cluster = { name: "own", resourceGroup: "mine", version: "1.35", issuer: "https://oidc.test" };
    await assert.rejects(
      () => AzurePlatform.create("platform", { settings, secrets, adopt: { cluster } }),
      /adopt\.network: is missing: adopt\.cluster has a virtual network already; hand over/,
    );
  });
});
