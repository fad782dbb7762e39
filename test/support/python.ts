import { execFile, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import lockfile from "proper-lockfile";
import { coerce, satisfies } from "semver";
import { cacheRoot } from "../../sandbox/tools/cache";
import type { Found } from "../config/programs";

const execute = promisify(execFile);
const requirements = join(__dirname, "python-requirements.txt");

/** The wheels of the pinned packages exist from 3.10 on. */
const acceptedPython = ">=3.10";
/** Envoy Gateway 1.9 configures Envoy 1.39 and later. */
const acceptedEnvoy = ">=1.39.0 <2.0.0";

/** A real Envoy: from PATH when its version fits, else from the pinned wheel. */
export async function findEnvoy(): Promise<Found<string>> {
  const onPath = spawnSync("sh", ["-c", "command -v envoy"], { encoding: "utf8" });
  const file = onPath.status === 0 ? onPath.stdout.trim() : undefined;
  const version = file && envoyVersion(file);
  if (file !== undefined && version !== undefined && satisfies(version, acceptedEnvoy)) return { found: file };
  const python = await findPythonWithSdk();
  if ("missing" in python)
    return { missing: `no Envoy ${acceptedEnvoy} on PATH (${version ?? "none"}), and ${python.missing}` };
  const program = join(await packageFolder(python.found, "envoy"), "_bin", "envoy");
  return envoyVersion(program) === undefined ? { missing: `${program} does not run here` } : { found: program };
}

/** A Python that can import `logfire` and both OTLP exporters, in the pinned versions. */
export async function findPythonWithSdk(): Promise<Found<string>> {
  made ??= makeEnvironment();
  return made;
}
let made: Promise<Found<string>> | undefined;

/** `findEnvoy` for callers that cannot go on without it. */
export const envoyProgram = async (): Promise<string> => required(await findEnvoy());

/** `findPythonWithSdk` for callers that cannot go on without it. */
export const pythonWithSdk = async (): Promise<string> => required(await findPythonWithSdk());

function required(result: Found<string>): string {
  if ("missing" in result) throw new Error(result.missing);
  return result.found;
}

function envoyVersion(file: string): string | undefined {
  const run = spawnSync(file, ["--version"], { encoding: "utf8", timeout: 20_000 });
  // `envoy  version: <commit>/1.40.0/Clean/RELEASE/BoringSSL`
  return run.status === 0 ? /\/(\d+\.\d+\.\d+)/.exec(run.stdout)?.[1] : undefined;
}

async function packageFolder(python: string, name: string): Promise<string> {
  const { stdout } = await execute(python, ["-c", `import ${name}; print(${name}.__file__)`]);
  return dirname(stdout.trim());
}

/** The virtual environment in the per-user cache; a second run that wants it waits for the first. */
async function makeEnvironment(): Promise<Found<string>> {
  const version = pythonVersion();
  if (version === undefined) return { missing: `there is no Python ${acceptedPython} on PATH` };
  const key = createHash("sha256")
    .update(JSON.stringify([readFileSync(requirements, "utf8"), version, process.platform, process.arch]))
    .digest("hex")
    .slice(0, 12);
  const folder = join(cacheRoot(), `python-${key}`);
  // A virtual environment cannot be moved, so it is filled in place, and this says that nothing is missing.
  const complete = join(folder, "complete");
  const python = join(folder, "bin", "python");
  if (existsSync(complete)) return { found: python };
  mkdirSync(cacheRoot(), { recursive: true });
  const release = await lockfile.lock(folder, {
    realpath: false,
    stale: 30_000,
    retries: { retries: 600, maxTimeout: 1000 },
  });
  try {
    if (existsSync(complete)) return { found: python };
    rmSync(folder, { recursive: true, force: true });
    await install(folder, python);
    writeFileSync(complete, `${version}\n`);
    return { found: python };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    return { missing: `the packages for Python cannot be had: ${lastLine(error)}` };
  } finally {
    await release();
  }
}

async function install(folder: string, python: string): Promise<void> {
  process.stderr.write(`      installing Envoy and the Logfire SDK for Python in ${folder}: 200 MB, once\n`);
  await execute("python3", ["-m", "venv", folder], { timeout: 120_000 });
  await execute(
    python,
    [
      ...["-m", "pip", "install", "--quiet", "--disable-pip-version-check"],
      // Only what the file names, with the content it names, and nothing that runs code while it is installed.
      ...["--require-hashes", "--only-binary=:all:", "--requirement", requirements],
    ],
    { timeout: 600_000, maxBuffer: 64 * 1024 ** 2 },
  );
}

function pythonVersion(): string | undefined {
  const run = spawnSync("python3", ["--version"], { encoding: "utf8", timeout: 20_000 });
  const version = run.status === 0 ? coerce(run.stdout)?.version : undefined;
  return version !== undefined && satisfies(version, acceptedPython) ? version : undefined;
}

function lastLine(error: unknown): string {
  const { stderr } = error as { readonly stderr?: unknown };
  const text = typeof stderr === "string" && stderr.trim() !== "" ? stderr : String(error);
  return text.trim().split("\n").at(-1) ?? "";
}
