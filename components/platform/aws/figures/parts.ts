import type { Parts } from "../../shared/parts";

/** What `AwsPlatform` makes where everything is left to it. */
export const parts: Parts = {
  network: {
    made: "VPC, a public and a private subnet in each of three zones, gateway endpoint for S3",
    types: ["aws:ec2/vpc:Vpc", "aws:ec2/subnet:Subnet", "aws:ec2/vpcEndpoint:VpcEndpoint"],
    differs: "every pod takes an address of the VPC, so that its range has to be large",
  },
  "way out": {
    made: "NAT gateway: regional, one in each zone, or a single one",
    types: ["aws:ec2/natGateway:NatGateway"],
  },
  cluster: {
    made: "EKS, access entries, typed add-ons, control-plane logs",
    types: ["aws:eks/cluster:Cluster", "aws:eks/addon:Addon", "aws:cloudwatch/logGroup:LogGroup"],
    differs:
      "network, DNS, volumes and metrics are add-ons with versions of their own; cluster-autoscaler is a Deployment",
  },
  nodes: {
    made: "one managed node group for each zone",
    types: ["aws:eks/nodeGroup:NodeGroup", "aws:ec2/launchTemplate:LaunchTemplate"],
    differs: "disks belong to one zone, and the autoscaler has to grow the right one",
  },
  scratch: {
    made: "instance store as RAID 0 under the kubelet",
    types: ["aws:eks/nodeGroup:NodeGroup"],
    differs: "size follows the machine type",
  },
  PostgreSQL: {
    made: "RDS 16, Multi-AZ from `small` up, parameter group, `verify-full`",
    types: ["aws:rds/instance:Instance", "aws:rds/parameterGroup:ParameterGroup"],
  },
  "object store": {
    made: "S3 bucket, TLS-only policy",
    types: ["aws:s3/bucket:Bucket", "aws:s3/bucketPolicy:BucketPolicy"],
  },
  Redis: {
    made: "ElastiCache for Valkey 7.2, TLS and token, a replica from `small` up",
    types: ["aws:elasticache/replicationGroup:ReplicationGroup"],
    differs: "Redis OSS of ElastiCache ends at 7.1; Valkey 7.2 is what Redis 7.2 is elsewhere",
  },
  "pods' identity": {
    made: "EKS Pod Identity, or IAM roles for service accounts",
    types: ["aws:iam/role:Role", "aws:eks/podIdentityAssociation:PodIdentityAssociation"],
  },
  "DNS zone": { made: "Route 53 zone", types: ["aws:route53/zone:Zone"] },
  "load balancer": {
    made: "NLB with an Elastic IP in each zone, on node ports",
    types: ["aws:lb/loadBalancer:LoadBalancer", "aws:ec2/eip:Eip"],
    differs: "EKS has no controller for it built in, so that the stack makes it and `destroy` takes it away",
  },
  "native edge": {
    made: "ALB and ACM",
    types: ["aws:lb/listener:Listener", "aws:acm/certificate:Certificate"],
  },
  "encryption keys": {
    made: "KMS key for Kubernetes Secrets; for database and bucket by choice",
    types: ["aws:kms/key:Key"],
  },
};
