import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatPlan, planFigures } from "../../cli/plan";
import { inspectStack } from "../../cli/stack";
import type { PodGroup } from "../../components/logfire/edge/capacity";
import type { CloudFigures, CloudSettings } from "../../components/platform/shared/figures";
import { poolPods } from "../../components/platform/shared/nodePlan";
import type { Settings } from "../../components/settings";
import { command } from "../cli/command";
import { presets, settingsOn } from "./stacks";

/** What differs from cloud to cloud in the plans of its stacks, `<cloud>-prod` and `<cloud>-dev`. */
export interface PlannedStacks<P extends CloudSettings> {
  readonly cloud: P["kind"];
  readonly figures: CloudFigures<P>;
  /** Environment without credentials, and without a place that holds some. */
  readonly noAccount: Readonly<Record<string, string>>;
  /** What takes room on general nodes, in the order of the plan. */
  readonly services: readonly string[];
  readonly clusterPods: (platform: P, logfire: Settings["logfire"]) => readonly PodGroup[];
  /** CPU that a node of eight cores keeps for the kubelet. */
  readonly reservedCpuMillis: number;
  /** What only the account knows of a stack that is rendered. */
  readonly placeholders: readonly string[];
  /** By what the database is verified, in what is rendered. */
  readonly authority: RegExp;
  /** A machine type of another cloud. */
  readonly elsewhere: string;
}

/** The stacks' own files through the commands, in processes without an account. */
export function describePlans<P extends CloudSettings>(stacks: PlannedStacks<P>): void {
  const { cloud, figures, noAccount } = stacks;
  const prod = `${cloud}-prod`;
  const dev = `${cloud}-dev`;

  describe(`plans of the stacks on ${figures.title}`, function () {
    this.timeout(30_000);

    for (const stack of [prod, dev])
      it(`${stack} is planned without an account: pools, cost and limits`, async () => {
        const { code, stdout, stderr } = await command(["plan", "--stack", stack], { env: noAccount });
        assert.equal(code, 0, stderr);
        const { cloud } = planFigures(inspectStack(stack));
        assert.ok(cloud !== undefined);
        for (const { type, minNodes, maxNodes } of cloud.pools)
          assert.match(stdout, new RegExp(`${type.replace(".", "\\.")} +${minNodes} +${maxNodes} `));
        assert.match(stdout, new RegExp(`^total +${cloud.cost.totalUsd.toFixed(2)}$`, "m"));
        for (const { code: quota } of cloud.quotas) assert.ok(stdout.includes(quota));
        assert.ok(stdout.includes(`Limits of the ${figures.quotaOwner}`));
        for (const absent of ["Available capacity: not known", stacks.elsewhere])
          assert.ok(!stdout.includes(absent), absent);
      });

    it("hold their pods in every preset", () => {
      for (const preset of presets) {
        const { cloud } = planFigures(inspectStack(prod, preset));
        for (const { name, packed, minNodes } of cloud?.pools ?? [])
          assert.ok(packed !== undefined && packed <= minNodes, `${preset} ${name}`);
      }
      assert.match(formatPlan(inspectStack(prod)), /Node pools/);
    });

    it("protect production and let the trial be thrown away", () => {
      assert.equal(inspectStack(prod).settings.logfire.disposable, false);
      assert.equal(inspectStack(dev).settings.logfire.disposable, true);
    });

    it("show everything that takes room on nodes once, with where its figures come from", () => {
      const inspected = inspectStack(prod);
      const { services, daemonSets, total, capacity } = planFigures(inspected);
      assert.deepEqual(
        services.map(({ name }) => name),
        stacks.services,
      );
      const { platform, logfire } = settingsOn<P>(cloud, inspected.settings);
      const onNodes = poolPods(inspected.sizes, "general", "min", stacks.clusterPods(platform, logfire)).length;
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
      const { cloud, daemonSets } = planFigures(inspectStack(prod));
      const [general] = cloud?.pools ?? [];
      const lost = daemonSets.reduce((sum, { cpuMillis }) => sum + cpuMillis, 0);
      assert.equal(8000 - (general?.allocatable.cpuMillis ?? 0), lost + stacks.reservedCpuMillis);
    });

    it("are rendered without an account, with what it would know as placeholders that are explained", async () => {
      const folder = mkdtempSync(join(tmpdir(), `logfire-platform-${cloud}-`));
      try {
        const out = join(folder, "out");
        const { code, stdout, stderr } = await command(["render", "--stack", prod, "--out", out], { env: noAccount });
        assert.equal(code, 0, stderr);
        const text = manifestsIn(out);
        const found = [...new Set(text.match(/PLACEHOLDER-[A-Z-]*[A-Z]/g))].sort();
        assert.deepEqual(
          found,
          stacks.placeholders.map((name) => `PLACEHOLDER-${name}`),
        );
        for (const name of found) assert.match(stdout, new RegExp(`^- ${name}: \\S+ .*`, "m"));
        assert.match(text, stacks.authority);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });
  });
}

/** Objects and the values of charts. */
const manifestsIn = (folder: string): string =>
  ["", "charts"]
    .flatMap((inner) => readdirSync(join(folder, inner)).map((file) => join(folder, inner, file)))
    .filter((file) => file.endsWith(".yaml"))
    .map((file) => readFileSync(file, "utf8"))
    .join("\n");
