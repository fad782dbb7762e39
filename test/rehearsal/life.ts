import assert from "node:assert/strict";
import { rehearsalRequest } from "../../cli/rehearse";
import { rehearsalText } from "../../cli/rehearsalText";
import program from "../../index";
import type { RehearsedCloud } from "../../sandbox/rehearsal/cloud";
import { rehearse } from "../../sandbox/rehearsal/rehearsal";
import type { RehearsalReport, ScenarioReport } from "../../sandbox/rehearsal/report";
import type { ScenarioName } from "../../sandbox/rehearsal/scenarios";
import type { Stage } from "../../sandbox/rehearsal/stage";
import { leaks } from "../engine/canaries";
import { toolset } from "../support/tools";
import { leaksOf, notInSecrets, secretsOf, type Secrets } from "./secrets";

/** What differs from cloud to cloud in the life of its production stack. */
export interface ProductionStack<Seen> {
  readonly cloud: RehearsedCloud;
  readonly stack: string;
  readonly scenario: readonly ScenarioName[];
  /** Simulated seconds of the longest chain: more than the first, less than the second. */
  readonly chainSeconds: readonly [number, number];
  /** Of the cloud's SDK, by the names that Pulumi's types begin with. */
  readonly services: readonly string[];
  /** Secrets that the platform makes, by how their names begin. */
  readonly secrets: readonly RegExp[];
  /** Looks at the stack that is up. */
  readonly see: (stage: Stage) => Promise<Seen>;
}

/** One life that was played, for what a cloud has to assert beside the others. */
export interface Life<Seen> {
  readonly report: RehearsalReport;
  readonly seen: Seen;
  readonly scenario: (name: ScenarioName) => ScenarioReport;
}

/**
 * The production stack as its file has it, with the smallest preset whose stores have a standby: one life, from nothing to
 * nothing, on an account as its cloud hands it out. What the cloud itself takes, that containers run and that traffic
 * arrives is not proved.
 */
export function describeLife<Seen>(production: ProductionStack<Seen>, own: (life: () => Life<Seen>) => void): void {
  const { cloud, stack } = production;
  describe(`a rehearsal of stack ${stack}`, function () {
    this.timeout(900_000);
    let report: RehearsalReport;
    let seen: Seen;
    let found: { readonly secrets: Secrets; readonly leaks: readonly string[]; readonly lacking: readonly string[] };
    const events: string[] = [];

    const lookAround = async (stage: Stage) => {
      const secrets = await secretsOf(stage);
      found = {
        secrets,
        leaks: await leaksOf(stage, secrets, events),
        lacking: await notInSecrets(stage, secrets),
      };
      seen = await production.see(stage);
    };

    before(async () => {
      const options = { stack, preset: "small", fault: [], scenario: [...production.scenario] } as const;
      const request = rehearsalRequest(
        { ...options, adopt: [], speed: 100, quota: {} },
        cloud,
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
      const [least, most] = production.chainSeconds;
      assert.ok(ratio <= 1.1, String(ratio));
      assert.deepEqual(late, []);
      assert.ok(chain.seconds > least && chain.seconds < most, String(chain.seconds));
      // At 1:100 the chain alone takes a hundredth of it.
      assert.ok(seconds > chain.seconds / 100, String(seconds));
    });

    it("makes resources of every service, and places every pod", () => {
      for (const service of [...production.services, "kubernetes"])
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
      for (const expected of [...production.secrets, /^secrets\./, /^token$/])
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

    own(() => ({
      report,
      seen,
      scenario: (name) => report.scenarios.find((each) => each.name === name) ?? assert.fail(name),
    }));
  });
}
