import assert from "node:assert/strict";
import type { UpdateResult } from "../../../sandbox";
import { list, record, text, type Entity, type Values } from "../../../sandbox/providers/cloud/model";
import type { EdgeSettings } from "../../../components/settings/types";
import { startAwsRig, type AwsRig } from "../../sandbox/awsSupport";
import { edgeSettings } from "../../support/logfireSettings";
import { program } from "../nativeProgram";
import type { Changes } from "../program";

const native = { mode: "native", proxiesInFront: 0, certificate: { source: "none" } } as const;
/** What the sandbox plays in place of Envoy Gateway, with cert-manager's own controllers. */
const gateway = {
  mode: "gateway",
  proxiesInFront: 0,
  certificate: { source: "privateCa" },
  gateway: { ...edgeSettings().gateway, controller: "existing", className: "logfire-sandbox" },
} as const;

const with_ = (edge: Partial<EdgeSettings>): Changes => ({
  platform: {
    nodes: {
      general: { type: "m7i.xlarge", minNodes: 3, maxNodes: 7 },
      scratch: { type: "m6id.xlarge", minNodes: 3, maxNodes: 21 },
    },
  },
  logfire: {
    ...{ preset: "tiny", disposable: true },
    edge: edgeSettings({ certManager: { controller: "existing", namespace: "cert-manager" }, ...edge }),
  },
});

/**
 * Platform and Logfire with the native edge on the real engine, with a simulated account that checks what is known of AWS'
 * rules and a real control plane with simulated nodes. Does not prove that AWS accepts an input, that its load balancer
 * reaches a pod, or that ACM sees a record. Steps of one stack's life, in this order.
 */
describe("the native edge on a real engine", function () {
  this.timeout(600_000);
  let rig: AwsRig;
  const deploy = (edge: Partial<EdgeSettings>) =>
    rig.sandbox.engine.deploy({ stack: "native", program: () => program(with_(edge)) });
  const inAccount = (token: string): readonly Entity[] => rig.account.entities().filter((each) => each.token === token);
  const balancers = () => inAccount("lb/loadBalancer:LoadBalancer").map(({ outs }) => outs);
  const inCluster = async (...what: readonly string[]): Promise<Values> =>
    JSON.parse(await rig.sandbox.controlPlane.kubectl(["get", ...what, "-n", "logfire", "-o", "json"])) as Values;
  const edgeOf = ({ outputs }: UpdateResult) => record(outputs["edge"]?.value);

  before(async () => {
    rig = await startAwsRig({ speed: 1000 });
  });
  after(async () => {
    await rig?.down();
  });

  it("comes up from nothing in one run with its certificate and its records, and a second run has nothing to do", async () => {
    const first = await deploy(native);
    const edge = edgeOf(first);
    const [balancer, ...others] = balancers();
    assert.deepEqual([others, balancer?.loadBalancerType], [[], "application"]);
    assert.deepEqual([edge["addresses"], edge["pending"]], [[balancer?.dnsName], []]);
    assert.equal(first.outputs["url"]?.value, "https://logfire.acme.dev");
    const [alias, ...more] = inAccount("route53/record:Record").filter(({ outs }) => outs.type === "A");
    assert.deepEqual([record(list(alias?.outs.aliases)[0])["name"], more], [balancer?.dnsName, []]);
    const second = await deploy(native);
    assert.deepEqual(Object.keys(second.changes), ["same"]);
  });

  it("leads to the ports that the Service has, and only what the policy lets in reaches HAProxy", async () => {
    const service = record((await inCluster("service", "logfire-edge")).spec);
    const open = new Map(list(service.ports).map((port) => [record(port)["nodePort"], record(port)["targetPort"]]));
    const checks = inAccount("lb/targetGroup:TargetGroup").map(({ outs }) => outs);
    assert.deepEqual(checks.map(({ port }) => open.get(port)).sort(), ["http", "http"]);
    const health = checks.map(({ healthCheck }) => text(record(healthCheck)["port"])).filter((port) => /\d/.test(port));
    assert.deepEqual(
      health.map((port) => open.get(Number(port))),
      ["stats"],
    );
    const policy = record((await inCluster("networkpolicy", "logfire-service")).spec);
    const [range] = inAccount("ec2/vpc:Vpc").map(({ outs }) => outs.cidrBlock);
    for (const rule of list(policy.ingress)) assert.deepEqual(record(rule)["from"], [{ ipBlock: { cidr: range } }]);
  });

  it("moves inside the network, and makes the new load balancer before the old one goes", async () => {
    const moved = await deploy({ ...native, exposure: "internal" });
    assert.ok((moved.changes["create-replacement"] ?? moved.changes["replace"] ?? 0) > 0);
    assert.deepEqual(
      balancers().map(({ internal }) => internal),
      [true],
    );
  });

  it("gives way to a Gateway and takes over again, without a moment in which two want the same port or name", async () => {
    await deploy(gateway);
    assert.deepEqual(
      balancers().map(({ loadBalancerType }) => loadBalancerType),
      ["network"],
    );
    assert.deepEqual(inAccount("acm/certificate:Certificate"), []);
    await deploy(native);
    assert.deepEqual(
      balancers().map(({ loadBalancerType }) => loadBalancerType),
      ["application"],
    );
  });

  it("goes without leaving anything in the account", async () => {
    await rig.sandbox.engine.destroy({ stack: "native", removeStack: true });
    assert.deepEqual(
      rig.account.entities().map(({ token, id }) => `${token} ${id}`),
      [],
    );
  });
});
