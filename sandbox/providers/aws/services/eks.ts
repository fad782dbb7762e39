import { digest, letters, now, uuid } from "../../cloud/ids";
import { CloudError, isUnknown, list, record, text, texts, type Entity, type Values } from "../../cloud/model";
import type { AwsView, Kinds, ResourceKind } from "../kind";
import { cidr, json, matches, oneOf, parseCidr } from "../../cloud/rules";
import { arn as arnRule, valueOf } from "../rules";
import { amazonPoliciesOf, trusts } from "./identity";
import { vpcOf } from "./network";

const roleArn = { to: "iam/role:Role", by: "arn", missing: "InvalidParameterException" } as const;
const clusterName = {
  to: "eks/cluster:Cluster",
  by: "name",
  missing: "ResourceNotFoundException",
  holds: "ResourceInUseException",
} as const;
const version = matches(/^1\.\d{2}$/, "a Kubernetes version such as 1.35");

/** Versions that EKS runs, newest last. */
export const versions = ["1.32", "1.33", "1.34", "1.35", "1.36"];
const minor = (text_: unknown): number => Number(text(text_).split(".")[1]);

export const clusterNamed = (view: AwsView, name: unknown): Entity | undefined =>
  view.of("eks/cluster:Cluster").find(({ outs }) => outs.name === name);

const cluster: ResourceKind = {
  api: ["EKS", "Cluster"],
  rules: {
    version,
    "accessConfig.authenticationMode": valueOf("eks", "AuthenticationMode"),
    "enabledClusterLogTypes[]": valueOf("eks", "LogType"),
    "upgradePolicy.supportType": valueOf("eks", "SupportType"),
    "encryptionConfig.resources[]": oneOf("secrets"),
    "vpcConfig.publicAccessCidrs[]": cidr(),
    "kubernetesNetworkConfig.serviceIpv4Cidr": cidr(12, 24),
    "kubernetesNetworkConfig.ipFamily": valueOf("eks", "IpFamily"),
  },
  name: {
    ...{ property: "name", max: 100, uniqueError: "ResourceInUseException" },
    pattern: /^[0-9A-Za-z][A-Za-z0-9_-]*$/,
    words: "at most 100 letters, digits, - and _, the first a letter or digit",
  },
  references: {
    roleArn,
    "vpcConfig.subnetIds[]": {
      to: "ec2/subnet:Subnet",
      missing: "InvalidParameterException",
      holds: "DependencyViolation",
    },
    "vpcConfig.securityGroupIds[]": {
      ...{ to: "ec2/securityGroup:SecurityGroup", missing: "InvalidParameterException", holds: "DependencyViolation" },
    },
    "encryptionConfig.provider.keyArn": { to: "kms/key:Key", by: "arn", missing: "InvalidParameterException" },
  },
  replaces: [
    ...["name", "roleArn", "bootstrapSelfManagedAddons", "outpostConfig"],
    ...["accessConfig.bootstrapClusterCreatorAdminPermissions", "kubernetesNetworkConfig.serviceIpv4Cidr"],
    ...["kubernetesNetworkConfig.ipFamily", "encryptionConfig.resources", "encryptionConfig.provider.keyArn"],
  ],
  check: (inputs) => {
    const { endpointPublicAccess = true, endpointPrivateAccess = false, publicAccessCidrs } = record(inputs.vpcConfig);
    return [
      ...(endpointPublicAccess === false && endpointPrivateAccess === false
        ? ["vpcConfig leaves the API without any endpoint"]
        : []),
      ...(endpointPublicAccess === false && list(publicAccessCidrs).length > 0
        ? ["vpcConfig.publicAccessCidrs needs endpointPublicAccess"]
        : []),
      ...(list(record(inputs.vpcConfig).subnetIds).length < 2 && !isUnknown(record(inputs.vpcConfig).subnetIds)
        ? ["vpcConfig.subnetIds needs subnets in at least two zones"]
        : []),
    ];
  },
  admit: admitCluster,
  seconds: (inputs, before) => ({
    update: before !== undefined && inputs.version !== before.version ? 600 : 120,
    delete: 180,
  }),
  id: (inputs) => text(inputs.name),
  outputs: clusterOutputs,
  unset: [
    ...["computeConfig", "controlPlaneScalingConfig", "kubeApiServerConfig", "kubeControllerManagerConfig"],
    ...["kubeSchedulerConfig", "storageConfig"],
  ],
  makes: (inputs, { id, view }) => [
    {
      token: "ec2/securityGroup:SecurityGroup",
      id: `sg-0${digest(`cluster ${id}`, 16)}`,
      outs: {
        name: `eks-cluster-sg-${id}-${digest(id, 10)}`,
        vpcId: vpcOf(view, texts(record(inputs.vpcConfig).subnetIds)[0]),
      },
    },
    ...(list(inputs.enabledClusterLogTypes).length === 0
      ? []
      : [
          {
            token: "cloudwatch/logGroup:LogGroup",
            id: `/aws/eks/${id}/cluster`,
            outs: { name: `/aws/eks/${id}/cluster`, arn: view.arn("logs", `log-group:/aws/eks/${id}/cluster`) },
            stays: true,
          },
        ]),
  ],
  release: ({ id, outs }, view) => {
    if (outs.deletionProtection === true)
      throw new CloudError("InvalidRequestException", `Cluster ${id} has deletion protection enabled`);
    if (!amazonPoliciesOf(view, outs.roleArn).includes("AmazonEKSClusterPolicy"))
      throw new CloudError(
        "ClusterRoleWithoutPolicy",
        `the role of cluster ${id} lost AmazonEKSClusterPolicy before the cluster was deleted: EKS would leave its ` +
          "network interfaces and its security group behind",
      );
  },
  stateful: true,
};

