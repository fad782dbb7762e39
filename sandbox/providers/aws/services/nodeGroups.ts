import { instanceTypes } from "../../../../components/platform/aws/figures/machineTypes";
import { differ } from "../../cloud/compare";
import { digest, hex, uuid } from "../../cloud/ids";
import { CloudError, isUnknown, list, number, record, text, texts, type Entity, type Values } from "../../cloud/model";
import type { AwsView, Kinds, ResourceKind } from "../kind";
import { matches, oneOf, whole } from "../../cloud/rules";
import { valueOf } from "../rules";
import { clusterNamed } from "./eks";
import { amazonPoliciesOf, trusts } from "./identity";

const nodeGroup: ResourceKind = {
  api: ["EKS", "Nodegroup"],
  rules: {
    amiType: valueOf("eks", "AMITypes"),
    capacityType: valueOf("eks", "CapacityTypes"),
    diskSize: whole(1, 16384),
    "instanceTypes[]": valueOf("ec2", "_InstanceType"),
    "scalingConfig.minSize": whole(0, 450),
    "scalingConfig.maxSize": whole(1, 450),
    "scalingConfig.desiredSize": whole(0, 450),
    "taints[].effect": valueOf("eks", "TaintEffect"),
    "taints[].key": matches(/^[\w./-]{1,63}$/, "a taint's key of at most 63 characters"),
    "updateConfig.maxUnavailable": whole(1, 100),
    "updateConfig.maxUnavailablePercentage": whole(1, 100),
    version: matches(/^1\.\d{2}$/, "a Kubernetes version such as 1.35"),
  },
  name: {
    ...{ property: "nodeGroupName", prefix: "nodeGroupNamePrefix", max: 63, uniqueError: "ResourceInUseException" },
    pattern: /^[0-9A-Za-z][A-Za-z0-9_-]*$/,
    words: "at most 63 letters, digits, - and _, the first a letter or digit",
  },
  references: {
    clusterName: {
      ...{
        to: "eks/cluster:Cluster",
        by: "name",
        missing: "ResourceNotFoundException",
        holds: "ResourceInUseException",
      },
    },
    nodeRoleArn: { to: "iam/role:Role", by: "arn", missing: "InvalidParameterException" },
    "subnetIds[]": { to: "ec2/subnet:Subnet", missing: "InvalidParameterException", holds: "DependencyViolation" },
    "launchTemplate.id": { to: "ec2/launchTemplate:LaunchTemplate", missing: "InvalidRequestException" },
  },
  replaces: [
    ...["amiType", "capacityType", "clusterName", "diskSize", "instanceTypes", "nodeGroupName", "nodeGroupNamePrefix"],
    ...["nodeRoleArn", "remoteAccess", "subnetIds", "launchTemplate.id", "launchTemplate.name"],
  ],
  check: (inputs) => {
    const { minSize, maxSize, desiredSize } = record(inputs.scalingConfig);
    const update = record(inputs.updateConfig);
    const sizes = [minSize, desiredSize, maxSize].filter((size) => !isUnknown(size)).map(number);
    return [
      ...(sizes.some((size, at) => size < (sizes[at - 1] ?? 0))
        ? [`scalingConfig must have minSize <= desiredSize <= maxSize, has ${sizes.join(", ")}`]
        : []),
      ...(update.maxUnavailable !== undefined && update.maxUnavailablePercentage !== undefined
        ? ["updateConfig takes one of maxUnavailable and maxUnavailablePercentage"]
        : []),
      ...(inputs.launchTemplate !== undefined && inputs.diskSize !== undefined
        ? ["diskSize does not go with a launch template"]
        : []),
      ...list(inputs.taints).flatMap((taint) => (record(taint).key === undefined ? ["a taint needs a key"] : [])),
    ];
  },
  admit: admitNodeGroup,
  seconds: (inputs, before) => ({ update: before === undefined ? 0 : 60 * Math.max(1, desired(inputs)), delete: 120 }),
  id: (inputs) => `${text(inputs.clusterName)}:${text(inputs.nodeGroupName)}`,
  outputs: (inputs, { id, view, before, inputsBefore }) => ({
    arn: text(before?.arn) || view.arn("eks", `nodegroup/${id.replace(":", "/")}/${uuid()}`),
    resources: before?.resources ?? [{ autoscalingGroups: [{ name: groupName(id) }], remoteAccessSecurityGroupId: "" }],
    status: "ACTIVE",
    // Sizes that are not changed are not sent: the autoscaler's number stays.
    scalingConfig:
      before !== undefined && !differ(inputs.scalingConfig, inputsBefore?.scalingConfig)
        ? before.scalingConfig
        : inputs.scalingConfig,
    amiType: inputs.amiType ?? "AL2023_x86_64_STANDARD",
    capacityType: inputs.capacityType ?? "ON_DEMAND",
    diskSize: inputs.diskSize ?? 0,
    instanceTypes: inputs.instanceTypes ?? ["t3.medium"],
    nodeRepairConfig: { enabled: false, ...record(inputs.nodeRepairConfig) },
    releaseVersion: inputs.releaseVersion ?? `${versionOf(inputs, view)}.0-20261101`,
    updateConfig: inputs.updateConfig ?? { maxUnavailable: 1 },
    version: versionOf(inputs, view),
  }),
  unset: ["nodeGroupNamePrefix"],
  makes: (inputs, { id, view }) => [
    {
      token: "autoscaling/group:Group",
      id: groupName(id),
      outs: {
        name: groupName(id),
        arn: view.arn("autoscaling", `autoScalingGroup:${hex(32)}`),
        clusterName: inputs.clusterName,
      },
    },
  ],
};

