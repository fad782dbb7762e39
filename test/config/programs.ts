import { execFileSync, spawn, spawnSync, type ChildProcessByStdio } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Readable } from "node:stream";
import lockfile from "proper-lockfile";
import { coerce, gte } from "semver";
import { cacheRoot } from "../../sandbox/tools/cache";

export type Child = ChildProcessByStdio<null, Readable, Readable>;

/** Where HAProxy and nginx run: on this machine, or in a Debian of their own. */
export interface Place {
  /** A new folder that the program may write to: its path here, and the path to tell the program. */
  folder(): { readonly outside: string; readonly inside: string };
  /** Starts a program without root's rights, as the pods do. */
  start(command: readonly string[]): Child;
}

export type Found<T> = { readonly found: T } | { readonly missing: string };

const nobody = 65534;
const isRoot = process.getuid?.() === 0;

/** `hash-key` came with HAProxy 3.0, the directive `http2` with nginx 1.25.1. */
const required = { haproxy: { least: "3.0.0", flag: "-v" }, nginx: { least: "1.25.1", flag: "-v" } } as const;
export type ServerProgram = keyof typeof required;

const suite = "trixie";
const packages = ["haproxy", "nginx-light"];

/** Where `program` can run. Takes half a minute and 250 MB the first time that a Debian has to be made. */
export async function placeFor(program: ServerProgram): Promise<Found<Place>> {
  const { least, flag } = required[program];
  const version = versionOnPath(program, flag);
  if (version !== undefined && gte(version, least)) return { found: thisMachine };
  const root = await debian();
  return "missing" in root
    ? { missing: `no ${program} >= ${least} on PATH (${version ?? "none"}), and ${root.missing}` }
    : { found: changedRoot(root.found) };
}

function versionOnPath(program: string, flag: string): string | undefined {
  const run = spawnSync(program, [flag], { encoding: "utf8" });
  return run.status === 0 ? coerce(run.stdout + run.stderr)?.version : undefined;
}

const thisMachine: Place = {
  folder() {
    const folder = mkdtempSync(join(tmpdir(), "logfire-config-"));
    give(folder);
    return { outside: folder, inside: folder };
  },
  start([program = "", ...rest]) {
    const user = isRoot ? { uid: nobody, gid: nobody } : {};
    return spawn(program, rest, { ...user, stdio: ["ignore", "pipe", "pipe"] });
  },
};

const changedRoot = (root: string): Place => ({
  folder() {
    const name = `logfire-config-${randomUUID()}`;
    const outside = join(root, "tmp", name);
    mkdirSync(outside);
    give(outside);
    return { outside, inside: `/tmp/${name}` };
  },
  start: (command) =>
    spawn("chroot", [`--userspec=${nobody}:${nobody}`, root, ...command], { stdio: ["ignore", "pipe", "pipe"] }),
});

function give(folder: string): void {
  chmodSync(folder, 0o755);
  if (isRoot) chownSync(folder, nobody, nobody);
}

/** A Debian 13 in the per-user cache, whole or not there at all; a second run that wants it waits for the first. */
async function debian(): Promise<Found<string>> {
  const key = createHash("sha256").update(JSON.stringify({ suite, packages })).digest("hex").slice(0, 12);
  const root = join(cacheRoot(), `${suite}-${key}`);
  if (existsSync(root)) return isRoot ? { found: root } : { missing: `only root can use ${basename(root)}` };
  const mirror = debianMirror();
  if (!isRoot) return { missing: "only root can make a Debian for it" };
  if (mirror === undefined) return { missing: "apt knows no Debian mirror" };
  if (!haveDebootstrap()) return { missing: "debootstrap cannot be had" };
  mkdirSync(cacheRoot(), { recursive: true });
  const release = await lockfile.lock(root, {
    realpath: false,
    stale: 30_000,
    retries: { retries: 600, maxTimeout: 1000 },
  });
  try {
    if (existsSync(root)) return { found: root };
    removeLeftovers(root);
    return await bootstrap(root, mirror);
  } finally {
    await release();
  }
}

