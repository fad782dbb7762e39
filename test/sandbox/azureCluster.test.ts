import assert from "node:assert/strict";
import { record, text, type Values } from "../../sandbox/providers/cloud/model";
import { clusterInputs, makeCluster, makeIdentity, makeNetwork, pool, poolInputs } from "./azureAccount";
import { networkContributor, roleId, testAccount, type TestAccount } from "./azureAccount";

/** What AKS has against clusters and pools of nodes whose inputs are well formed. */
describe("clusters of the simulated azure subscription", () => {
  let azure: TestAccount;
  beforeEach(() => (azure = testAccount()));
  afterEach(() => azure.remove());

  it("wants for a cluster the right to join its subnet, a way out and ranges that are free", async () => {
    const network = await makeNetwork(azure);
    const identity = await azure.create("managedidentity:UserAssignedIdentity", { resourceName: "cluster" });
    const create = (inputs: Values = {}, subnet = network.nodes) =>
      azure.create("containerservice:ManagedCluster", clusterInputs(identity.id, subnet, inputs));
    await assert.rejects(create(), /AuthorizationFailed.*subnets\/join\/action' over scope '.*\/subnets\/nodes'/);
    await azure.create("authorization:RoleAssignment", {
      ...{ principalId: identity.principalId, principalType: "ServicePrincipal", scope: network.nodes },
      roleDefinitionId: roleId(networkContributor),
    });
    await assert.rejects(create({}, network.endpoints), /SubnetWithoutNATGateway/);
    const { networkProfile } = clusterInputs(identity.id, network.nodes);
    const ranges = (changes: Values) => ({ networkProfile: { ...record(networkProfile), ...changes } });
    await assert.rejects(create(ranges({ serviceCidr: "10.40.0.0/16" })), /ServiceCidrOverlapExistingSubnetsCidr/);
    await assert.rejects(create(ranges({ podCidr: "10.40.0.0/16" })), /InvalidPodCidr/);
    await assert.rejects(create(ranges({ dnsServiceIP: "10.1.0.10" })), /InvalidDNSServiceIP/);
    await assert.rejects(create({ kubernetesVersion: "1.31" }), /K8sVersionNotSupported/);
    const made = await create();
    assert.match(
      text(record(made.oidcIssuerProfile).issuerURL),
      /^https:\/\/swedencentral\.oic\.prod-aks\.azure\.com\//,
    );
  });

  it("takes addresses of all pods that a node may have with the node, unless they have a range of their own", async () => {
    const network = await makeNetwork(azure);
    const { id } = await makeIdentity(azure, network.nodes);
    const { networkProfile } = clusterInputs(id, network.nodes);
    const profile = { ...record(networkProfile), networkPluginMode: undefined, podCidr: undefined };
    const flat = (count: number) =>
      azure.create(
        "containerservice:ManagedCluster",
        clusterInputs(id, network.nodes, {
          ...{ networkProfile: profile, agentPoolProfiles: [pool(network.nodes, { count, maxCount: 60 })] },
        }),
      );
    await assert.rejects(flat(40), /Pre-allocated IPs 4441 exceeds IPs available 4091/);
    await flat(30);
    const scratch = poolInputs(network.nodes, { count: 7, maxCount: 9 });
    await assert.rejects(azure.create("containerservice:AgentPool", scratch), /Pre-allocated IPs 4108 exceeds/);
  });

  it("refuses machines that the location lacks, that cannot hold the disk, or that exceed a limit", async () => {
    const { network } = await makeCluster(azure);
    const create = (inputs: Values) => azure.create("containerservice:AgentPool", poolInputs(network.nodes, inputs));
    await assert.rejects(create({ vmSize: "Standard_Mystery" }), /VMSizeNotSupported/);
    await assert.rejects(create({ osDiskSizeGB: 441 }), /VMTemporaryDiskTooSmall.*temp disk of 440 GiB/);
    await assert.rejects(create({ vmSize: "Standard_E8s_v5", osDiskSizeGB: 128 }), /temp disk of 0 GiB/);
    await assert.rejects(create({ count: 90, maxCount: 100 }), /InsufficientVCPUQuota.*616 for cores in location/);
    await assert.rejects(create({ count: 70, maxCount: 100 }), /InsufficientVCPUQuota.*480 for StandardEdsv6Family/);
    const small = testAccount({ zones: 0 });
    const identity = await makeNetwork(small).then(({ nodes }) =>
      makeIdentity(small, nodes).then(({ id }) => ({ id, nodes })),
    );
    const zonal = small.create("containerservice:ManagedCluster", clusterInputs(identity.id, identity.nodes));
    await assert.rejects(zonal, /AvailabilityZoneNotSupported/);
    small.remove();
  });

  it("never changes what a pool is made of, and never lets a second cluster's request add one", async () => {
    const { network, cluster, inputs } = await makeCluster(azure);
    const update = (profiles: readonly Values[]) =>
      azure.update("containerservice:ManagedCluster", cluster.id, { ...inputs, agentPoolProfiles: profiles });
    const first = pool(network.nodes);
    await assert.rejects(update([{ ...first, vmSize: "Standard_D16ds_v5" }]), /PropertyChangeNotAllowed.*vmSize/);
    await assert.rejects(update([first, { ...first, name: "second" }]), /A new agent pool was introduced/);
    const scratch = await azure.create("containerservice:AgentPool", poolInputs(network.nodes));
    const changed = poolInputs(network.nodes, { osDiskSizeGB: 200 });
    await assert.rejects(azure.update("containerservice:AgentPool", scratch.id, changed), /PropertyChangeNotAllowed/);
    const again = poolInputs(network.nodes, { agentPoolName: "general" });
    await assert.rejects(azure.create("containerservice:AgentPool", again), /cannot create already existing/);
  });

  it("upgrades a cluster by one minor version, with the versions of all pools or of none", async () => {
    const { network, cluster, inputs } = await makeCluster(azure, { kubernetesVersion: "1.33" });
    const scratch = poolInputs(network.nodes, { orchestratorVersion: "1.33" });
    await azure.create("containerservice:AgentPool", scratch);
    const general = pool(network.nodes);
    const named = (name: string, orchestratorVersion: string) =>
      name === "general" ? { ...general, orchestratorVersion } : { ...scratch, name, orchestratorVersion };
    const to = (kubernetesVersion: string, agentPoolProfiles: readonly Values[]) => {
      const profiles = agentPoolProfiles.map(({ agentPoolName, resourceName, ...rest }) => {
        void [agentPoolName, resourceName];
        return rest;
      });
      const changed = { ...inputs, kubernetesVersion, agentPoolProfiles: profiles };
      return azure.update("containerservice:ManagedCluster", cluster.id, changed);
    };
    const notAll = /NotAllAgentPoolOrchestratorVersionSpecifiedAndUnchanged/;
    await assert.rejects(to("1.34", [named("general", "1.34")]), notAll);
    await assert.rejects(to("1.34", [named("general", "1.34"), named("scratch", "1.32")]), notAll);
    await assert.rejects(to("1.35", [general]), /Upgrading Kubernetes version 1\.33\.9 to 1\.35 is not allowed/);
    assert.equal((await to("1.34", [general])).currentKubernetesVersion, "1.34.6");
    assert.equal((await to("1.35", [named("general", "1.35"), named("scratch", "1.35")])).kubernetesVersion, "1.35");
    await assert.rejects(to("1.34", [general]), /Downgrading Kubernetes version/);
    const ahead = poolInputs(network.nodes, { agentPoolName: "ahead", orchestratorVersion: "1.36" });
    await assert.rejects(azure.create("containerservice:AgentPool", ahead), /NodePoolMcVersionIncompatible/);
  });

  it("answers of a cluster all of its pools, and a kubeconfig without a credential", async () => {
    const { network } = await makeCluster(azure);
    await azure.create("containerservice:AgentPool", poolInputs(network.nodes));
    const place = { resourceGroupName: "group", resourceName: "main" };
    const { agentPoolProfiles } = azure.lookUp("azure-native:containerservice:getManagedCluster", place);
    assert.deepEqual(
      (agentPoolProfiles as readonly Values[]).map(({ name, type, currentOrchestratorVersion }) => [
        ...[name, type, currentOrchestratorVersion],
      ]),
      ["general", "scratch"].map((name) => [name, "VirtualMachineScaleSets", "1.35.4"]),
    );
    const answered = azure.lookUp("azure-native:containerservice:listManagedClusterUserCredentials", place);
    const [first] = answered.kubeconfigs as readonly Values[];
    const config = Buffer.from(text(first?.value), "base64").toString();
    assert.match(config, /"server":"https:\/\/127\.0\.0\.1:6443","certificate-authority-data":"QUNB"/);
    assert.match(config, /"command":"kubelogin"/);
    const other = { resourceGroupName: "group", resourceName: "other" };
    const missing = () => azure.lookUp("azure-native:containerservice:getManagedCluster", other);
    assert.throws(
      missing,
      /ResourceNotFound: The Resource 'Microsoft\.ContainerService\/managedClusters\/other' under/,
    );
    const nowhere = () => azure.lookUp("azure-native:resources:getResourceGroup", { resourceGroupName: "other" });
    assert.throws(nowhere, /ResourceGroupNotFound: Resource group 'other' could not be found/);
  });
});
