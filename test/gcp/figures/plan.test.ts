import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatPlan, planFigures } from "../../../cli/plan";
import { inspectStack } from "../../../cli/stack";
import { presetNames } from "../../../components/logfire/catalogue/names";
import { clusterPods } from "../../../components/platform/gcp/figures/clusterPods";
import { reservedCpuMillis } from "../../../components/platform/shared/machines";
import { poolPods } from "../../../components/platform/shared/nodePlan";
import { command } from "../../cli/command";

/** Without credentials, and with a home that holds none. */
const noProject = { GOOGLE_APPLICATION_CREDENTIALS: "", GOOGLE_PROJECT: "", CLOUDSDK_CONFIG: "/nowhere" };

describe("plans of the stacks on GCP", function () {
  this.timeout(30_000);

  for (const stack of ["gcp-prod", "gcp-dev"])
    it(`${stack} is planned without a project: pools, cost and limits`, async () => {
      const { code, stdout, stderr } = await command(["plan", "--stack", stack], { env: noProject });
      assert.equal(code, 0, stderr);
      const { cloud } = planFigures(inspectStack(stack));
      assert.ok(cloud !== undefined);
      for (const { type, minNodes, maxNodes } of cloud.pools)
        assert.match(stdout, new RegExp(`${type} +${minNodes} +${maxNodes} `));
      assert.match(stdout, new RegExp(`^total +${cloud.cost.totalUsd.toFixed(2)}$`, "m"));
      for (const { code: quota } of cloud.quotas) assert.ok(stdout.includes(quota));
      assert.match(stdout, /Limits of the project/);
      assert.doesNotMatch(stdout, /Available capacity: not known|m7i/);
    });

  it("hold their pods in every preset", () => {
    for (const preset of presetNames) {
      const { cloud } = planFigures(inspectStack("gcp-prod", preset));
      for (const { name, packed, minNodes } of cloud?.pools ?? [])
        assert.ok(packed !== undefined && packed <= minNodes, `${preset} ${name}`);
    }
    assert.match(formatPlan(inspectStack("gcp-prod")), /Node pools/);
  });

  it("protect production and let the trial be thrown away", () => {
    assert.equal(inspectStack("gcp-prod").settings.logfire.disposable, false);
    assert.equal(inspectStack("gcp-dev").settings.logfire.disposable, true);
  });

  it("show everything that takes room on nodes once, with where its figures come from", () => {
    const inspected = inspectStack("gcp-prod");
    const { services, daemonSets, total, capacity } = planFigures(inspected);
    const names = services.map(({ name }) => name);
    assert.deepEqual(names, [
      "kube-dns",
      "konnectivity-agent",
      "autoscalers of kube-dns and konnectivity-agent",
      "metrics-server",
      "event-exporter-gke",
      "l7-default-backend",
      "gmp-operator",
      "Envoy Gateway",
      "cert-manager",
      "Envoy",
    ]);
    const { platform, logfire } = inspected.settings;
    assert.ok(platform.kind === "gcp");
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
    const { cloud, daemonSets } = planFigures(inspectStack("gcp-prod"));
    const [general] = cloud?.pools ?? [];
    const lost = daemonSets.reduce((sum, { cpuMillis }) => sum + cpuMillis, 0);
    assert.equal(8000 - (general?.allocatable.cpuMillis ?? 0), lost + reservedCpuMillis(8));
  });

  it("are rendered without a project, with what it would know as placeholders that are explained", async () => {
    const folder = mkdtempSync(join(tmpdir(), "logfire-platform-gcp-"));
    try {
      const out = join(folder, "out");
      const args = ["render", "--stack", "gcp-prod", "--out", out];
      const { code, stdout, stderr } = await command(args, { env: noProject });
      assert.equal(code, 0, stderr);
      const all = ["", "charts"].flatMap((inner) =>
        readdirSync(join(out, inner)).flatMap((file) => (file.endsWith(".yaml") ? [join(out, inner, file)] : [])),
      );
      const text = all.map((file) => readFileSync(file, "utf8")).join("\n");
      const found = [...new Set(text.match(/PLACEHOLDER-[A-Z-]*[A-Z]/g))].sort();
      assert.deepEqual(found, [
        "PLACEHOLDER-BALANCER-ADDRESS",
        "PLACEHOLDER-BUCKET",
        "PLACEHOLDER-CERT-MANAGER-ACCOUNT",
        "PLACEHOLDER-DATABASE-AUTHORITY",
        "PLACEHOLDER-DATABASE-HOST",
        "PLACEHOLDER-LABELS",
        "PLACEHOLDER-WORKLOADS-ACCOUNT",
        "PLACEHOLDER-ZONE-NAME",
      ]);
      for (const name of found) assert.match(stdout, new RegExp(`^- ${name}: \\S+ .*`, "m"));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
