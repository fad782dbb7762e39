import assert from "node:assert/strict";
import { permissions } from "../../../components/platform/aws/figures/permissions";
import {
  autoscaling,
  bucketAccess,
  dnsChallenge,
  flowLogTrust,
  flowLogWriting,
  podIdentityTrust,
  serviceTrust,
  storageKey,
  tlsOnly,
  webIdentityTrust,
  type PolicyDocument,
} from "../../../components/platform/aws/policies";

const clusterArn = "arn:aws:eks:eu-central-1:123456789012:cluster/logfire-prod";
const account = { namespace: "logfire", serviceAccount: "logfire" };

/** Each policy that this package writes, and the smallest set of actions that its reader needs. */
const smallest: readonly (readonly [string, PolicyDocument, readonly string[]])[] = [
  [
    "object stores of the workloads",
    bucketAccess({ partition: "aws", bucket: "b", kmsKeyArn: "arn:aws:kms:eu-central-1:123456789012:key/1" }),
    [
      "kms:Decrypt",
      "kms:GenerateDataKey",
      "s3:AbortMultipartUpload",
      "s3:DeleteObject",
      "s3:GetObject",
      "s3:ListBucket",
      "s3:ListMultipartUploadParts",
      "s3:PutObject",
    ],
  ],
  [
    "cert-manager",
    dnsChallenge("aws", "Z1"),
    ["route53:ChangeResourceRecordSets", "route53:GetChange", "route53:ListResourceRecordSets"],
  ],
  [
    "cluster-autoscaler",
    autoscaling(clusterArn),
    [
      "autoscaling:DescribeAutoScalingGroups",
      "autoscaling:DescribeAutoScalingInstances",
      "autoscaling:DescribeScalingActivities",
      "autoscaling:SetDesiredCapacity",
      "autoscaling:TerminateInstanceInAutoScalingGroup",
      "ec2:DescribeInstanceTypes",
      "ec2:DescribeLaunchTemplateVersions",
      "eks:DescribeNodegroup",
    ],
  ],
  [
    "VPC flow logs",
    flowLogWriting("arn:aws:logs:eu-central-1:123456789012:log-group:/aws/vpc/x"),
    ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
  ],
];

const actionsOf = ({ Statement }: PolicyDocument): string[] =>
  Statement.filter(({ Effect }) => Effect === "Allow")
    .flatMap(({ Action }) => Action)
    .sort();