function admitCluster(inputs: Values, view: AwsView, before?: Entity): void {
  const config = record(inputs.vpcConfig);
  const subnets = view.of("ec2/subnet:Subnet").filter(({ id }) => texts(config.subnetIds).includes(id));
  const zones = new Set(subnets.map(({ outs }) => outs.availabilityZone));
  if (zones.size < 2)
    throw new CloudError("InvalidParameterException", "Subnets specified must be in at least two different AZs");
  if (new Set(subnets.map(({ outs }) => outs.vpcId)).size > 1)
    throw new CloudError("InvalidParameterException", "Subnets specified must be in the same VPC");
  if (!trusts(view, inputs.roleArn, "eks.amazonaws.com", ["sts:AssumeRole"]))
    throw new CloudError(
      "InvalidParameterException",
      `Role with arn: ${text(inputs.roleArn)}, could not be assumed because eks.amazonaws.com is not trusted`,
    );
  if (!amazonPoliciesOf(view, inputs.roleArn).includes("AmazonEKSClusterPolicy"))
    throw new CloudError(
      "InvalidParameterException",
      "The provided role doesn't have the Amazon EKS Managed Policies associated with it. Please ensure the following policies [arn:aws:iam::aws:policy/AmazonEKSClusterPolicy] are attached",
    );
  const wanted = text(inputs.version) || versions.at(-2);
  if (!versions.includes(wanted ?? ""))
    throw new CloudError(
      "InvalidParameterException",
      `unsupported Kubernetes version ${wanted}; EKS runs ${versions.join(", ")}`,
    );
  const service = parseCidr(record(inputs.kubernetesNetworkConfig).serviceIpv4Cidr ?? "172.20.0.0/16");
  const network = parseCidr(view.of("ec2/vpc:Vpc").find(({ id }) => id === subnets[0]?.outs.vpcId)?.outs.cidrBlock);
  if (
    service !== undefined &&
    network !== undefined &&
    service.address <= network.last &&
    network.address <= service.last
  )
    throw new CloudError("InvalidParameterException", "The Kubernetes service range overlaps the VPC's");
  if (before === undefined || before.outs.version === wanted) return;
  const [from, to] = [minor(before.outs.version), minor(wanted)];
  if (to !== from + 1)
    throw new CloudError(
      "InvalidParameterException",
      `Unsupported Kubernetes minor version update from ${text(before.outs.version)} to ${wanted}`,
    );
}