/** Of a run that was interrupted. Call with the lock held. */
function removeLeftovers(root: string): void {
  const leftovers = readdirSync(cacheRoot()).filter((name) => name.startsWith(`${basename(root)}.partial-`));
  for (const name of leftovers) rmSync(join(cacheRoot(), name), { recursive: true, force: true });
}

async function bootstrap(root: string, mirror: string): Promise<Found<string>> {
  const partial = `${root}.partial-${process.pid}`;
  process.stderr.write(
    `      making a Debian ${suite} with ${packages.join(" and ")} in ${root}: half a minute, once\n`,
  );
  const build = spawn("debootstrap", ["--variant=minbase", `--include=${packages.join(",")}`, suite, partial, mirror], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const log = collect(build);
  const code = await new Promise<number | null>((resolve) => build.once("close", resolve));
  if (code === 0) {
    rmSync(join(partial, "var/cache/apt/archives"), { recursive: true, force: true });
    renameSync(partial, root);
    return { found: root };
  }
  rmSync(partial, { recursive: true, force: true });
  return { missing: `debootstrap failed: ${log().trim().split("\n").at(-1) ?? "without a word"}` };
}

/** The mirror that this machine's apt uses already. */
function debianMirror(): string | undefined {
  const format = "$(REPO_URI)";
  const run = spawnSync("apt-get", ["indextargets", "--format", format, "Origin: Debian", "Label: Debian"], {
    encoding: "utf8",
  });
  return run.status === 0 ? run.stdout.split("\n").find((line) => line !== "") : undefined;
}

function haveDebootstrap(): boolean {
  if (spawnSync("debootstrap", ["--version"]).status === 0) return true;
  // A new machine has no package lists yet.
  spawnSync("apt-get", ["update", "-qq"]);
  spawnSync("apt-get", ["install", "-y", "-qq", "debootstrap"], {
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
  return spawnSync("debootstrap", ["--version"]).status === 0;
}

/** Dex or the collector: `LOGFIRE_DEX`, `LOGFIRE_OTELCOL`, or PATH. */
export function tool(name: "dex" | "otelcol"): Found<string> {
  const variable = `LOGFIRE_${name.toUpperCase()}`;
  const given = process.env[variable];
  if (given !== undefined)
    return existsSync(given) ? { found: given } : { missing: `${variable}=${given} is not there` };
  const which = spawnSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" });
  return which.status === 0
    ? { found: which.stdout.trim() }
    : { missing: `there is no ${name} on PATH and ${variable} is not set` };
}

/** What a process has printed so far, on both streams. */
export function collect(child: { stdout: Readable; stderr: Readable }): () => string {
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  return () => text;
}

/** Ends a process that a test has started, whatever it is doing. */
export async function end(child: Child, signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill(signal);
  const impatient = setTimeout(() => child.kill("SIGKILL"), 5_000);
  await gone;
  clearTimeout(impatient);
}

/** Self-signed, for `host`. */
export function certificate(host: string): { readonly key: string; readonly cert: string } {
  const pem = execFileSync(
    "openssl",
    ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"].concat([
      "-subj",
      `/CN=${host}`,
      "-addext",
      `subjectAltName=DNS:${host}`,
      "-keyout",
      "-",
      "-out",
      "-",
    ]),
    { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] },
  );
  return { key: pem, cert: pem };
}

/** A suite that needs something which may not be there: then each of its tests is skipped, with the reason in its title. */
export function describeWith<T>(title: string, find: () => Promise<Found<T>>, body: (get: () => T) => void): void {
  describe(title, () => {
    let found: T | undefined;
    before(async function () {
      this.timeout(600_000);
      const result = await find();
      if ("found" in result) {
        found = result.found;
        return;
      }
      this.test?.parent?.eachTest((test) => (test.title += ` (skipped: ${result.missing})`));
      this.skip();
    });
    body(() => {
      if (found === undefined) throw new Error("used before it was found");
      return found;
    });
  });
}
