import { rehearsedAws } from "../../sandbox/providers/aws/rehearsed";
import { describeBadDay } from "./badDay";

describeBadDay({
  cloud: rehearsedAws,
  stack: "aws-dev",
  refused: [/ElastiCache:CreateReplicationGroup: InternalFailure/, /EKS:CreateNodegroup: ServerException/],
  made: ["vpc"],
  notMade: ["s3"],
});
