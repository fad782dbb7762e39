import assert from "node:assert/strict";
import { rehearsalRequest } from "../../cli/rehearse";
import { rehearsalText } from "../../cli/rehearsalText";
import program from "../../index";
import { rehearsedAws } from "../../sandbox/providers/aws/rehearsed";
import { rehearse } from "../../sandbox/rehearsal/rehearsal";
import type { RehearsalReport } from "../../sandbox/rehearsal/report";
import type { Stage } from "../../sandbox/rehearsal/stage";
import { leaks } from "../engine/canaries";
import { toolset } from "../support/tools";
import { permissionsIn, type Permissions } from "./permissions";
import { leaksOf, notInSecrets, secretsOf, type Secrets } from "./secrets";

/**
 * The production stack as its file has it, with the smallest preset whose stores have a standby: one life, from nothing to
 * nothing, on an account as AWS hands it out. What AWS itself takes, that containers run and that traffic arrives is not
 * proved.
 */
describe("a rehearsal of stack aws-prod", function () {
  this.timeout(900_000);
  let report: RehearsalReport;
  let found: { secrets: Secrets; leaks: readonly string[]; lacking: readonly string[]; permissions: Permissions };
  const events: string[] = [];

  const lookAround = async (stage: Stage) => {
    const secrets = await secretsOf(stage);
    found = {
      secrets,
      leaks: await leaksOf(stage, secrets, events),
      lacking: await notInSecrets(stage, secrets),
      permissions: permissionsIn(await stage.state()),
    };
  };
  const scenario = (name: string) => report.scenarios.find((each) => each.name === name) ?? assert.fail(name);

  before(async () => {
    const options = { stack: "aws-prod", preset: "small", fault: [], scenario: ["upgrade", "zone"] } as const;
    const request = rehearsalRequest(
      { ...options, adopt: [], speed: 100, quota: {} },
      rehearsedAws,
      await toolset(),
      program,
    );
    report = await rehearse({
      ...request,
      visit: lookAround,
      onEvent: (event) => {
        // The engine also hands over what the SDK logs for its own developers; nothing keeps or shows it.
        if (String(event.diagnosticEvent?.severity) !== "debug") events.push(JSON.stringify(event));
      },
    });
  });

  it("has no problem to report", () => {
    assert.deepEqual(report.problems, []);
  });

  it("comes up as fast as its dependencies allow: cluster, database and cache side by side", () => {
    const { ratio, late, chain, seconds } = report.up;
    assert.ok(ratio <= 1.1, String(ratio));
    assert.deepEqual(late, []);
    assert.ok(chain.seconds > 900 && chain.seconds < 1100, String(chain.seconds));
    assert.ok(
      chain.path.some((urn) => urn.includes("aws:rds/instance:Instance")),
      chain.path.join("\n"),
    );
    // At 1:100 the chain alone takes nine seconds.
    assert.ok(seconds > chain.seconds / 100, String(seconds));
  });

  it("makes resources of every service, and places every pod", () => {
    for (const service of ["ec2", "eks", "iam", "rds", "elasticache", "s3", "route53", "lb", "kms", "kubernetes"])
      assert.ok((report.up.resources[service] ?? 0) > 0, service);
    assert.deepEqual(report.up.previewDiffers, []);
    assert.ok(report.pods.total > 20, String(report.pods.total));
    assert.deepEqual(report.pods.unready, []);
    assert.deepEqual(
      report.nodes.map(({ pool, added }) => [pool, added]),
      [
        ["general", 0],
        ["scratch", 0],
      ],
    );
  });

  it("has nothing to do in a second run", () => {
    assert.deepEqual(
      Object.keys(report.second).filter((op) => op !== "read"),
      ["same"],
    );
  });

  it("protects everything that holds data, gives out no static key, and refuses to be destroyed", () => {
    assert.deepEqual(report.protection, { unprotected: [], staticKeys: [] });
    assert.equal(report.destroy?.refusedAtFirst, true);
  });

  it("keeps every secret out of state, logs, events, the account, objects that are no Secrets, and its own report", () => {
    const names = Object.keys(found.secrets);
    for (const expected of [/^platform-postgres-admin\./, /^platform-redis-token\./, /^secrets\./, /^token$/])
      assert.ok(
        names.some((name) => expected.test(name)),
        `${expected} not among ${names.join(", ")}`,
      );
    assert.ok(events.length > 500, String(events.length));
    assert.deepEqual(found.leaks, []);
    const text = rehearsalText(report) + JSON.stringify(report);
    assert.deepEqual(leaks(found.secrets, new Map([["the report", text]])), []);
  });

  it("would find a secret that had leaked: all but the cluster's token are where they belong", () => {
    // Random bytes get the form that their reader wants.
    assert.deepEqual(
      found.lacking.filter((name) => !/\.(base64|hex)$/.test(name)),
      ["token"],
    );
  });

  it("grants its roles the smallest set of actions, and Amazon's own policies where EKS asks for them", () => {
    const { granted, smallest, attached } = found.permissions;
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
    const { said } = scenario("upgrade");
    assert.match(said[0] ?? "", /from 1\.34 to 1\.35: 1 control plane, then [1-9]\d* add-ons of the nodes, then [4-9]/);
    assert.match(said.join("\n"), /[1-9]\d* pods went/);
  });

  it("stands the loss of a zone: stores fail over, pods find room elsewhere, an `up` has nothing to do", () => {
    const said = scenario("zone").said.join("\n");
    assert.match(said, /database \S+ fails over from eu-central-1a to eu-central-1b/);
    assert.match(said, /cache \S+ goes on in eu-central-1b/);
    assert.match(said, /load balancer \S+ answers in eu-central-1b, eu-central-1c/);
    assert.match(said, /1 pods wait for disks in eu-central-1a \(logfire\/logfire-ff-ingest-\d\)/);
  });

  it("leaves nothing behind", () => {
    assert.deepEqual(report.destroy?.left, []);
  });
});
