// Runs before `npm start` and `npm test`, with nothing but Node: installs the packages of package-lock.json where
// they are missing or of another lock file. Costs some milliseconds when there is nothing to do.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const neededNode = "20.17.0";
const root = resolve(process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), ".."));
const modules = join(root, "node_modules");
const stamp = join(modules, ".lock-hash");
// Neither in node_modules, which npm empties, nor in the checkout, which stays clean.
const lock = join(tmpdir(), `logfire-platform-packages-${userInfo().uid}-${sha256(root).slice(0, 12)}`);
// A lock whose owner has not touched it for this long belongs to a run that was killed.
const staleAfter = 15_000;

function sha256(text) {
  return createHash("sha256").update(text).digest("hex");
}

const fail = (message) => {
  console.error(message);
  process.exit(1);
};

const older = (version, needed) => {
  const [have, need] = [version, needed].map((text) => text.split(".").map((part) => Number.parseInt(part, 10)));
  const difference = need.map((part, i) => (have[i] ?? 0) - part).find((part) => part !== 0);
  return (difference ?? 0) < 0;
};

const read = (file) => {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
};

/** Whether npm's own record of node_modules has every package of the lock file: then it was a plain `npm ci`. */
function npmAgrees(lockText) {
  try {
    const { packages: have } = JSON.parse(read(join(modules, ".package-lock.json")) ?? "{}");
    const { packages: want } = JSON.parse(lockText);
    return Object.entries(want).every(([place, entry]) => {
      if (place === "") return true;
      const present = have[place];
      return present === undefined ? entry.optional || entry.devOptional : present.integrity === entry.integrity;
    });
  } catch {
    return false;
  }
}

async function lockOnce() {
  for (let said = false; ; said = true) {
    try {
      mkdirSync(lock);
      return;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    let age = 0;
    try {
      age = Date.now() - statSync(lock).mtimeMs;
    } catch {
      continue;
    }
    if (age > staleAfter) rmSync(lock, { recursive: true, force: true });
    else if (!said) console.error("Waiting for another run that is installing the packages");
    await sleep(200);
  }
}

function npmCi(onChild) {
  // npm gives its own path to the scripts it runs; `npm` on PATH can be another one.
  const own = process.env.npm_execpath;
  const [command, args] = basename(own ?? "") === "npm-cli.js" ? [process.execPath, [own]] : ["npm", []];
  // Development packages are needed to run anything here, whatever NODE_ENV says.
  const options = ["ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"];
  const child = spawn(command, [...args, ...options], { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
  onChild(child);
  return new Promise((done) => {
    child.once("error", (error) => done(error.message));
    child.once("close", (status, signal) => done(status === 0 ? undefined : `exit status ${status ?? signal}`));
  });
}

async function install(wanted) {
  const begun = Date.now();
  const elapsed = () => `${Math.round((Date.now() - begun) / 1000)} s`;
  let child;
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) process.once(signal, () => child?.kill(signal));
  const heartbeat = setInterval(() => utimesSync(lock, new Date(), new Date()), 3000);
  const sign = setInterval(() => console.error(`  … still installing the packages, ${elapsed()}`), 30_000);
  try {
    console.error("Installing the npm packages of package-lock.json (npm ci)");
    const problem = await npmCi((started) => (child = started));
    if (problem !== undefined) return `npm ci failed after ${elapsed()}: ${problem}`;
    writeFileSync(stamp, `${wanted}\n`);
    console.error(`Installed the npm packages in ${elapsed()}`);
    return undefined;
  } finally {
    clearInterval(heartbeat);
    clearInterval(sign);
  }
}

if (older(process.versions.node, neededNode))
  fail(`Node ${process.versions.node} is too old: install Node >= ${neededNode} (https://nodejs.org)`);

const lockText = read(join(root, "package-lock.json"));
if (lockText === undefined)
  fail(`${root} has no package-lock.json: restore it with \`git checkout package-lock.json\``);
const wanted = sha256(lockText);
const installed = () => {
  if (read(stamp)?.trim() === wanted) return true;
  if (!npmAgrees(lockText)) return false;
  writeFileSync(stamp, `${wanted}\n`);
  return true;
};
if (!installed()) {
  await lockOnce();
  let problem;
  try {
    if (!installed()) problem = await install(wanted);
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
  if (problem !== undefined) fail(problem);
}