function clusterOutputs(inputs: Values, { id, view, before }: Parameters<ResourceKind["outputs"]>[1]): Values {
  const config = record(inputs.vpcConfig);
  const issuer = digest(`${view.accountId} ${id}`, 32).toUpperCase();
  return {
    arn: view.arn("eks", `cluster/${id}`),
    certificateAuthority: { data: view.controlPlane.authority },
    endpoint: view.controlPlane.server,
    identities: [{ oidcs: [{ issuer: `https://oidc.eks.${view.region}.amazonaws.com/id/${issuer}` }] }],
    clusterId: "",
    createdAt: before?.createdAt ?? now(),
    platformVersion: "eks.1",
    status: "ACTIVE",
    version: text(inputs.version) || versions.at(-2),
    vpcConfig: {
      endpointPrivateAccess: false,
      endpointPublicAccess: true,
      publicAccessCidrs: config.endpointPublicAccess === false ? [] : ["0.0.0.0/0"],
      ...config,
      clusterSecurityGroupId: `sg-0${digest(`cluster ${id}`, 16)}`,
      vpcId: vpcOf(view, texts(config.subnetIds)[0]),
    },
    accessConfig: {
      authenticationMode: "CONFIG_MAP",
      bootstrapClusterCreatorAdminPermissions: true,
      ...record(inputs.accessConfig),
    },
    kubernetesNetworkConfig: {
      serviceIpv4Cidr: "172.20.0.0/16",
      ipFamily: "ipv4",
      ...record(inputs.kubernetesNetworkConfig),
    },
    upgradePolicy: { supportType: "EXTENDED", ...record(inputs.upgradePolicy) },
    deletionProtection: inputs.deletionProtection ?? false,
  };
}

const accessEntry: ResourceKind = {
  api: ["EKS", "AccessEntry"],
  rules: {
    principalArn: arnRule("iam"),
    type: oneOf("STANDARD", "EC2_LINUX", "EC2_WINDOWS", "EC2", "FARGATE_LINUX", "HYBRID_LINUX", "HYPERPOD_LINUX"),
    "kubernetesGroups[]": matches(/^(?!system:|eks:|aws:|amazon:|iam:)/, "a group that is not reserved"),
  },
  references: { clusterName },
  replaces: ["clusterName", "principalArn", "type"],
  admit: (inputs, view, before) => {
    if (before !== undefined) return;
    const of = clusterNamed(view, inputs.clusterName);
    if (record(of?.outs.accessConfig).authenticationMode === "CONFIG_MAP")
      throw new CloudError(
        "InvalidRequestException",
        "The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP]",
      );
    const creator = record(of?.outs.accessConfig).bootstrapClusterCreatorAdminPermissions === true;
    const taken = view
      .of("eks/accessEntry:AccessEntry")
      .some(({ outs }) => outs.clusterName === inputs.clusterName && outs.principalArn === inputs.principalArn);
    if (taken || (creator && roleBehind(view.caller) === inputs.principalArn))
      throw new CloudError(
        "ResourceInUseException",
        "The specified access entry resource is already in use on this cluster.",
      );
  },
  id: (inputs) => `${text(inputs.clusterName)}:${text(inputs.principalArn)}`,
  outputs: (inputs, { view, before }) => ({
    accessEntryArn: view.arn(
      "eks",
      `access-entry/${text(inputs.clusterName)}/${digest(text(inputs.principalArn), 12)}`,
    ),
    createdAt: before?.createdAt ?? now(),
    modifiedAt: now(),
    userName: inputs.userName ?? inputs.principalArn,
  }),
  unset: ["kubernetesGroups"],
};

/** `arn:aws:sts::1:assumed-role/deployer/session` -> `arn:aws:iam::1:role/deployer` */
export const roleBehind = (caller: string): string =>
  caller.replace(/^(arn:[^:]+):sts::(\d+):assumed-role\/([^/]+)\/.*$/, "$1:iam::$2:role/$3");

