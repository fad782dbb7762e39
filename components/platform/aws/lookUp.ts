import { getRouteTable } from "@pulumi/aws/ec2/getRouteTable";
import { getInstanceTypeOfferings } from "@pulumi/aws/ec2/getInstanceTypeOfferings";
import { getSubnet } from "@pulumi/aws/ec2/getSubnet";
import { getVpc } from "@pulumi/aws/ec2/getVpc";
import { getAddonVersion } from "@pulumi/aws/eks/getAddonVersion";
import { getCluster } from "@pulumi/aws/eks/getCluster";
import { getNodeGroup } from "@pulumi/aws/eks/getNodeGroup";
import { getNodeGroups } from "@pulumi/aws/eks/getNodeGroups";
import { getAvailabilityZones } from "@pulumi/aws/getAvailabilityZones";
import { getCallerIdentity } from "@pulumi/aws/getCallerIdentity";
import { getPartition } from "@pulumi/aws/getPartition";
import { getZone } from "@pulumi/aws/route53/getZone";
import { getServiceQuota } from "@pulumi/aws/servicequotas/getServiceQuota";
import type * as pulumi from "@pulumi/pulumi";
import type { LogfireSettings } from "../../settings/types";
import type { AwsPlatformSettings } from "../../settings/aws/types";
import { addonsOf } from "./addonPlan";
import { adoptedFacts, type AwsAdoption } from "./adopt";
import type { AdoptedSubnet, CheckedFacts } from "./check";
import { instanceTypes } from "./figures/machineTypes";
import { quotaNeeds } from "./figures/quotas";
import { defaultPrefix } from "./context";
import { clusterNameOf, namesOf } from "./names";

/** An owner's cluster. */
export interface AdoptedAwsCluster {
  readonly name: string;
  readonly arn: string;
  readonly version: string;
  readonly endpoint: pulumi.Input<string>;
  /** PEM in base64. */
  readonly certificateAuthority: pulumi.Input<string>;
  /** Of control plane and managed nodes. */
  readonly securityGroupId: pulumi.Input<string>;
  readonly vpcId: string;
  /** Of its service account tokens, with `https://`. */
  readonly issuer: pulumi.Input<string>;
}

/** A node group as it is now, which an autoscaler may have changed since the last update. */
export interface RunningNodeGroup {
  readonly name: string;
  readonly instanceTypes: readonly string[];
  readonly minSize: number;
  readonly maxSize: number;
  readonly desiredSize: number;
}

/** What is known of the account before anything is made; what decides what exists is plain. */
export interface AwsFacts extends CheckedFacts {
  /** ARN of whoever deploys. */
  readonly caller: string;
  /** `aws`, `aws-us-gov`, `aws-cn`. */
  readonly partition: string;
  readonly vpc?: NonNullable<CheckedFacts["vpc"]> & { readonly id: string };
  readonly cluster?: AdoptedAwsCluster;
  readonly hostedZone?: { readonly id: string; readonly name: string };
  /** EKS' default version of each add-on for the cluster's version. */
  readonly addonVersions: Readonly<Record<string, string>>;
  readonly clusterIsUp: boolean;
  /** Empty before the cluster is there. */
  readonly nodeGroups: readonly RunningNodeGroup[];
}

export interface LookUpSettings {
  readonly platform: AwsPlatformSettings;
  readonly logfire: Pick<LogfireSettings, "edge" | "inClusterTls">;
}

/** Asks AWS, by an explicit provider, for everything that decides what is made. Makes nothing. */
export async function lookUpAws(
  settings: LookUpSettings,
  provider: pulumi.ProviderResource,
  /** As `AwsPlatformArgs.prefix`: by it the node groups of a cluster that is up are found. */
  prefix?: string,
  /** Parts that are not asked for, because the program hands them over and they may not be there yet. */
  adopt: AwsAdoption = {},
): Promise<AwsFacts> {
  const { platform, logfire } = settings;
  const clusterName = clusterNameOf(platform, namesOf(prefix ?? defaultPrefix()));
  const opts: pulumi.InvokeOptions = { provider };
  const [{ accountId, arn: caller }, { partition }, zones, cluster, vpc, hostedZone, nodeGroups, quotas] =
    await Promise.all([
      getCallerIdentity({}, opts),
      getPartition({}, opts),
      findZones(opts),
      platform.cluster.kind === "existing" && adopt.cluster === undefined
        ? findCluster(platform.cluster.name, opts)
        : undefined,
      platform.network.kind === "existing" && adopt.network === undefined
        ? findNetwork(platform.network, opts)
        : undefined,
      platform.dns.kind === "existing" ? findHostedZone(platform.dns.zoneId, opts) : undefined,
      findNodeGroups(clusterName, opts),
      findQuotas(quotaNeeds(platform, logfire.edge), opts),
    ]);
  const version = platform.cluster.kind === "create" ? platform.cluster.version : undefined;
  const { region } = platform;
  return {
    accountId,
    caller,
    partition,
    region,
    zones,
    quotas,
    clusterIsUp: nodeGroups !== undefined,
    nodeGroups: nodeGroups ?? [],
    addonVersions: version === undefined ? {} : await findAddonVersions(settings, version, opts),
    ...(cluster === undefined ? {} : { cluster }),
    ...(vpc === undefined ? {} : { vpc }),
    ...(hostedZone === undefined ? {} : { hostedZone }),
    ...adoptedFacts(adopt, { accountId, partition, region }),
  };
}

