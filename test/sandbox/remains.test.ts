import assert from "node:assert/strict";
import { fork, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { stateFolder } from "../../sandbox";
import { endAll, recordShell, runningIn } from "../../sandbox/controlPlane/processes";
import { rehearsals, type Rehearsal } from "../../sandbox/rehearsal/remains";
import { command, stackTrace } from "../cli/command";
import { processesOf, temporaryCache } from "./support";

const name = "rehearsal-aws-dev-1-abcdef";

/** Two sleeping processes stand in for the control plane; a real one is stopped in `test/rehearsal/interrupted.test.ts`. */
describe("what is left of rehearsals", function () {
  this.timeout(60_000);
  let cache: ReturnType<typeof temporaryCache>;
  let owners: ChildProcess[];

  beforeEach(() => {
    cache = temporaryCache();
    owners = [];
  });
  afterEach(async () => {
    for (const owner of owners.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null)) {
      owner.kill("SIGKILL");
      await once(owner, "exit");
    }
    for (const { stateDir } of rehearsals()) endAll(join(stateDir, "processes"));
    cache.restore();
  });

  const begin = (kind: "stuck" | "obedient" | "kept") => {
    const owner = fork(join(__dirname, "rehearsalMain.ts"), [kind, stateFolder(name)], {
      execArgv: ["--require", require.resolve("tsx/cjs")],
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    owners.push(owner);
    return owner;
  };
  const begun = async (kind: "stuck" | "obedient") => {
    const owner = begin(kind);
    await once(owner, "message");
    return owner;
  };
  const left = async () => {
    const owner = await begun("stuck");
    owner.kill("SIGKILL");
    await once(owner, "exit");
  };
  const kept = async () => {
    await once(begin("kept"), "exit");
  };
  const only = (): Rehearsal => {
    const [first, ...others] = rehearsals();
    assert.deepEqual(others, []);
    return first ?? assert.fail("there is no rehearsal");
  };
  const nothingLeft = () => {
    assert.deepEqual(processesOf(cache.folder), []);
    assert.deepEqual(readdirSync(join(cache.folder, "sandboxes")), []);
  };

  it("are listed by `status`: since when, whose, and what runs", async () => {
    const owner = await begun("stuck");
    const { since, processes } = only();
    assert.ok(Math.abs(Date.now() - Date.parse(since)) < 60_000, since);
    const atWork = await command(["sandbox", "status"]);
    assert.match(atWork.stdout, new RegExp(`^${name} .* at work, process ${owner.pid} +etcd \\d+, kwok \\d+$`, "m"));
    for (const { program, pid } of processes) assert.ok(atWork.stdout.includes(`${program} ${pid}`), atWork.stdout);
    assert.match(atWork.stdout, new RegExp(`^${stateFolder(name)}$`, "m"));
    assert.match(atWork.stderr, /^No sandbox .* runs\./);
    owner.kill("SIGKILL");
    await once(owner, "exit");
    const { stdout } = await command(["sandbox", "status", "--json"]);
    const { command: gone, ...rest } = only();
    assert.deepEqual([gone, rest.condition], [undefined, "left"]);
    assert.deepEqual(JSON.parse(stdout), { rehearsals: [rest] });
  });

  it("go with `down` once their command was killed", async () => {
    await left();
    assert.equal(only().processes.length, 2);
    const { code, stdout } = await command(["sandbox", "down"]);
    assert.match(stdout, new RegExp(`^Sandbox ${name} is gone: 2 processes ended, its state removed\\.$`, "m"));
    assert.equal(code, 0);
    nothingLeft();
  });

  it("stay while their command is at work, and are named", async () => {
    const { pid } = await begun("stuck");
    const { code, stdout } = await command(["sandbox", "down"]);
    assert.match(stdout, new RegExp(`^Rehearsal ${name} is at work\\. .*\`kill ${pid}\``, "m"));
    assert.equal(code, 0);
    const named = await command(["sandbox", "down", "--name", name]);
    assert.match(named.stderr, new RegExp(`^Rehearsal ${name} is at work\\. .*--all`));
    assert.doesNotMatch(named.stderr, stackTrace);
    assert.deepEqual([named.code, named.stdout], [1, ""]);
    assert.equal(only().processes.length, 2);
  });

  it("are taken down by their own command with `down --all`", async () => {
    const owner = await begun("obedient");
    const ended = once(owner, "exit");
    const { stdout } = await command(["sandbox", "down", "--all"]);
    assert.match(stdout, new RegExp(`^Sandbox ${name} is gone: 2 processes ended`, "m"));
    assert.deepEqual(await ended, [143, null]);
    nothingLeft();
  });

  it("stay where they were kept, until they are named", async () => {
    await kept();
    const { stdout } = await command(["sandbox", "down"]);
    assert.match(stdout, new RegExp(`^Rehearsal ${name} was kept, and stays`, "m"));
    assert.deepEqual([only().condition, only().processes.length], ["kept", 2]);
    await command(["sandbox", "down", "--name", name]);
    nothingLeft();
  });

  it("are none after a second Ctrl-C, however the step under way hangs", async () => {
    const owner = await begun("stuck");
    const said = textOf(owner);
    owner.kill("SIGINT");
    // What npm passes on, right after the terminal's own.
    await sleep(50);
    owner.kill("SIGINT");
    await sleep(1500);
    assert.deepEqual([owner.exitCode, only().processes.length], [null, 2]);
    const ended = once(owner, "exit");
    owner.kill("SIGINT");
    assert.deepEqual(await ended, [130, null]);
    assert.match(said(), /^Interrupted: .*\nEnded at once: 2 processes, and what the rehearsal kept\.\n$/);
    nothingLeft();
  });

  it("are none after the terminal was closed", async () => {
    const owner = await begun("stuck");
    const ended = once(owner, "exit");
    owner.kill("SIGHUP");
    assert.deepEqual(await ended, [129, null]);
    nothingLeft();
  });

  it("do not start anything behind their end", async () => {
    const records = join(cache.folder, "processes");
    mkdirSync(records);
    const late = spawn("/bin/sh", ["-c", `sleep 0.5; ${recordShell('"$0"')} && exec sleep 600`, join(records, "late")]);
    owners.push(late);
    assert.equal(endAll(records), 0);
    await Promise.race([once(late, "exit"), sleep(5000)]);
    assert.deepEqual([runningIn(records), existsSync(records)], [[], false]);
  });
});

function textOf({ stderr }: ChildProcess): () => string {
  let text = "";
  stderr?.on("data", (data: Buffer) => (text += data.toString()));
  return () => text;
}
