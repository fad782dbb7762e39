import assert from "node:assert/strict";
import { rehearsedAws } from "../../sandbox/providers/aws/rehearsed";
import type { Stage } from "../../sandbox/rehearsal/stage";
import { permissionsIn } from "./awsPermissions";
import { describeLife } from "./life";

const production = {
  cloud: rehearsedAws,
  stack: "aws-prod",
  scenario: ["upgrade", "zone"],
  chainSeconds: [900, 1100],
  services: ["ec2", "eks", "iam", "rds", "elasticache", "s3", "route53", "lb", "kms"],
  secrets: [/^platform-postgres-admin\./, /^platform-redis-token\./],
  see: async (stage: Stage) => permissionsIn(await stage.state()),
} as const;

describeLife(production, (life) => {
  it("takes as long as its database does", () => {
    const { path } = life().report.up.chain;
    assert.ok(
      path.some((urn) => urn.includes("aws:rds/instance:Instance")),
      path.join("\n"),
    );
  });

  it("grants its roles the smallest set of actions, and Amazon's own policies where EKS asks for them", () => {
    const { granted, smallest, attached } = life().seen;
    assert.deepEqual(granted, JSON.parse(JSON.stringify(smallest)));
    assert.deepEqual(attached, [
      "aws-ebs-csi-driver-AmazonEBSCSIDriverPolicy",
      "cluster-AmazonEKSClusterPolicy",
      "node-AmazonEC2ContainerRegistryPullOnly",
      "node-AmazonEKSWorkerNodePolicy",
      "vpc-cni-AmazonEKS_CNI_Policy",
    ]);
  });

  it("goes to the next Kubernetes version in order: control plane, add-ons of nodes, nodes, what runs on them", () => {
    const { said } = life().scenario("upgrade");
    assert.match(said[0] ?? "", /from 1\.34 to 1\.35: 1 control plane, then [1-9]\d* add-ons of the nodes, then [4-9]/);
    assert.match(said.join("\n"), /[1-9]\d* pods went/);
  });

  it("stands the loss of a zone: stores fail over, pods find room elsewhere, an `up` has nothing to do", () => {
    const said = life().scenario("zone").said.join("\n");
    assert.match(said, /database \S+ fails over from eu-central-1a to eu-central-1b/);
    assert.match(said, /cache \S+ goes on in eu-central-1b/);
    assert.match(said, /load balancer \S+ answers in eu-central-1b, eu-central-1c/);
    assert.match(said, /1 pods wait for disks in eu-central-1a \(logfire\/logfire-ff-ingest-\d\)/);
  });

  it("leaves nothing behind", () => {
    assert.deepEqual(life().report.destroy?.left, []);
  });
});