const accessPolicyAssociation: ResourceKind = {
  api: ["EKS", "AccessPolicy"],
  rules: {
    policyArn: matches(
      /^arn:aws(-[a-z-]+)?:eks::aws:cluster-access-policy\/Amazon[A-Za-z]+Policy$/,
      "one of EKS' access policies",
    ),
    "accessScope.type": valueOf("eks", "AccessScopeType"),
  },
  references: { clusterName },
  replaces: ["clusterName", "principalArn", "policyArn", "accessScope"],
  admit: (inputs, view) => {
    const entry = view
      .of("eks/accessEntry:AccessEntry")
      .some(({ outs }) => outs.clusterName === inputs.clusterName && outs.principalArn === inputs.principalArn);
    if (!entry)
      throw new CloudError(
        "ResourceNotFoundException",
        "The specified principalArn could not be found in any access entry of the cluster.",
      );
  },
  id: (inputs) => [inputs.clusterName, inputs.principalArn, inputs.policyArn].map(text).join("#"),
  outputs: (_inputs, { before }) => ({ associatedAt: before?.associatedAt ?? now(), modifiedAt: now() }),
};

interface AddonFigures {
  readonly version: string | ((kubernetesMinor: number) => string);
  readonly needsNodes: boolean;
}

/** Add-ons that the platform may ask for. Those with a Deployment are ACTIVE only when there are nodes to run it. */
const addons: Readonly<Record<string, AddonFigures>> = {
  "vpc-cni": { version: "v1.20.4-eksbuild.1", needsNodes: false },
  "kube-proxy": { version: (of) => `v1.${of}.0-eksbuild.2`, needsNodes: false },
  "eks-pod-identity-agent": { version: "v1.3.9-eksbuild.3", needsNodes: false },
  coredns: { version: (of) => `v1.12.${of - 31}-eksbuild.1`, needsNodes: true },
  "aws-ebs-csi-driver": { version: "v1.53.0-eksbuild.1", needsNodes: true },
  "metrics-server": { version: "v0.8.0-eksbuild.3", needsNodes: true },
  "cert-manager": { version: "v1.19.1-eksbuild.1", needsNodes: true },
  "external-dns": { version: "v0.19.0-eksbuild.2", needsNodes: true },
  "snapshot-controller": { version: "v8.3.0-eksbuild.1", needsNodes: true },
};
/** EKS' default for a cluster of this version, such as 1.35. */
export function addonVersion(name: string, kubernetes: string): string | undefined {
  const version = addons[name]?.version;
  return typeof version === "function" ? version(minor(kubernetes)) : version;
}

/** Versions that go with a cluster: its own, and those that were its own up to three versions ago. */
const addonVersions = (name: string, kubernetes: string): readonly (string | undefined)[] =>
  [0, 1, 2, 3].map((behind) => addonVersion(name, `1.${minor(kubernetes) - behind}`));

const groupsOf = (view: AwsView, name: unknown): readonly Entity[] =>
  view.of("eks/nodeGroup:NodeGroup").filter(({ outs, readyAt }) => outs.clusterName === name && readyAt <= view.now);