/** Every zone, a troubled one as well: a zone that is lost for an hour must not move subnets. */
async function findZones(opts: pulumi.InvokeOptions): Promise<AwsFacts["zones"]> {
  const [{ names }, offerings] = await Promise.all([
    getAvailabilityZones(
      { allAvailabilityZones: false, filters: [{ name: "opt-in-status", values: ["opt-in-not-required"] }] },
      opts,
    ),
    getInstanceTypeOfferings(
      {
        locationType: "availability-zone",
        filters: [{ name: "instance-type", values: Object.keys(instanceTypes) }],
      },
      opts,
    ),
  ]);
  const offered = offerings.locations.map((zone, index) => ({ zone, type: offerings.instanceTypes[index] ?? "" }));
  return names.map((name) => ({
    name,
    offers: offered.flatMap(({ zone, type }) => (zone === name ? [type] : [])),
  }));
}

async function findCluster(name: string, opts: pulumi.InvokeOptions): Promise<AdoptedAwsCluster> {
  const found = await getCluster({ name }, opts);
  return {
    name,
    arn: found.arn,
    version: found.version,
    endpoint: found.endpoint,
    certificateAuthority: found.certificateAuthorities[0]?.data ?? "",
    securityGroupId: found.vpcConfig.clusterSecurityGroupId,
    vpcId: found.vpcConfig.vpcId,
    issuer: found.identities[0]?.oidcs[0]?.issuer ?? "",
  };
}

type AdoptedNetwork = Extract<AwsPlatformSettings["network"], { readonly kind: "existing" }>;

async function findNetwork(
  { vpcId, privateSubnetIds, publicSubnetIds }: AdoptedNetwork,
  opts: pulumi.InvokeOptions,
): Promise<NonNullable<AwsFacts["vpc"]>> {
  const { cidrBlock } = await getVpc({ id: vpcId }, opts);
  const subnets = await Promise.all([...privateSubnetIds, ...publicSubnetIds].map((id) => findSubnet(vpcId, id, opts)));
  return { id: vpcId, cidr: cidrBlock, subnets: subnets.filter((subnet) => subnet !== undefined) };
}

/** Undefined where the VPC has no such subnet: the check then says which. */
async function findSubnet(vpcId: string, id: string, opts: pulumi.InvokeOptions): Promise<AdoptedSubnet | undefined> {
  const subnet = await unlessMissing(getSubnet({ id, vpcId }, opts));
  if (subnet === undefined) return undefined;
  return {
    id,
    zone: subnet.availabilityZone,
    cidr: subnet.cidrBlock,
    freeAddresses: subnet.availableIpAddressCount,
    routesOut: await routesOut(vpcId, id, opts),
  };
}

/** A subnet without a route table of its own follows the VPC's main one. */
async function routesOut(vpcId: string, subnetId: string, opts: pulumi.InvokeOptions): Promise<boolean> {
  const own = await unlessMissing(getRouteTable({ subnetId }, opts));
  const main = { vpcId, filters: [{ name: "association.main", values: ["true"] }] };
  const { routes } = own ?? (await getRouteTable(main, opts));
  return routes.some(({ cidrBlock }) => cidrBlock === "0.0.0.0/0");
}

async function findHostedZone(zoneId: string, opts: pulumi.InvokeOptions): Promise<AwsFacts["hostedZone"]> {
  const { name } = await getZone({ zoneId }, opts);
  return { id: zoneId, name };
}

/** Undefined where there is no such cluster. */
async function findNodeGroups(
  clusterName: string,
  opts: pulumi.InvokeOptions,
): Promise<AwsFacts["nodeGroups"] | undefined> {
  const groups = await unlessMissing(getNodeGroups({ clusterName }, opts));
  if (groups === undefined) return undefined;
  const found = await Promise.all(
    groups.names.map(async (name) => ({
      name,
      group: await unlessMissing(getNodeGroup({ clusterName, nodeGroupName: name }, opts)),
    })),
  );
  return found.flatMap(({ name, group }) => {
    const [scaling] = group?.scalingConfigs ?? [];
    if (group === undefined || scaling === undefined) return [];
    const { minSize, maxSize, desiredSize } = scaling;
    return [{ name, instanceTypes: group.instanceTypes, minSize, maxSize, desiredSize }];
  });
}

/** A limit that may not be read is unknown, and nothing is said about it. */
async function findQuotas(
  needs: ReturnType<typeof quotaNeeds>,
  opts: pulumi.InvokeOptions,
): Promise<Readonly<Record<string, number>>> {
  const found = await Promise.all(
    needs.map(({ service, code }) =>
      getServiceQuota({ serviceCode: service, quotaCode: code }, opts).then(
        ({ value }) => [[code, value] as const],
        () => [],
      ),
    ),
  );
  return Object.fromEntries(found.flat());
}

async function findAddonVersions(
  { platform, logfire }: LookUpSettings,
  kubernetesVersion: string,
  opts: pulumi.InvokeOptions,
): Promise<Readonly<Record<string, string>>> {
  const found = await Promise.all(
    addonsOf(platform, logfire).map(async (addonName) => {
      const { version } = await getAddonVersion({ addonName, kubernetesVersion }, opts);
      return [addonName, version] as const;
    }),
  );
  return Object.fromEntries(found);
}

/** Only "there is none" is an answer; throttling and missing rights stay errors. */
async function unlessMissing<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (
      /ResourceNotFound|InvalidSubnetID\.NotFound|not found|no matching|couldn't find|empty result|returned no results/i.test(
        message,
      )
    )
      return undefined;
    throw error;
  }
}
