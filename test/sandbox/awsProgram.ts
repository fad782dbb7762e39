import { LogGroup } from "@pulumi/aws/cloudwatch";
import * as ec2 from "@pulumi/aws/ec2";
import * as eks from "@pulumi/aws/eks";
import { getAvailabilityZones } from "@pulumi/aws/getAvailabilityZones";
import * as iam from "@pulumi/aws/iam";
import { Provider as AwsProvider } from "@pulumi/aws/provider";
import * as rds from "@pulumi/aws/rds";
import * as pulumi from "@pulumi/pulumi";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { canary, kubeconfigOf, makeWorkload } from "./cloudWorkload";

/** What a test varies. */
export interface AwsProgramOptions {
  readonly version?: string;
  readonly nodes?: number;
  readonly type?: string;
  /** Leaves out what EKS needs: the add-on vpc-cni. */
  readonly withoutCni?: boolean;
}

const region = "eu-west-1";

/** A network, a cluster with nodes, a server and a volume: small, and everything that depends on each other. */
export const awsProgram = (options: AwsProgramOptions = {}): PulumiFn => {
  const { version = "1.35", nodes = 3, type = "m7i.large", withoutCni = false } = options;
  return async () => {
    const provider = new AwsProvider("aws", { region, defaultTags: { tags: { stack: "test" } } });
    const { names } = await getAvailabilityZones({}, { provider });
    const opts = { provider };
    const network = makeNetwork(names.slice(0, 3), opts);
    const cluster = makeCluster(version, network.subnets, opts);
    const cni = withoutCni ? [] : [new eks.Addon("cni", { clusterName: cluster.name, addonName: "vpc-cni" }, opts)];
    const group = makeNodes(cluster, network, { nodes, type }, [...cni, ...network.wayOut], opts);
    makeDatabase(network, opts);
    makeWorkload({
      ...{ kubeconfig: kubeconfig(cluster), nodes: group, nodeSelector: { "logfire.dev/pool": "general" }, cpu: "1" },
      disks: { provisioner: "ebs.csi.aws.com", parameters: { type: "gp3", encrypted: "true" } },
    });
    return { endpoint: cluster.endpoint, tags: network.vpc.tagsAll, zones: names };
  };
};

interface Network {
  readonly vpc: ec2.Vpc;
  readonly subnets: readonly ec2.Subnet[];
  readonly wayOut: readonly pulumi.Resource[];
}

function makeNetwork(zones: readonly string[], opts: pulumi.CustomResourceOptions): Network {
  const vpc = new ec2.Vpc("net", { cidrBlock: "10.40.0.0/16", enableDnsHostnames: true }, opts);
  const gateway = new ec2.InternetGateway("net", { vpcId: vpc.id }, opts);
  const nat = new ec2.NatGateway(
    "net",
    { availabilityMode: "regional", vpcId: vpc.id },
    { ...opts, dependsOn: [gateway] },
  );
  const routes = [{ cidrBlock: "0.0.0.0/0", natGatewayId: nat.id }];
  const table = new ec2.RouteTable("net", { vpcId: vpc.id, routes }, opts);
  const subnets = zones.map(
    (availabilityZone, at) =>
      new ec2.Subnet(`net-${at}`, { vpcId: vpc.id, availabilityZone, cidrBlock: `10.40.${32 * at}.0/19` }, opts),
  );
  const wayOut = subnets.map(
    ({ id }, at) => new ec2.RouteTableAssociation(`net-${at}`, { subnetId: id, routeTableId: table.id }, opts),
  );
  return { vpc, subnets, wayOut };
}

function makeRole(name: string, service: string, policies: readonly string[], opts: pulumi.CustomResourceOptions) {
  const role = new iam.Role(
    name,
    {
      assumeRolePolicy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
      }),
    },
    opts,
  );
  const attached = policies.map(
    (policy) =>
      new iam.RolePolicyAttachment(
        `${name}-${policy}`,
        { role: role.name, policyArn: `arn:aws:iam::aws:policy/${policy}` },
        opts,
      ),
  );
  return { role, attached };
}

function makeCluster(version: string, subnets: readonly ec2.Subnet[], opts: pulumi.CustomResourceOptions): eks.Cluster {
  const { role, attached } = makeRole("cluster", "eks.amazonaws.com", ["AmazonEKSClusterPolicy"], opts);
  const logs = new LogGroup("cluster", { name: "/aws/eks/toy/cluster", retentionInDays: 7 }, opts);
  return new eks.Cluster(
    "toy",
    {
      ...{ name: "toy", version, roleArn: role.arn, bootstrapSelfManagedAddons: false },
      accessConfig: { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: true },
      vpcConfig: { subnetIds: subnets.map(({ id }) => id), endpointPrivateAccess: true, endpointPublicAccess: false },
      enabledClusterLogTypes: ["api"],
    },
    { ...opts, dependsOn: [...attached, logs] },
  );
}

function makeNodes(
  cluster: eks.Cluster,
  { subnets }: Network,
  { nodes, type }: { readonly nodes: number; readonly type: string },
  dependsOn: readonly pulumi.Resource[],
  opts: pulumi.CustomResourceOptions,
): eks.NodeGroup {
  const policies = ["AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly", "AmazonEKS_CNI_Policy"];
  const { role, attached } = makeRole("node", "ec2.amazonaws.com", policies, opts);
  return new eks.NodeGroup(
    "general",
    {
      ...{ clusterName: cluster.name, nodeRoleArn: role.arn, subnetIds: subnets.map(({ id }) => id) },
      ...{ version: cluster.version, amiType: "AL2023_x86_64_STANDARD", instanceTypes: [type] },
      scalingConfig: { minSize: nodes, desiredSize: nodes, maxSize: nodes + 3 },
      updateConfig: { maxUnavailable: 1 },
      labels: { "logfire.dev/pool": "general" },
      taints: [{ key: "toy", value: "true", effect: "NO_SCHEDULE" }],
    },
    { ...opts, dependsOn: [...attached, ...dependsOn] },
  );
}

function makeDatabase({ vpc, subnets }: Network, opts: pulumi.CustomResourceOptions): void {
  const group = new rds.SubnetGroup("db", { subnetIds: subnets.map(({ id }) => id) }, opts);
  const firewall = new ec2.SecurityGroup("db", { vpcId: vpc.id }, opts);
  new rds.Instance(
    "db",
    {
      ...{ engine: "postgres", engineVersion: "16", instanceClass: "db.t4g.large", allocatedStorage: 20 },
      ...{ username: "owner", password: pulumi.secret(canary), storageType: "gp3" },
      ...{ dbSubnetGroupName: group.name, vpcSecurityGroupIds: [firewall.id], skipFinalSnapshot: true },
    },
    opts,
  );
}

const kubeconfig = ({ endpoint, certificateAuthority }: eks.Cluster): pulumi.Output<string> =>
  kubeconfigOf(
    { command: "aws", args: ["eks", "get-token", "--cluster-name", "toy", "--region", region, "--output", "json"] },
    { server: endpoint, "certificate-authority-data": certificateAuthority.data },
  );