const groupName = (id: string): string => `eks-${id.split(":")[1] ?? ""}-${digest(id, 32)}`;
const desired = (inputs: Values): number => number(record(inputs.scalingConfig).desiredSize);

export const versionOf = (inputs: Values, view: AwsView): string =>
  text(inputs.version) || text(clusterNamed(view, inputs.clusterName)?.outs.version);

function admitNodeGroup(inputs: Values, view: AwsView, before?: Entity): void {
  const of = clusterNamed(view, inputs.clusterName);
  if (of === undefined || of.readyAt > view.now)
    throw new CloudError("InvalidRequestException", `Cluster '${text(inputs.clusterName)}' is not in ACTIVE status`);
  checkVersion(inputs, text(of.outs.version), view, before);
  checkTypes(inputs, view);
  checkTemplate(record(inputs.launchTemplate), view);
  checkRole(inputs, view);
  checkQuota(inputs, view, before);
  const cni = addonsOf(view, inputs.clusterName);
  if (of.outs.bootstrapSelfManagedAddons === false && !cni.includes("vpc-cni"))
    throw failedToJoin("the nodes stay NotReady: the cluster has no CNI (add-on vpc-cni)");
  for (const id of texts(inputs.subnetIds)) if (!leadsOut(id, view)) throw failedToJoin(`subnet ${id} has no way out`);
}

const addonsOf = (view: AwsView, name: unknown): readonly string[] =>
  view.of("eks/addon:Addon").flatMap(({ outs }) => (outs.clusterName === name ? [text(outs.addonName)] : []));

const failedToJoin = (why: string): CloudError =>
  new CloudError("NodeCreationFailure", `Instances failed to join the kubernetes cluster: ${why}`);

function checkVersion(inputs: Values, ofCluster: string, view: AwsView, before?: Entity): void {
  const [own, cluster, was] = [versionOf(inputs, view), ofCluster, before?.outs.version].map((each) =>
    Number(text(each).split(".")[1]),
  ) as [number, number, number];
  // The kubelet may be up to three minors behind: https://kubernetes.io/releases/version-skew-policy/
  if (own > cluster || own < cluster - 3 || (before !== undefined && own < was))
    throw new CloudError(
      "InvalidRequestException",
      `Node group version ${versionOf(inputs, view)} does not go with cluster version ${ofCluster}`,
    );
}

function checkTypes(inputs: Values, view: AwsView): void {
  const zones = view
    .of("ec2/subnet:Subnet")
    .filter(({ id }) => texts(inputs.subnetIds).includes(id))
    .map(({ outs }) => view.zones.find(({ name }) => name === outs.availabilityZone));
  for (const type of texts(inputs.instanceTypes)) {
    const missing = zones.find((zone) => zone?.without.includes(type));
    if (missing !== undefined)
      throw new CloudError(
        "InvalidRequestException",
        `Your requested instance type (${type}) is not supported in your requested Availability Zone (${missing.name})`,
      );
    const arm = /^[a-z]+\d+g/.test(type);
    if (arm !== /ARM/.test(text(inputs.amiType)) && text(inputs.amiType) !== "CUSTOM")
      throw new CloudError(
        "InvalidParameterException",
        `[${type}] is not a valid instance type for requested amiType ${text(inputs.amiType)}`,
      );
    if (instanceTypes[type] === undefined) throw new Error(`the simulator knows no allocatable figures of ${type}`);
  }
}

function checkTemplate({ id, version }: Values, view: AwsView): void {
  if (id === undefined) return;
  const template = view.of("ec2/launchTemplate:LaunchTemplate").find((each) => each.id === id);
  const latest = number(template?.outs.latestVersion);
  const known = Array.from({ length: latest }, (_, at) => String(at + 1));
  if (![...known, "$Latest", "$Default"].includes(text(version)))
    throw new CloudError("InvalidRequestException", `Launch template ${text(id)} has no version ${text(version)}`);
}

