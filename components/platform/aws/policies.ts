/** IAM policies as plain JSON. Each grants what its one reader does, and nothing besides. */

export interface Statement {
  readonly Sid?: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: "*" | Readonly<Record<string, string>>;
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

export interface PolicyDocument {
  readonly Version: "2012-10-17";
  readonly Statement: readonly Statement[];
}

const policy = (...statements: readonly Statement[]): PolicyDocument => ({
  Version: "2012-10-17",
  Statement: statements,
});

/** Lets a service of AWS take the role: `eks`, `ec2`. */
export const serviceTrust = (service: string): PolicyDocument =>
  policy({ Effect: "Allow", Principal: { Service: `${service}.amazonaws.com` }, Action: "sts:AssumeRole" });

/** The one account of pods that takes a role. */
export interface PodAccount {
  readonly namespace: string;
  readonly serviceAccount: string;
}

/** EKS Pod Identity tags each session with the cluster, namespace and ServiceAccount that it is for. */
export const podIdentityTrust = ({ namespace, serviceAccount }: PodAccount, clusterArn: string): PolicyDocument =>
  policy({
    Effect: "Allow",
    Principal: { Service: "pods.eks.amazonaws.com" },
    Action: ["sts:AssumeRole", "sts:TagSession"],
    Condition: {
      StringEquals: {
        "aws:RequestTag/eks-cluster-arn": clusterArn,
        "aws:RequestTag/kubernetes-namespace": namespace,
        "aws:RequestTag/kubernetes-service-account": serviceAccount,
      },
    },
  });

/** IAM roles for service accounts. `issuer` is the cluster's, without `https://`. */
export const webIdentityTrust = (
  { namespace, serviceAccount }: PodAccount,
  { providerArn, issuer }: { readonly providerArn: string; readonly issuer: string },
): PolicyDocument =>
  policy({
    Effect: "Allow",
    Principal: { Federated: providerArn },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: {
      StringEquals: {
        [`${issuer}:aud`]: "sts.amazonaws.com",
        [`${issuer}:sub`]: `system:serviceaccount:${namespace}:${serviceAccount}`,
      },
    },
  });

export interface BucketPlace {
  readonly partition: string;
  readonly bucket: string;
  /** Of the objects' keys, without a slash at either end. The whole bucket where absent. */
  readonly prefix?: string;
  /** Of a key of the owner's or the stack's. */
  readonly kmsKeyArn?: string;
}

/** What object stores of the workloads do: list, read, write in parts, delete. */
export function bucketAccess({ partition, bucket, prefix, kmsKeyArn }: BucketPlace): PolicyDocument {
  const arn = `arn:${partition}:s3:::${bucket}`;
  const list: Statement = { Effect: "Allow", Action: "s3:ListBucket", Resource: arn };
  return policy(
    prefix === undefined ? list : { ...list, Condition: { StringLike: { "s3:prefix": [prefix, `${prefix}/*`] } } },
    {
      Effect: "Allow",
      Action: [
        "s3:AbortMultipartUpload",
        "s3:DeleteObject",
        "s3:GetObject",
        "s3:ListMultipartUploadParts",
        "s3:PutObject",
      ],
      Resource: prefix === undefined ? `${arn}/*` : `${arn}/${prefix}/*`,
    },
    ...(kmsKeyArn === undefined
      ? []
      : [{ Effect: "Allow", Action: ["kms:Decrypt", "kms:GenerateDataKey"], Resource: kmsKeyArn } satisfies Statement]),
  );
}

/** Refuses whoever comes without TLS. */
export const tlsOnly = ({ partition, bucket }: Pick<BucketPlace, "partition" | "bucket">): PolicyDocument =>
  policy({
    Sid: "TlsOnly",
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: [`arn:${partition}:s3:::${bucket}`, `arn:${partition}:s3:::${bucket}/*`],
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  });

/** What cert-manager does for a DNS-01 challenge, in one zone: write the challenge's record, and see it published. */
export const dnsChallenge = (partition: string, zoneId: string): PolicyDocument =>
  policy(
    { Effect: "Allow", Action: "route53:GetChange", Resource: `arn:${partition}:route53:::change/*` },
    {
      Effect: "Allow",
      Action: "route53:ListResourceRecordSets",
      Resource: `arn:${partition}:route53:::hostedzone/${zoneId}`,
    },
    {
      Effect: "Allow",
      Action: "route53:ChangeResourceRecordSets",
      Resource: `arn:${partition}:route53:::hostedzone/${zoneId}`,
      Condition: {
        "ForAllValues:StringEquals": { "route53:ChangeResourceRecordSetsRecordTypes": ["TXT"] },
        "ForAllValues:StringLike": {
          "route53:ChangeResourceRecordSetsNormalizedRecordNames": ["_acme-challenge.*"],
        },
      },
    },
  );

/** What cluster-autoscaler does with node groups that EKS manages: look, and set the number of nodes of this cluster's. */
export const autoscaling = (clusterArn: string): PolicyDocument => {
  const name = clusterArn.split("cluster/")[1] ?? "";
  const nodeGroups = clusterArn.replace(/:cluster\/.*$/, `:nodegroup/${name}/*`);
  return policy(
    {
      Effect: "Allow",
      Action: [
        "autoscaling:DescribeAutoScalingGroups",
        "autoscaling:DescribeAutoScalingInstances",
        "autoscaling:DescribeScalingActivities",
        "ec2:DescribeInstanceTypes",
        "ec2:DescribeLaunchTemplateVersions",
      ],
      Resource: "*",
    },
    { Effect: "Allow", Action: "eks:DescribeNodegroup", Resource: nodeGroups },
    {
      Effect: "Allow",
      Action: ["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"],
      Resource: "*",
      Condition: { StringEquals: { [`aws:ResourceTag/k8s.io/cluster-autoscaler/${name}`]: "owned" } },
    },
  );
};

/**
 * Of a key that encrypts a service's storage, such as `rds.eu-central-1`. Whom IAM lets may manage it; nobody of the
 * account encrypts or decrypts with it except through that service, and nobody of another one at all.
 */
export const storageKey = (
  { partition, accountId }: { readonly partition: string; readonly accountId: string },
  service: string,
): PolicyDocument => {
  const account = { AWS: `arn:${partition}:iam::${accountId}:root` };
  const throughService = { "kms:ViaService": `${service}.amazonaws.com` };
  return policy(
    {
      Sid: "Manage",
      Effect: "Allow",
      Principal: account,
      Action: [
        "kms:CancelKeyDeletion",
        "kms:DescribeKey",
        "kms:DisableKey",
        "kms:DisableKeyRotation",
        "kms:EnableKey",
        "kms:EnableKeyRotation",
        "kms:GetKeyPolicy",
        "kms:GetKeyRotationStatus",
        "kms:ListGrants",
        "kms:ListKeyPolicies",
        "kms:ListKeyRotations",
        "kms:ListResourceTags",
        "kms:PutKeyPolicy",
        "kms:RevokeGrant",
        "kms:RotateKeyOnDemand",
        "kms:ScheduleKeyDeletion",
        "kms:TagResource",
        "kms:UntagResource",
        "kms:UpdateKeyDescription",
        // Aliases ask for it on the key as well.
        "kms:CreateAlias",
        "kms:DeleteAlias",
        "kms:UpdateAlias",
      ],
      Resource: "*",
    },
    {
      Sid: "UseThroughService",
      Effect: "Allow",
      Principal: account,
      Action: [
        "kms:Decrypt",
        "kms:DescribeKey",
        "kms:Encrypt",
        "kms:GenerateDataKey",
        "kms:GenerateDataKeyWithoutPlaintext",
        "kms:ReEncryptFrom",
        "kms:ReEncryptTo",
      ],
      Resource: "*",
      Condition: { StringEquals: throughService },
    },
    {
      Sid: "GrantToService",
      Effect: "Allow",
      Principal: account,
      Action: "kms:CreateGrant",
      Resource: "*",
      Condition: { StringEquals: throughService, Bool: { "kms:GrantIsForAWSResource": "true" } },
    },
  );
};

/**
 * Keeps the control plane from making its log group anew, without a retention, with what it still has to say after the
 * group was deleted with the stack.
 */
export const noLogGroups = (): PolicyDocument =>
  policy({ Effect: "Deny", Action: "logs:CreateLogGroup", Resource: "*" });

/** Lets VPC flow logs, of this account alone, be written. */
export const flowLogTrust = (accountId: string): PolicyDocument =>
  policy({
    Effect: "Allow",
    Principal: { Service: "vpc-flow-logs.amazonaws.com" },
    Action: "sts:AssumeRole",
    Condition: { StringEquals: { "aws:SourceAccount": accountId } },
  });

export const flowLogWriting = (logGroupArn: string): PolicyDocument =>
  policy({
    Effect: "Allow",
    Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
    Resource: [logGroupArn, `${logGroupArn}:*`],
  });