describe("IAM policies", () => {
  for (const [reader, document, actions] of smallest) {
    it(`let ${reader} do what it has to, and nothing else`, () => {
      assert.deepEqual(actionsOf(document), [...actions].sort());
    });

    it(`name no action by a wildcard for ${reader}`, () => {
      assert.ok(actionsOf(document).every((action) => !action.includes("*")));
    });
  }

  it("keep the workloads to one bucket", () => {
    const [list, objects, ...others] = bucketAccess({ partition: "aws", bucket: "b" }).Statement;
    assert.equal(list?.Resource, "arn:aws:s3:::b");
    assert.equal(objects?.Resource, "arn:aws:s3:::b/*");
    assert.deepEqual(others, []);
  });

  it("keep the workloads to the folder that a bucket of the owner's has for them", () => {
    const [list, objects] = bucketAccess({ partition: "aws-us-gov", bucket: "b", prefix: "team/logfire" }).Statement;
    assert.deepEqual(list?.Condition, { StringLike: { "s3:prefix": ["team/logfire", "team/logfire/*"] } });
    assert.equal(objects?.Resource, "arn:aws-us-gov:s3:::b/team/logfire/*");
  });

  it("let cert-manager write nothing but challenges, and in one zone", () => {
    const write = dnsChallenge("aws", "Z1").Statement.find(
      ({ Action }) => Action === "route53:ChangeResourceRecordSets",
    );
    assert.equal(write?.Resource, "arn:aws:route53:::hostedzone/Z1");
    assert.deepEqual(write.Condition, {
      "ForAllValues:StringEquals": { "route53:ChangeResourceRecordSetsRecordTypes": ["TXT"] },
      "ForAllValues:StringLike": { "route53:ChangeResourceRecordSetsNormalizedRecordNames": ["_acme-challenge.*"] },
    });
  });

  it("let the autoscaler change the groups of its own cluster only", () => {
    const statements = autoscaling(clusterArn).Statement;
    const changes = statements.find(({ Action }) => Action.includes("autoscaling:SetDesiredCapacity"));
    assert.deepEqual(changes?.Condition, {
      StringEquals: { "aws:ResourceTag/k8s.io/cluster-autoscaler/logfire-prod": "owned" },
    });
    const looks = statements.find(({ Action }) => Action === "eks:DescribeNodegroup");
    assert.equal(looks?.Resource, "arn:aws:eks:eu-central-1:123456789012:nodegroup/logfire-prod/*");
  });

  it("let nobody use the database's key but through RDS, and whoever deploys manage it", () => {
    const key = storageKey({ partition: "aws", accountId: "123456789012" }, "rds.eu-central-1");
    const [manage, use, grant, ...others] = key.Statement;
    assert.deepEqual(others, []);
    for (const statement of key.Statement)
      assert.deepEqual(statement.Principal, { AWS: "arn:aws:iam::123456789012:root" }, "another account, or nobody");
    assert.ok(actionsOf(key).every((action) => !action.includes("*")));
    const cryptographic = /:(Decrypt|Encrypt|GenerateDataKey|ReEncrypt|CreateGrant)/;
    assert.ok(manage !== undefined && [manage.Action].flat().every((action) => !cryptographic.test(action)));
    const through = { "kms:ViaService": "rds.eu-central-1.amazonaws.com" };
    assert.deepEqual(use?.Condition, { StringEquals: through });
    assert.deepEqual(grant?.Condition, { StringEquals: through, Bool: { "kms:GrantIsForAWSResource": "true" } });
    const called = [...(permissions["kms/key"] ?? []), ...(permissions["kms/alias"] ?? [])];
    const ofTheKey = called.filter((action) => !["kms:CreateKey", "kms:ListAliases"].includes(action));
    assert.ok(ofTheKey.length > 8);
    assert.deepEqual(
      ofTheKey.filter((action) => !manage.Action.includes(action)),
      [],
      "its owner could not manage it any more",
    );
  });

  it("refuse whoever comes to the bucket without TLS", () => {
    assert.deepEqual(tlsOnly({ partition: "aws", bucket: "b" }).Statement, [
      {
        Sid: "TlsOnly",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: ["arn:aws:s3:::b", "arn:aws:s3:::b/*"],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ]);
  });
});

describe("who may take a role", () => {
  it("is one ServiceAccount of one cluster by EKS Pod Identity", () => {
    assert.deepEqual(podIdentityTrust(account, clusterArn).Statement, [
      {
        Effect: "Allow",
        Principal: { Service: "pods.eks.amazonaws.com" },
        Action: ["sts:AssumeRole", "sts:TagSession"],
        Condition: {
          StringEquals: {
            "aws:RequestTag/eks-cluster-arn": clusterArn,
            "aws:RequestTag/kubernetes-namespace": "logfire",
            "aws:RequestTag/kubernetes-service-account": "logfire",
          },
        },
      },
    ]);
  });

  it("is one ServiceAccount of one cluster by its tokens", () => {
    const [statement] = webIdentityTrust(account, { providerArn: "arn:provider", issuer: "oidc.test/id/1" }).Statement;
    assert.deepEqual(statement?.Principal, { Federated: "arn:provider" });
    assert.deepEqual(statement.Condition, {
      StringEquals: {
        "oidc.test/id/1:aud": "sts.amazonaws.com",
        "oidc.test/id/1:sub": "system:serviceaccount:logfire:logfire",
      },
    });
  });

  it("is one service of AWS", () => {
    assert.deepEqual(serviceTrust("eks").Statement, [
      { Effect: "Allow", Principal: { Service: "eks.amazonaws.com" }, Action: "sts:AssumeRole" },
    ]);
    assert.deepEqual(flowLogTrust("123456789012").Statement[0]?.Condition, {
      StringEquals: { "aws:SourceAccount": "123456789012" },
    });
  });
});
