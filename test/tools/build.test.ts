import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ProblemsError } from "../../components/lib/errors";
import type { ToolSpec } from "../../sandbox/tools/spec";
import { installTools, type InstalledTool, type InstallOptions, type Toolset } from "../../sandbox/tools/install";
import {
  goCalls,
  loggedGo,
  output,
  RecordedProgress,
  temporaryFolder,
  toyModule,
  toySpec,
  writeScript,
} from "./support";

interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

// What this proves: the way of a Go module into the cache, with a module that is built in a moment. What it does not:
// that the catalogue's modules build; the engine tests run what those builds made.
describe("tools built from source", function () {
  this.timeout(60_000);
  let folder: string;
  let cacheDir: string;
  let log: string;
  let progress: RecordedProgress;
  beforeEach(async () => {
    folder = await temporaryFolder();
    cacheDir = path.join(folder, "cache");
    log = path.join(folder, "go.log");
    progress = new RecordedProgress();
  });
  afterEach(() => fs.rm(folder, { recursive: true }));

  const installedNames = async (): Promise<string[]> => (await fs.readdir(path.join(cacheDir, "tools"))).sort();
  const install = (
    moduleFolder: string,
    change: Partial<ToolSpec>,
    options: Partial<InstallOptions>,
  ): Promise<Toolset> => installTools([{ spec: toySpec(change), moduleFolder }], { progress, cacheDir, ...options });

  /** Starts `installToy.ts` in a process of its own. */
  const start = (moduleFolder: string, env: NodeJS.ProcessEnv): { child: ChildProcess; ended: Promise<Ended> } => {
    const script = path.join(__dirname, "installToy.ts");
    const child = spawn(process.execPath, ["--import", "tsx", script, cacheDir, moduleFolder], {
      env,
      cwd: path.join(__dirname, "..", ".."),
      stdio: ["ignore", "pipe", "pipe"],
    });
    const text = { stdout: "", stderr: "" };
    child.stdout.on("data", (data: Buffer) => (text.stdout += data.toString()));
    child.stderr.on("data", (data: Buffer) => (text.stderr += data.toString()));
    const ended = new Promise<Ended>((resolve) =>
      child.once("close", (status, signal) => resolve({ status, signal, ...text })),
    );
    return { child, ended };
  };
  const until = async (what: string, holds: () => Promise<boolean>): Promise<void> => {
    for (let i = 0; i < 600; i++) {
      if (await holds()) return;
      await sleep(50);
    }
    assert.fail(`${what} did not happen within 30 s`);
  };
  const alive = (pid: number): boolean => {
    try {
      process.kill(pid, 0);
      return true;
    } catch {
      return false;
    }
  };
  const goPids = async (): Promise<number[]> =>
    (await fs.readFile(log, "utf8")).split("\n").flatMap((line) => {
      const [subcommand, pid] = line.split(" ");
      return subcommand === "build" ? [Number(pid)] : [];
    });

  it("builds once, and a second run neither builds nor asks for Go", async () => {
    const env = await loggedGo(path.join(folder, "bin"), log);
    const moduleFolder = await toyModule(folder, "hello");
    const first = await install(moduleFolder, {}, { env });
    assert.equal(first.tools[0]?.source, "built");
    assert.equal(await goCalls(log, "build"), 1);
    await fs.rm(log);
    const second = await install(moduleFolder, {}, { env });
    assert.equal(second.tools[0]?.cached, true);
    assert.equal(second.path("toy"), first.path("toy"));
    assert.equal(await fs.readFile(log, "utf8").catch(() => "no call"), "no call");
  });

  it("is found by another checkout with the same pins", async () => {
    const env = await loggedGo(path.join(folder, "bin"), log);
    await install(await toyModule(path.join(folder, "one"), "hello"), {}, { env });
    const other = await install(await toyModule(path.join(folder, "two"), "hello"), {}, { env });
    assert.equal(other.tools[0]?.cached, true);
    assert.equal(await goCalls(log, "build"), 1);
  });

  it("builds again, beside the old one, when a source, the version or a linker flag changes", async () => {
    const env = await loggedGo(path.join(folder, "bin"), log);
    const moduleFolder = await toyModule(folder, "hello");
    const base = toySpec();
    const folders = [
      await install(moduleFolder, {}, { env }),
      await install(moduleFolder, { version: "1.2.4" }, { env }),
      await install(moduleFolder, { module: { ...base.module, variables: { "main.x": "1" } } }, { env }),
      await install(await toyModule(folder, "good evening"), {}, { env }),
    ].map(({ tools }) => tools[0]?.folder);
    assert.equal(new Set(folders).size, 4);
    assert.equal(await goCalls(log, "build"), 4);
    assert.equal((await installedNames()).length, 4);
  });

  it("does not build again when only the versions accepted from PATH change", async () => {
    const env = await loggedGo(path.join(folder, "bin"), log);
    const moduleFolder = await toyModule(folder, "hello");
    await install(moduleFolder, {}, { env });
    await install(moduleFolder, { path: { range: ">=9.0.0", ask: { toy: ["--version"] } } }, { env });
    assert.equal(await goCalls(log, "build"), 1);
  });

  it("builds again when a program was removed from the cache", async () => {
    const env = await loggedGo(path.join(folder, "bin"), log);
    const moduleFolder = await toyModule(folder, "hello");
    const first = await install(moduleFolder, {}, { env });
    await fs.rm(path.join(first.tools[0]?.folder ?? "", "bin", "toy"));
    const second = await install(moduleFolder, {}, { env });
    assert.equal(await goCalls(log, "build"), 2);
    await fs.access(second.path("toy"), fs.constants.X_OK);
  });

  it("writes nothing into the folder of the module", async () => {
    const moduleFolder = await toyModule(folder, "hello");
    await install(moduleFolder, {}, { env: process.env });
    assert.deepEqual((await fs.readdir(moduleFolder)).sort(), ["go.mod", "main.go"]);
  });

  it("sets linker variables, links other names, and makes the files a program embeds", async () => {
    const moduleFolder = await toyModule(folder, "hello");
    await fs.writeFile(
      path.join(moduleFolder, "main.go"),
      `package main

import (
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
)

//go:embed made.json
var made string
var version = "unset"

func main() { fmt.Print(filepath.Base(os.Args[0]), " ", version, " ", made) }
`,
    );
    // A module that is in the cache of modules anyway: the one with the fewest files that the catalogue's modules need.
    const moduleName = "github.com/spf13/pflag";
    const goMod = await fs.readFile(path.join(__dirname, "../../sandbox/tools/kubernetes/go.mod"), "utf8");
    const version = new RegExp(`${moduleName} (v[\\d.]+)`).exec(goMod)?.[1] ?? assert.fail();
    const sums = await fs.readFile(path.join(__dirname, "../../sandbox/tools/kubernetes/go.sum"), "utf8");
    const ofModule = sums.split("\n").filter((line) => line.startsWith(`${moduleName} ${version}`));
    await fs.writeFile(
      path.join(moduleFolder, "go.mod"),
      `module toy\n\ngo 1.24\n\nrequire ${moduleName} ${version}\n`,
    );
    await fs.writeFile(path.join(moduleFolder, "go.sum"), `${ofModule.join("\n")}\n`);
    const tools = await install(
      moduleFolder,
      {
        binaries: ["toy", "other"],
        module: {
          pin: { module: moduleName, version },
          packages: { ".": "toy" },
          variables: { "main.version": "7" },
          links: { other: "toy" },
          embeds: [{ name: "made.json", from: "LICENSE" }],
        },
      },
      { env: process.env },
    );
    const license = await fs.readFile(
      path.join(await output("go", "env", "GOMODCACHE"), `${moduleName}@${version}`, "LICENSE"),
      "utf8",
    );
    assert.equal(await output(tools.path("toy")), `toy 7 ${license}`.trim());
    assert.equal(await output(path.join(tools.bin, "other")), `other 7 ${license}`.trim());
  });

  it("keeps the user's GOFLAGS, and wins over those that would change what is built", async () => {
    const moduleFolder = await toyModule(folder, "hello");
    const tagged = '//go:build special\n\npackage main\n\nfunc init() { println("special") }\n';
    await fs.writeFile(path.join(moduleFolder, "special.go"), tagged);
    const env = { ...process.env, GOFLAGS: "-tags=special -mod=vendor", GOOS: "plan9", GOARCH: "386" };
    const tools = await install(moduleFolder, {}, { env });
    const printed = path.join(folder, "printed");
    await output("/bin/sh", "-c", `'${tools.path("toy")}' 2> '${printed}'`);
    assert.equal(await fs.readFile(printed, "utf8"), "special\nhello\n");
  });

  it("says what to install when Go is too old", async () => {
    const bin = path.join(folder, "bin");
    await writeScript(path.join(bin, "go"), "echo go version go1.22.4 linux/amd64");
    const moduleFolder = await toyModule(folder, "hello", "1.26.0");
    const attempt = install(moduleFolder, {}, { env: { PATH: bin } });
    await assert.rejects(attempt, (error: unknown) => {
      assert.ok(error instanceof ProblemsError);
      assert.match(error.message, /Go 1\.22\.4 on PATH is too old to build it; install Go >= 1\.26 /);
      return true;
    });
  });

  it("shows what Go said when a build fails, and leaves nothing half made", async () => {
    const moduleFolder = await toyModule(folder, "hello");
    await fs.writeFile(path.join(moduleFolder, "wrong.go"), "package main\n\nvar x = undefinedName\n");
    await assert.rejects(install(moduleFolder, {}, { env: process.env }), (error: unknown) => {
      assert.ok(error instanceof ProblemsError);
      assert.match(error.message, /go build failed:.*undefined: undefinedName/s);
      assert.doesNotMatch(error.stack ?? "", /install\.ts:/);
      return true;
    });
    assert.deepEqual(await installedNames(), []);
  });

  it("builds once when two runs want the same tool at once", async () => {
    const env = await loggedGo(path.join(folder, "bin"), log, "[ $1 = build ] && sleep 1");
    const moduleFolder = await toyModule(folder, "hello");
    const runs = [start(moduleFolder, env), start(moduleFolder, env)];
    const ended = await Promise.all(runs.map((run) => run.ended));
    for (const { status, stderr } of ended) assert.equal(status, 0, stderr);
    assert.equal(await goCalls(log, "build"), 1);
    const cached = ended.map(({ stdout }) => (JSON.parse(stdout) as InstalledTool[])[0]?.cached);
    assert.deepEqual(cached.sort(), [false, true]);
    assert.equal(ended.filter(({ stderr }) => stderr.includes("wait for another run that is making toy")).length, 1);
    assert.equal((await installedNames()).length, 1);
  });

  it("ends by the signal when interrupted, with its children, and leaves nothing half made", async () => {
    const env = await loggedGo(path.join(folder, "bin"), log, "[ $1 = build ] && sleep 30");
    const run = start(await toyModule(folder, "hello"), env);
    await until("the build", async () => (await goCalls(log, "build")) === 1);
    run.child.kill("SIGINT");
    const { status, signal } = await run.ended;
    assert.deepEqual({ status, signal }, { status: null, signal: "SIGINT" });
    for (const pid of await goPids()) assert.equal(alive(pid), false, `go is still running as ${pid}`);
    assert.deepEqual(await installedNames(), []);
  });

  it("is aborted by its caller without taking the process down", async () => {
    const env = await loggedGo(path.join(folder, "bin"), log, "[ $1 = build ] && sleep 30");
    const controller = new AbortController();
    const attempt = install(await toyModule(folder, "hello"), {}, { env, signal: controller.signal });
    attempt.catch(() => undefined);
    await until("the build", async () => (await goCalls(log, "build")) === 1);
    controller.abort(new Error("enough"));
    await assert.rejects(attempt, /enough/);
    for (const pid of await goPids()) assert.equal(alive(pid), false, `go is still running as ${pid}`);
    assert.deepEqual(await installedNames(), []);
  });

  it("builds what a killed run left undone", async () => {
    const slow = await loggedGo(path.join(folder, "slow"), log, "[ $1 = build ] && sleep 30");
    const moduleFolder = await toyModule(folder, "hello");
    const killed = start(moduleFolder, slow);
    await until("the build", async () => (await goCalls(log, "build")) === 1);
    const [pid = assert.fail()] = await goPids();
    killed.child.kill("SIGKILL");
    await killed.ended;
    process.kill(-pid, "SIGKILL");
    const left = await installedNames();
    assert.ok(left.some((name) => name.includes(".partial-")) && left.some((name) => name.endsWith(".lock")));
    assert.ok(!left.some((name) => /^toy-[0-9a-f]+$/.test(name)), "a half-made tool is in place");
    // Nobody refreshes the lock any more; instead of waiting until it counts as abandoned, it is made old.
    const past = new Date(Date.now() - 60_000);
    for (const name of left.filter((entry) => entry.endsWith(".lock")))
      await fs.utimes(path.join(cacheDir, "tools", name), past, past);
    const again = await install(moduleFolder, {}, { env: process.env });
    assert.equal(again.tools[0]?.source, "built");
    assert.equal(again.tools[0]?.cached, false);
    assert.deepEqual(await installedNames(), [path.basename(again.tools[0]?.folder ?? "")]);
  });
});
