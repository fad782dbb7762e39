import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { down, nodesFor, up, type Sandbox } from "../../sandbox";
import { watchBudgets } from "../../sandbox/rehearsal/budgets";
import { root } from "../../cli/root";
import { toolset } from "../support/tools";

const labels = { app: "web" };
const objects = [
  {
    ...{ apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web", namespace: "default" } },
    spec: {
      ...{ replicas: 3, selector: { matchLabels: labels } },
      template: { metadata: { labels }, spec: { containers: [{ name: "web", image: "web" }] } },
    },
  },
  {
    ...{ apiVersion: "policy/v1", kind: "PodDisruptionBudget", metadata: { name: "web", namespace: "default" } },
    spec: { maxUnavailable: 1, selector: { matchLabels: labels } },
  },
];

/** On a real control plane; the pods are simulated. */
describe("the watch over disruption budgets", function () {
  this.timeout(120_000);
  const where = { checkout: root, name: `budgets-${process.pid}-${randomBytes(3).toString("hex")}` };
  let sandbox: Sandbox;
  let watch: Awaited<ReturnType<typeof watchBudgets>>;
  const kubectl = (...args: string[]) => sandbox.controlPlane.kubectl(args);
  const ready = () => kubectl("wait", "deployment/web", "--for=jsonpath={.status.readyReplicas}=3", "--timeout=60s");

  before(async () => {
    const tools = await toolset();
    const pod = { cpuMillis: 100, memoryMib: 100, scratchMib: 0 };
    const nodes = nodesFor({ cloud: "aws", pods: { general: Array.from({ length: 3 }, () => pod), scratch: [] } });
    sandbox = await up({ ...where, toolset: tools, nodes });
    const list = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
    await sandbox.controlPlane.kubectl(["apply", "-f", "-"], list);
    await ready();
    await kubectl("wait", "pdb/web", "--for=jsonpath={.status.disruptionsAllowed}=1", "--timeout=60s");
  });
  after(() => down(where));
  beforeEach(async () => {
    watch = await watchBudgets(sandbox.controlPlane, await toolset(), "default");
  });

  it("sees pods go one after the other, and the budget hold", async () => {
    const names = await nodeNames();
    for (const name of names) {
      await kubectl("drain", name, "--ignore-daemonsets", "--force", "--timeout=60s");
      await ready();
      await kubectl("uncordon", name);
    }
    const { violations, evicted } = await watch.end();
    assert.deepEqual(violations, []);
    assert.ok(evicted >= 3, String(evicted));
  });

  it("sees it broken by whoever deletes two pods at once", async () => {
    const listed = async (...what: string[]) => (await kubectl("get", ...what, "-o", "name")).trim().split("\n");
    const [pods, nodes] = [await listed("pods", "-l", "app=web"), await listed("nodes")];
    // Without a node to go to: the first one's successor would otherwise be Ready before the second is gone.
    for (const name of nodes) await kubectl("cordon", name);
    await kubectl("delete", ...pods.slice(0, 2), "--force", "--grace-period=0");
    for (const name of nodes) await kubectl("uncordon", name);
    await ready();
    assert.deepEqual((await watch.end()).violations, ["web: 1 Ready, 2 have to be"]);
  });

  const nodeNames = async () => {
    const pods = JSON.parse(await kubectl("get", "pods", "-l", "app=web", "-o", "json")) as {
      readonly items: readonly { readonly spec: { readonly nodeName: string } }[];
    };
    return [...new Set(pods.items.map(({ spec }) => spec.nodeName))];
  };
});
