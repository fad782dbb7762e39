import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatPlan, planFigures } from "../../../cli/plan";
import { inspectStack } from "../../../cli/stack";
import { presetNames } from "../../../components/logfire/catalogue/names";
import { clusterPods } from "../../../components/platform/azure/figures/clusterPods";
import { poolPods } from "../../../components/platform/shared/nodePlan";
import { command } from "../../cli/command";

/** Without credentials, and with a home that holds none. */
const noSubscription = { ARM_CLIENT_ID: "", ARM_CLIENT_SECRET: "", ARM_SUBSCRIPTION_ID: "", ARM_TENANT_ID: "" };

describe("plans of the stacks on Azure", function () {
  this.timeout(30_000);

  for (const stack of ["azure-prod", "azure-dev"])
    it(`${stack} is planned without a subscription: pools, cost and limits`, async () => {
      const { code, stdout, stderr } = await command(["plan", "--stack", stack], { env: noSubscription });
      assert.equal(code, 0, stderr);
      const { cloud } = planFigures(inspectStack(stack));
      assert.ok(cloud !== undefined);
      for (const { type, minNodes, maxNodes } of cloud.pools)
        assert.match(stdout, new RegExp(`${type} +${minNodes} +${maxNodes} `));
      assert.match(stdout, new RegExp(`^total +${cloud.cost.totalUsd.toFixed(2)}$`, "m"));
      for (const { code: quota } of cloud.quotas) assert.ok(stdout.includes(quota));
      assert.doesNotMatch(stdout, /Available capacity: not known|n2d-standard/);
    });

  it("hold their pods in every preset", () => {
    for (const preset of presetNames) {
      const { cloud } = planFigures(inspectStack("azure-prod", preset));
      for (const { name, packed, minNodes } of cloud?.pools ?? [])
        assert.ok(packed !== undefined && packed <= minNodes, `${preset} ${name}`);
    }
    assert.match(formatPlan(inspectStack("azure-prod")), /Node pools/);
  });

  it("protect production and let the trial be thrown away", () => {
    assert.equal(inspectStack("azure-prod").settings.logfire.disposable, false);
    assert.equal(inspectStack("azure-dev").settings.logfire.disposable, true);
  });

  it("show everything that takes room on nodes once, with where its figures come from", () => {
    const inspected = inspectStack("azure-prod");
    const { services, daemonSets, total, capacity } = planFigures(inspected);
    assert.deepEqual(
      services.map(({ name }) => name),
      [
        "coredns",
        "coredns-autoscaler",
        "metrics-server",
        "konnectivity-agent",
        "cilium-operator",
        "azure-wi-webhook",
        "eraser",
        "Envoy Gateway",
        "cert-manager",
        "Envoy",
      ],
    );
    const { platform, logfire } = inspected.settings;
    assert.ok(platform.kind === "azure");
    const onNodes = poolPods(inspected.sizes, "general", "min", clusterPods(platform, logfire)).length;
    const pods = (pool: string) => capacity.find((one) => one.pool === pool)?.min.pods ?? 0;
    assert.equal(total.min.pods, onNodes + pods("scratch"));
    const text = formatPlan(inspected);
    for (const { name, source } of [...services, ...daemonSets]) {
      assert.ok(source.length > 10, name);
      assert.ok(
        text.split("\n").some((line) => line.startsWith(name) && line.endsWith(source)),
        name,
      );
    }
  });

  it("count on every node what every node loses to daemon sets", () => {
    const { cloud, daemonSets } = planFigures(inspectStack("azure-prod"));
    const [general] = cloud?.pools ?? [];
    const lost = daemonSets.reduce((sum, { cpuMillis }) => sum + cpuMillis, 0);
    // AKS reserves 180 millicores of eight vCPUs.
    assert.equal(8000 - (general?.allocatable.cpuMillis ?? 0), lost + 180);
  });

  it("are rendered without a subscription, with what it would know as placeholders that are explained", async () => {
    const folder = mkdtempSync(join(tmpdir(), "logfire-platform-azure-"));
    try {
      const out = join(folder, "out");
      const args = ["render", "--stack", "azure-prod", "--out", out];
      const { code, stdout, stderr } = await command(args, { env: noSubscription });
      assert.equal(code, 0, stderr);
      const files = readdirSync(out).filter((file) => file.endsWith(".yaml"));
      const text = files.map((file) => readFileSync(join(out, file), "utf8")).join("\n");
      const found = [...new Set(text.match(/PLACEHOLDER-[A-Z-]*[A-Z]/g))].sort();
      assert.deepEqual(found, [
        "PLACEHOLDER-BALANCER-NAME",
        "PLACEHOLDER-CERT-MANAGER-CLIENT-ID",
        "PLACEHOLDER-DATABASE-HOST",
        "PLACEHOLDER-RESOURCE-GROUP",
        "PLACEHOLDER-STORAGE-ACCOUNT",
        "PLACEHOLDER-SUBSCRIPTION-ID",
        "PLACEHOLDER-WORKLOADS-CLIENT-ID",
      ]);
      for (const name of found) assert.match(stdout, new RegExp(`^- ${name}: \\S+ .*`, "m"));
      assert.match(text, /-----BEGIN CERTIFICATE-----/);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
