import { join } from "node:path";
import { aws as simulation } from "../../sandbox/providers/aws/simulation";
import { awsProgram } from "./awsProgram";
import { startAwsRig } from "./awsSupport";
import { describeToyLife } from "./cloudLife";

describeToyLife({
  ...{ simulation, start: startAwsRig },
  ...{ module: join(__dirname, "awsProgram.ts"), factory: "awsProgram", program: awsProgram },
  lacking: {
    options: { withoutCni: true },
    said: /NodeCreationFailure: .*the cluster has no CNI/,
    ...{ made: "eks/cluster:Cluster", notMade: "eks/nodeGroup:NodeGroup" },
  },
  wrong: { options: { type: "m7i.tiny" }, said: /"m7i.tiny" is not one of AWS' _InstanceType/ },
  tags: { stack: "test" },
  pools: [
    {
      ...{ pool: "general", type: "m7i.large", nodes: 3, versions: ["v1.35.0-eks-simulated"] },
      byZone: { "eu-west-1a": 1, "eu-west-1b": 1, "eu-west-1c": 1 },
    },
  ],
  selector: "logfire.dev/pool=general",
  disks: { driver: "ebs.csi.aws.com", zonal: true },
  password: "rds/instance:Instance",
  exchange: {
    ...{ options: { type: "m7i.xlarge" }, type: "m7i.xlarge", pool: "eks/nodeGroup:NodeGroup" },
    ...{ steps: ["create-replacement", "replace", "delete-replaced"], evicted: [3, 3] },
  },
  kept: [],
});
