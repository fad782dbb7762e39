import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { root } from "../../cli/root";
import { componentNames } from "../../sandbox/controlPlane/components";
import { rehearsals, type Rehearsal } from "../../sandbox/rehearsal/remains";
import { cacheRoot } from "../../sandbox/tools/cache";
import { command } from "../cli/command";
import { processesOf, temporaryCache } from "../sandbox/support";
import { toolset } from "../support/tools";

/** The command as people run it, by npm, with the real control plane and engine; stopped in the middle of its first update. */
describe("a rehearsal that is stopped", function () {
  this.timeout(240_000);
  let cache: ReturnType<typeof temporaryCache>;
  let npm: ChildProcess;
  let said: string;

  before(async function () {
    this.timeout(3_600_000);
    await toolset();
  });
  beforeEach(() => {
    const shared = cacheRoot();
    cache = temporaryCache();
    for (const part of readdirSync(shared).filter((name) => name !== "sandboxes"))
      symlinkSync(join(shared, part), join(cache.folder, part));
  });
  afterEach(async () => {
    await command(["sandbox", "down", "--all"]);
    assert.deepEqual(processesOf(cache.folder), []);
    cache.restore();
  });

  /** Begins one, and waits until the engine and its providers are at work. */
  async function begin(): Promise<Rehearsal> {
    said = "";
    const args = ["run", "--silent", "rehearse", "--", "--stack", "aws-dev"];
    // A group of its own: what a terminal sends a Ctrl-C to.
    npm = spawn("npm", args, { cwd: root, detached: true, stdio: ["ignore", "ignore", "pipe"] });
    npm.stderr?.on("data", (data: Buffer) => (said += data.toString()));
    for (; npm.exitCode === null; await sleep(200)) {
      const [rehearsal] = rehearsals();
      const programs = rehearsal?.processes.map(({ program }) => program) ?? [];
      if (rehearsal !== undefined && programs.includes("pulumi-resource-aws") && said.includes("Deploying stack"))
        return rehearsal;
    }
    return assert.fail(said);
  }
  const pressCtrlC = () => process.kill(-(npm.pid ?? assert.fail()), "SIGINT");
  const ended = async (): Promise<number | null> => {
    if ((npm.exitCode ?? npm.signalCode) === null) await once(npm, "exit");
    // npm, whose shell the Ctrl-C has ended, ends itself by the same signal: for whoever called it that is 130.
    return npm.signalCode === "SIGINT" ? 130 : npm.exitCode;
  };
  const nothingLeft = async () => {
    // A kubectl that asks something ends when it has no answer.
    for (const deadline = Date.now() + 5000; processesOf(cache.folder).length > 0 && Date.now() < deadline;)
      await sleep(50);
    assert.deepEqual(processesOf(cache.folder), []);
    assert.deepEqual(readdirSync(join(cache.folder, "sandboxes")), []);
  };

  it("by Ctrl-C ends the step under way, takes its sandbox down and says so", async () => {
    await begin();
    pressCtrlC();
    assert.equal(await ended(), 130, said);
    assert.match(said, /^Interrupted: [^]*^The rehearsal was interrupted; nothing of it is left\.$/m);
    assert.equal(said.match(/Interrupted/g)?.length, 1, said);
    await nothingLeft();
  });

  it("by Ctrl-C twice ends everything at once, an engine that hangs included", async () => {
    await begin();
    const engines = rehearsals().flatMap(({ processes }) => processes.filter(({ program }) => program === "pulumi"));
    for (const { pid } of engines) process.kill(pid, "SIGSTOP");
    pressCtrlC();
    await sleep(600);
    const pressed = Date.now();
    pressCtrlC();
    assert.equal(await ended(), 130, said);
    const [, count] = /^Ended at once: (\d+) processes/m.exec(said) ?? assert.fail(said);
    assert.ok(Number(count) >= componentNames.length, said);
    assert.ok(Date.now() - pressed < 10_000, `${Date.now() - pressed} ms`);
    await nothingLeft();
  });

  it("by force is found by `status`, and what it left goes with `down`", async () => {
    const { name, stateDir, command: pid = assert.fail() } = await begin();
    process.kill(pid, "SIGKILL");
    await ended();
    const { stdout } = await command(["sandbox", "status", "--json"]);
    const [found] = (JSON.parse(stdout) as { readonly rehearsals: readonly Rehearsal[] }).rehearsals;
    assert.deepEqual([found?.name, found?.condition, found?.stateDir], [name, "left", stateDir]);
    const programs = found?.processes.map(({ program }) => program) ?? [];
    assert.deepEqual(
      componentNames.filter((component) => !programs.includes(component)),
      [],
    );
    const down = await command(["sandbox", "down"]);
    assert.match(down.stdout, new RegExp(`^Sandbox ${name} is gone: \\d+ processes ended, its state removed\\.$`, "m"));
    assert.ok(!existsSync(stateDir));
    await nothingLeft();
  });
});
