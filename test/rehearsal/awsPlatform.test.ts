import { rehearsedAws } from "../../sandbox/providers/aws/rehearsed";
import { describeAlone } from "./alone";

describeAlone({
  cloud: rehearsedAws,
  stack: "aws-dev",
  madeOf: {
    network: "ec2/vpc:Vpc",
    cluster: "eks/cluster:Cluster",
    postgres: "rds/instance:Instance",
    bucket: "s3/bucket:Bucket",
    redis: "elasticache/replicationGroup:ReplicationGroup",
    zone: "route53/zone:Zone",
  },
  always: "eks/nodeGroup:NodeGroup",
});
