import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { temporaryFolder, writeScript } from "./support";

const script = path.join(__dirname, "..", "..", "scripts", "ensure-packages.mjs");

// npm is a stand-in that makes node_modules the way `npm ci` does: what is tested is when it is called, and with what.
describe("the installation of npm packages before start and test", () => {
  let folder: string;
  let log: string;
  beforeEach(async () => {
    folder = await temporaryFolder();
    log = path.join(folder, "npm.log");
    await writeLock("1.0.0");
    await fakeNpm("sleep 0.3");
  });
  afterEach(() => fs.rm(folder, { recursive: true }));

  const entry = (version: string) => ({ version, integrity: `sha512-${version}` });
  const writeLock = (version: string): Promise<void> => {
    const packages = {
      "": {},
      "node_modules/a": entry(version),
      "node_modules/b": { ...entry("2.0.0"), optional: true },
    };
    return fs.writeFile(path.join(folder, "package-lock.json"), JSON.stringify({ packages }));
  };
  const fakeNpm = (work: string): Promise<void> =>
    writeScript(
      path.join(folder, "bin", "npm"),
      `echo "$@" >> '${log}'\nrm -rf node_modules && mkdir node_modules\n${work}`,
    );
  const run = (
    options: readonly string[] = [],
  ): Promise<{ status: number | null; text: string; milliseconds: number }> => {
    const begun = Date.now();
    const env: NodeJS.ProcessEnv = { ...process.env, PATH: `${path.join(folder, "bin")}:${process.env["PATH"] ?? ""}` };
    // Set when npm runs the tests; the script would take the real npm then.
    delete env["npm_execpath"];
    const child = spawn(process.execPath, [...options, script, folder], { env, stdio: ["ignore", "ignore", "pipe"] });
    let text = "";
    child.stderr.on("data", (data: Buffer) => (text += data.toString()));
    return new Promise((resolve) =>
      child.once("close", (status) => resolve({ status, text, milliseconds: Date.now() - begun })),
    );
  };
  const calls = async (): Promise<string[]> =>
    (await fs.readFile(log, "utf8").catch(() => "")).split("\n").filter((line) => line !== "");

  it("installs what is missing with `npm ci`, says so, and does nothing the second time", async () => {
    const first = await run();
    assert.equal(first.status, 0, first.text);
    assert.match(first.text, /Installing the npm packages .*\nInstalled the npm packages in \d+ s\n/);
    assert.deepEqual(await calls(), ["ci --include=dev --no-audit --no-fund --loglevel=error"]);
    const second = await run();
    assert.deepEqual({ status: second.status, text: second.text }, { status: 0, text: "" });
    assert.equal((await calls()).length, 1);
  });

  it("installs again when the lock file has changed", async () => {
    await run();
    await writeLock("1.0.1");
    await run();
    assert.equal((await calls()).length, 2);
  });

  it("takes packages that a plain npm has installed as they are, optional ones of other platforms missing", async () => {
    await fs.mkdir(path.join(folder, "node_modules"));
    const record = { packages: { "node_modules/a": entry("1.0.0") } };
    await fs.writeFile(path.join(folder, "node_modules", ".package-lock.json"), JSON.stringify(record));
    assert.equal((await run()).status, 0);
    assert.deepEqual(await calls(), []);
  });

  it("does not take packages of another version", async () => {
    await fs.mkdir(path.join(folder, "node_modules"));
    const record = { packages: { "node_modules/a": entry("0.9.0") } };
    await fs.writeFile(path.join(folder, "node_modules", ".package-lock.json"), JSON.stringify(record));
    await run();
    assert.equal((await calls()).length, 1);
  });

  it("installs once when two runs begin at once", async () => {
    const [one, two] = await Promise.all([run(), run()]);
    assert.deepEqual([one.status, two.status], [0, 0]);
    assert.equal((await calls()).length, 1);
    assert.match(one.text + two.text, /Waiting for another run/);
  });

  it("fails with npm's failure, and tries again the next time", async () => {
    await fakeNpm("exit 7");
    const failed = await run();
    assert.equal(failed.status, 1);
    assert.match(failed.text, /npm ci failed after \d+ s: exit status 7/);
    await fakeNpm("true");
    assert.equal((await run()).status, 0);
    assert.equal((await calls()).length, 2);
  });

  it("names the Node it needs when it runs on an older one", async () => {
    const preload = 'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.16.0" } })';
    const { status, text } = await run(["--import", `data:text/javascript,${encodeURIComponent(preload)}`]);
    assert.equal(status, 1);
    assert.equal(text, "Node 20.16.0 is too old: install Node >= 20.17.0 (https://nodejs.org)\n");
    assert.deepEqual(await calls(), []);
  });

  it("leaves nothing in the checkout but node_modules", async () => {
    const before = await fs.readdir(folder);
    await run();
    const made = (await fs.readdir(folder)).filter((name) => !before.includes(name) && name !== "npm.log");
    assert.deepEqual(made, ["node_modules"]);
  });
});
