import assert from "node:assert/strict";
import type { Values } from "../../sandbox/providers/cloud/model";
import { makeCluster, makeNetwork, makeRole, testAccount, trust, type TestAccount } from "./awsAccount";

/** What the simulated account has against clusters and nodes, and against what they need: roles, add-ons, ways out. */
describe("clusters of the simulated aws account", () => {
  let aws: TestAccount;
  beforeEach(() => (aws = testAccount()));
  afterEach(() => aws.remove());

  it("wants for a cluster a role that EKS may take on, with its policy, and subnets in two zones", async () => {
    const { subnets } = await makeNetwork(aws);
    const cluster = (roleArn: string, subnetIds: readonly string[]) =>
      aws.create("eks/cluster:Cluster", { roleArn, vpcConfig: { subnetIds, endpointPrivateAccess: true } });
    const foreign = await makeRole(aws, "a", "ec2.amazonaws.com", ["AmazonEKSClusterPolicy"]);
    await assert.rejects(cluster(foreign, subnets), /eks\.amazonaws\.com is not trusted/);
    const empty = await makeRole(aws, "b", "eks.amazonaws.com", []);
    await assert.rejects(cluster(empty, subnets), /doesn't have the Amazon EKS Managed Policies/);
    const role = await makeRole(aws, "c", "eks.amazonaws.com", ["AmazonEKSClusterPolicy"]);
    const [first = ""] = subnets;
    await assert.rejects(cluster(role, [first, first]), /at least two different AZs/);
  });

  it("updates a cluster by one minor version, and never back", async () => {
    const { subnets } = await makeNetwork(aws);
    const cluster = await makeCluster(aws, subnets, { version: "1.33" });
    const to = (version: string) =>
      aws.update("eks/cluster:Cluster", cluster.id, {
        ...{
          name: "main",
          roleArn: cluster.roleArn,
          version,
          vpcConfig: { subnetIds: subnets, endpointPrivateAccess: true },
        },
      });
    await assert.rejects(to("1.35"), /Unsupported Kubernetes minor version update from 1\.33 to 1\.35/);
    assert.equal((await to("1.34")).version, "1.34");
    await assert.rejects(to("1.33"), /Unsupported Kubernetes minor version update/);
  });

  it("makes add-ons with a Deployment wait for nodes, and pod identities for the agent", async () => {
    const { subnets } = await makeNetwork(aws);
    await makeCluster(aws, subnets);
    const addon = (addonName: string, inputs: Values = {}) =>
      aws.create("eks/addon:Addon", { clusterName: "main", addonName, ...inputs });
    await assert.rejects(addon("coredns"), /last state: 'DEGRADED'.*the cluster has no nodes/);
    const pods = trust("pods.eks.amazonaws.com", ["sts:AssumeRole", "sts:TagSession"]);
    const role = await aws.create("iam/role:Role", { assumeRolePolicy: pods });
    const association = () =>
      aws.create("eks/podIdentityAssociation:PodIdentityAssociation", {
        ...{ clusterName: "main", namespace: "logfire", serviceAccount: "logfire", roleArn: role.arn },
      });
    await assert.rejects(association(), /eks-pod-identity-agent is not installed/);
    await addon("eks-pod-identity-agent");
    await association();
    await assert.rejects(association(), /Association already exists/);
    const half = await aws.create("iam/role:Role", { assumeRolePolicy: trust("pods.eks.amazonaws.com") }, "half");
    const wrong = { ...{ clusterName: "main", namespace: "logfire", serviceAccount: "other" }, roleArn: half.arn };
    await assert.rejects(aws.create("eks/podIdentityAssociation:PodIdentityAssociation", wrong), /sts:TagSession/);
  });

  it("lets nodes join only with a network, a way out and the policies that they need", async () => {
    const { subnets, nat } = await makeNetwork(aws);
    await makeCluster(aws, subnets);
    const policies = ["AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly", "AmazonEKS_CNI_Policy"];
    const nodeRoleArn = await makeRole(aws, "node", "ec2.amazonaws.com", policies);
    const group = (inputs: Values = {}) =>
      aws.create("eks/nodeGroup:NodeGroup", {
        ...{ clusterName: "main", nodeRoleArn, subnetIds: subnets, amiType: "AL2023_x86_64_STANDARD" },
        ...{ instanceTypes: ["m7i.large"], scalingConfig: { minSize: 1, desiredSize: 1, maxSize: 2 } },
        ...inputs,
      });
    await assert.rejects(group(), /the cluster has no CNI/);
    await aws.create("eks/addon:Addon", { clusterName: "main", addonName: "vpc-cni" });
    await assert.rejects(group({ instanceTypes: ["m7g.large"] }), /not a valid instance type for requested amiType/);
    await assert.rejects(group({ version: "1.36" }), /does not go with cluster version 1\.35/);
    const bare = await makeRole(aws, "bare", "ec2.amazonaws.com", []);
    await assert.rejects(group({ nodeRoleArn: bare }), /the role lacks AmazonEKSWorkerNodePolicy/);
    const many = { minSize: 1, desiredSize: 400, maxSize: 400 };
    await assert.rejects(group({ scalingConfig: many }), /VcpuLimitExceeded/);
    await aws.delete("ec2/natGateway:NatGateway", nat);
    await assert.rejects(group(), /has no way out/);
  });
});