const addon: ResourceKind = {
  api: ["EKS", "Addon"],
  rules: {
    addonName: oneOf(...Object.keys(addons)),
    configurationValues: json,
    resolveConflictsOnCreate: oneOf("NONE", "OVERWRITE"),
    resolveConflictsOnUpdate: valueOf("eks", "ResolveConflicts"),
  },
  references: {
    clusterName,
    serviceAccountRoleArn: roleArn,
    "podIdentityAssociations[].roleArn": roleArn,
  },
  replaces: ["clusterName", "addonName"],
  admit: (inputs, view, before) => {
    const name = text(inputs.addonName);
    const all = view.of("eks/addon:Addon").filter(({ outs }) => outs.clusterName === inputs.clusterName);
    if (before === undefined && all.some(({ outs }) => outs.addonName === name))
      throw new CloudError("ResourceInUseException", "Addon already exists.");
    if (addons[name]?.needsNodes === true && groupsOf(view, inputs.clusterName).length === 0)
      throw new CloudError(
        "InsufficientNumberOfReplicas",
        `waiting for state to become 'ACTIVE' (last state: 'DEGRADED', timeout: 20m0s): ${name} is unhealthy because it ` +
          "doesn't have the desired number of replicas: the cluster has no nodes",
      );
    const kubernetes = text(clusterNamed(view, inputs.clusterName)?.outs.version);
    if (inputs.addonVersion !== undefined && !addonVersions(name, kubernetes).includes(text(inputs.addonVersion)))
      throw new CloudError(
        "InvalidParameterException",
        `Addon version specified is not supported: ${name} ${text(inputs.addonVersion)} on Kubernetes ${kubernetes}`,
      );
    const roles = list(inputs.podIdentityAssociations).map((each) => record(each).roleArn);
    for (const arn of roles) requirePodIdentity(view, inputs.clusterName, arn);
  },
  seconds: { update: 30, delete: 15 },
  id: (inputs) => `${text(inputs.clusterName)}:${text(inputs.addonName)}`,
  outputs: (inputs, { before, view }) => ({
    arn: view.arn("eks", `addon/${text(inputs.clusterName)}/${text(inputs.addonName)}/${uuid()}`),
    createdAt: before?.createdAt ?? now(),
    modifiedAt: now(),
    addonVersion:
      inputs.addonVersion ??
      before?.addonVersion ??
      addonVersion(text(inputs.addonName), text(clusterNamed(view, inputs.clusterName)?.outs.version)),
    namespaceConfig: inputs.namespaceConfig ?? {},
  }),
  unset: ["configurationValues"],
};

function requirePodIdentity(view: AwsView, name: unknown, arn: unknown): void {
  if (!trusts(view, arn, "pods.eks.amazonaws.com", ["sts:AssumeRole", "sts:TagSession"]))
    throw new CloudError(
      "InvalidParameterException",
      `Trust policy of role ${text(arn)} does not allow pods.eks.amazonaws.com both sts:AssumeRole and sts:TagSession`,
    );
  const agent = view
    .of("eks/addon:Addon")
    .some(({ outs }) => outs.clusterName === name && outs.addonName === "eks-pod-identity-agent");
  if (!agent)
    throw new CloudError(
      "PodIdentityAgentMissing",
      "pods of the cluster get no credentials: eks-pod-identity-agent is not installed",
    );
}

const podIdentityAssociation: ResourceKind = {
  api: ["EKS", "PodIdentityAssociation"],
  rules: {
    namespace: matches(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, "a namespace"),
    serviceAccount: matches(/^[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?$/, "a service account"),
  },
  references: { clusterName, roleArn },
  replaces: ["clusterName", "namespace", "serviceAccount"],
  admit: (inputs, view, before) => {
    const same = view
      .of("eks/podIdentityAssociation:PodIdentityAssociation")
      .find(
        ({ id, outs }) =>
          id !== before?.id && ["clusterName", "namespace", "serviceAccount"].every((key) => outs[key] === inputs[key]),
      );
    if (same !== undefined)
      throw new CloudError(
        "ResourceInUseException",
        "Association already exists: pod identity association for this service account",
      );
    requirePodIdentity(view, inputs.clusterName, inputs.roleArn);
  },
  seconds: { create: 2, delete: 2 },
  id: () => `a-${letters(17).toLowerCase()}`,
  outputs: (inputs, { id, view }) => ({
    associationArn: view.arn("eks", `podidentityassociation/${text(inputs.clusterName)}/${id}`),
    associationId: id,
    externalId: "",
    disableSessionTags: inputs.disableSessionTags ?? false,
  }),
};

export const eks: Kinds = {
  "eks/cluster:Cluster": cluster,
  "eks/accessEntry:AccessEntry": accessEntry,
  "eks/accessPolicyAssociation:AccessPolicyAssociation": accessPolicyAssociation,
  "eks/addon:Addon": addon,
  "eks/podIdentityAssociation:PodIdentityAssociation": podIdentityAssociation,
};