function checkRole(inputs: Values, view: AwsView): void {
  if (!trusts(view, inputs.nodeRoleArn, "ec2.amazonaws.com", ["sts:AssumeRole"]))
    throw new CloudError("AccessDenied", "The node role does not trust ec2.amazonaws.com");
  const has = amazonPoliciesOf(view, inputs.nodeRoleArn);
  const pulls = ["AmazonEC2ContainerRegistryPullOnly", "AmazonEC2ContainerRegistryReadOnly"];
  if (!has.includes("AmazonEKSWorkerNodePolicy")) throw failedToJoin("the role lacks AmazonEKSWorkerNodePolicy");
  if (!pulls.some((name) => has.includes(name))) throw failedToJoin(`the role has none of ${pulls.join(", ")}`);
  const cniByPod = view
    .of("eks/addon:Addon")
    .some(
      ({ outs }) =>
        outs.clusterName === inputs.clusterName &&
        outs.addonName === "vpc-cni" &&
        (list(outs.podIdentityAssociations).length > 0 || text(outs.serviceAccountRoleArn) !== ""),
    );
  if (!cniByPod && !has.includes("AmazonEKS_CNI_Policy"))
    throw failedToJoin("neither the node role nor the add-on vpc-cni has AmazonEKS_CNI_Policy");
}

function checkQuota(inputs: Values, view: AwsView, before?: Entity): void {
  const cpus = (group: Values) => (instanceTypes[texts(group.instanceTypes)[0] ?? ""]?.cpus ?? 0) * desired(group);
  const others = view.of("eks/nodeGroup:NodeGroup").filter(({ id }) => id !== before?.id);
  const total = others.reduce((sum, { inputs: group }) => sum + cpus(group), cpus(inputs));
  const quota = view.quotas["L-1216C47A"] ?? 0;
  if (total > quota)
    throw new CloudError(
      "AsgInstanceLaunchFailures",
      `You have requested more vCPU capacity than your current vCPU limit of ${quota} allows (VcpuLimitExceeded)`,
    );
}

/** Whether a subnet's routes reach the internet through NAT, which nodes need for images and for EKS' own endpoints. */
export function leadsOut(subnet: string, view: AwsView): boolean {
  return routesOf(subnet, view).some(
    (route) =>
      view.of("ec2/natGateway:NatGateway").some(({ id }) => id === route.natGatewayId) ||
      view.of("ec2/internetGateway:InternetGateway").some(({ id }) => id === route.gatewayId),
  );
}

/** Default routes of a subnet. */
export function routesOf(subnet: string, view: AwsView): readonly Values[] {
  const table = view.of("ec2/routeTableAssociation:RouteTableAssociation").find(({ outs }) => outs.subnetId === subnet)
    ?.outs.routeTableId;
  const inline = list(view.of("ec2/routeTable:RouteTable").find(({ id }) => id === table)?.outs.routes).map(record);
  const own = view.of("ec2/route:Route").flatMap(({ outs }) => (outs.routeTableId === table ? [outs] : []));
  return [
    ...inline.filter(({ cidrBlock }) => cidrBlock === "0.0.0.0/0"),
    ...own.filter(({ destinationCidrBlock }) => destinationCidrBlock === "0.0.0.0/0"),
  ];
}

const attachment: ResourceKind = {
  api: ["Auto Scaling", "TrafficSources"],
  references: {
    autoscalingGroupName: { to: "autoscaling/group:Group", missing: "ValidationError", by: "name" },
    lbTargetGroupArn: { to: "lb/targetGroup:TargetGroup", by: "arn", missing: "TargetGroupNotFound" },
  },
  replaces: ["autoscalingGroupName", "lbTargetGroupArn", "elb"],
  check: (inputs) =>
    (inputs.elb === undefined) === (inputs.lbTargetGroupArn === undefined)
      ? ["one of elb and lbTargetGroupArn is needed"]
      : [],
  id: (inputs) => `${text(inputs.autoscalingGroupName)}-${hex(26)}`,
  outputs: () => ({}),
};

const groupTag: ResourceKind = {
  api: ["Auto Scaling", "Tags"],
  references: { autoscalingGroupName: { to: "autoscaling/group:Group", by: "name", missing: "ValidationError" } },
  rules: { "tag.propagateAtLaunch": oneOf(true, false) },
  replaces: ["autoscalingGroupName", "tag.key"],
  id: (inputs) => `${text(inputs.autoscalingGroupName)},${text(record(inputs.tag).key)}`,
  outputs: () => ({}),
};

export const nodeGroups: Kinds = {
  "eks/nodeGroup:NodeGroup": nodeGroup,
  "autoscaling/attachment:Attachment": attachment,
  "autoscaling/tag:Tag": groupTag,
};
