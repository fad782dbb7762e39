import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ProblemsError, type Problem } from "../../components/lib/errors";
import { CacheEntry, cacheRoot, hostPlatform, linkFolder, moduleFiles, pinsHash, type InstalledRecord } from "./cache";
import { catalogue, type ToolName } from "./catalogue";
import { definitionsFile, writeDefinitions } from "./definitions";
import { findOnPath } from "./fromPath";
import { ChecksumMismatch, Downloads, ReleaseUnavailable } from "./fromRelease";
import { buildModule, findGo, goIsEnough, requiredGo } from "./fromSource";
import { formatSeconds, type Progress } from "./progress";
import type { Platform, ToolSpec } from "./spec";

/** Where a tool came from: PATH, its project's release, or a build of the pinned module. */
export type ToolSource = "PATH" | InstalledRecord["source"];

export interface InstalledTool {
  readonly name: string;
  readonly version: string;
  readonly source: ToolSource;
  /** Found in the cache, made by an earlier run. */
  readonly cached: boolean;
  /** Its folder in the cache; undefined when it comes from PATH. */
  readonly folder?: string;
  /** Program -> absolute path. */
  readonly binaries: Readonly<Record<string, string>>;
  /** Size of its programs in bytes, and the seconds it took to get them; undefined when it comes from PATH. */
  readonly bytes?: number;
  readonly seconds?: number;
}

export interface Toolset {
  /** A folder that holds every program and nothing else: put it at the front of PATH. */
  readonly bin: string;
  /** In the order asked for. */
  readonly tools: readonly InstalledTool[];
  /** Absolute path of a program; throws when none of the tools asked for has it. */
  path(program: string): string;
  /** Version of a tool, without a leading v: `1.35.4`. */
  version(tool: string): string;
  /** JSON files, each a list of CustomResourceDefinitions: those of all tools that give some. */
  readonly definitions: readonly string[];
}

export interface InstallOptions {
  readonly progress: Progress;
  /** Default: see `cacheRoot`. */
  readonly cacheDir?: string;
  /** Address that stands in for all release servers. Default: `LOGFIRE_PLATFORM_MIRROR`, else none. */
  readonly mirror?: string;
  /** Environment for everything that is run. Default `process.env`. */
  readonly env?: NodeJS.ProcessEnv;
  /**
   * Gives up: kills what runs, removes what is half made, and rejects. A caller without one gets the same for
   * SIGINT, SIGTERM and SIGHUP, and the process then ends by that signal.
   */
  readonly signal?: AbortSignal;
  /** Milliseconds until a release server must answer, and that a download may stand still. Default 8000 and 20 000. */
  readonly timeouts?: { readonly response?: number; readonly stall?: number };
}

/** Has every tool ready: from PATH, the cache, a release or a build, in this order. All problems in one error. */
export function ensureTools(names: readonly ToolName[], options: InstallOptions): Promise<Toolset> {
  return installTools(
    names.map((name) => {
      const spec: ToolSpec = catalogue[name];
      return { spec, moduleFolder: path.join(__dirname, spec.folder ?? name) };
    }),
    options,
  );
}

export interface ToolRequest {
  readonly spec: ToolSpec;
  /** Folder of its Go module. */
  readonly moduleFolder: string;
}

/** `ensureTools` for tools that are not in the catalogue. */
export async function installTools(requests: readonly ToolRequest[], options: InstallOptions): Promise<Toolset> {
  const platform = hostPlatform();
  if (platform === undefined)
    throw fail([
      {
        key: `${process.platform}/${process.arch}`,
        problem: "none of the tools runs on this platform",
        remedy: "use Linux or macOS on amd64 or arm64 (on Windows: WSL 2)",
      },
    ]);
  const interrupt = interruption(options.signal);
  try {
    return await new Installation(requests, options, platform, interrupt.signal).run();
  } finally {
    await interrupt.end();
  }
}

/** Turns signals into an abort while tools are made, and lets the process end by the signal once all is cleaned up. */
function interruption(given: AbortSignal | undefined): { signal: AbortSignal; end(): Promise<void> } {
  if (given !== undefined) return { signal: given, end: () => Promise.resolve() };
  const controller = new AbortController();
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  let received: NodeJS.Signals | undefined;
  const listener = (name: NodeJS.Signals): void => {
    received = name;
    controller.abort(new Error(`interrupted by ${name}`));
  };
  for (const name of signals) process.once(name, listener);
  return {
    signal: controller.signal,
    end: async () => {
      for (const name of signals) process.removeListener(name, listener);
      if (received === undefined) return;
      process.kill(process.pid, received);
      // Other listeners (the locks have one) make delivery asynchronous: without this the caller would go on first.
      await sleep(2000);
    },
  };
}

const fail = (problems: readonly Problem[]): ProblemsError => new ProblemsError("Tools are missing", problems);

/** A tool that has to be made, and what stood in the way so far. */
interface Pending {
  readonly spec: ToolSpec;
  readonly files: ReadonlyMap<string, string>;
  readonly entry: CacheEntry;
  readonly reasons: string[];
}

class Installation {
  private readonly env: NodeJS.ProcessEnv;
  private readonly root: string;
  private readonly mirror: string | undefined;
  private readonly progress: Progress;
  private readonly installed = new Map<ToolSpec, InstalledTool>();

  constructor(
    private readonly requests: readonly ToolRequest[],
    options: InstallOptions,
    private readonly platform: Platform,
    private readonly signal: AbortSignal,
  ) {
    this.env = options.env ?? process.env;
    this.root = options.cacheDir ?? cacheRoot(this.env);
    const mirror = options.mirror ?? this.env["LOGFIRE_PLATFORM_MIRROR"];
    this.mirror = mirror === "" ? undefined : mirror;
    this.progress = options.progress;
    this.timeouts = options.timeouts ?? {};
  }

  private readonly timeouts: NonNullable<InstallOptions["timeouts"]>;

  async run(): Promise<Toolset> {
    const pending = (await Promise.all(this.requests.map((request) => this.look(request)))).flat();
    if (pending.length > 0) await this.download(pending);
    const toBuild = pending.filter(({ spec }) => !this.installed.has(spec));
    if (toBuild.length > 0) await this.build(toBuild);
    return this.toolset();
  }

  /** PATH, then the cache; what is in neither is pending. */
  private async look({ spec, moduleFolder }: ToolRequest): Promise<Pending[]> {
    const onPath = await findOnPath(spec, this.env, this.root);
    if (onPath.found) {
      const binaries = Object.fromEntries(onPath.binaries);
      this.installed.set(spec, { name: spec.name, version: onPath.version, source: "PATH", cached: false, binaries });
      return [];
    }
    const files = await moduleFiles(moduleFolder);
    const entry = new CacheEntry(this.root, spec, pinsHash(spec, files, this.platform));
    if (await this.takeCached({ spec, entry })) return [];
    return [{ spec, files, entry, reasons: [onPath.reason] }];
  }

  private async takeCached({ spec, entry }: Pick<Pending, "spec" | "entry">): Promise<boolean> {
    const record = await entry.read();
    if (record !== undefined) this.take(spec, entry, record, true);
    return record !== undefined;
  }

  private take(spec: ToolSpec, entry: CacheEntry, record: InstalledRecord, cached: boolean): void {
    const { version, source, bytes, seconds } = record;
    const binaries = Object.fromEntries(spec.binaries.map((name) => [name, entry.binary(name)]));
    this.installed.set(spec, {
      name: spec.name,
      version,
      source,
      cached,
      folder: entry.folder,
      binaries,
      bytes,
      seconds,
    });
  }

  /** Side by side: a download waits for the network, not for the processor. */
  private async download(pending: readonly Pending[]): Promise<void> {
    const published = pending.filter(({ spec, reasons }) => {
      const files = spec.release?.files[this.platform];
      if (files === undefined) reasons.push(`its project publishes no program for ${this.platform}`);
      return files !== undefined;
    });
    const { response: responseTimeout, stall: stallTimeout } = this.timeouts;
    const downloads = new Downloads({ mirror: this.mirror, responseTimeout, stallTimeout, signal: this.signal });
    const results = await Promise.allSettled(published.map((tool) => this.downloadOne(tool, downloads)));
    this.signal.throwIfAborted();
    const errors = results.flatMap((result) => (result.status === "rejected" ? [result.reason as unknown] : []));
    const mismatches = errors.filter((error) => error instanceof ChecksumMismatch);
    if (mismatches.length > 0) throw fail(mismatches.map(mismatchProblem));
    if (errors.length > 0) throw errors[0];
  }

  private async downloadOne(tool: Pending, downloads: Downloads): Promise<void> {
    const { spec, entry, reasons } = tool;
    const release = spec.release;
    if (release === undefined) return;
    await this.withLock(tool, async () => {
      const step = this.progress.step(`download ${spec.name} ${release.version}`);
      const onBytes = (received: number, total?: number): void =>
        step.update(
          total === undefined ? formatMegabytes(received) : `${formatMegabytes(received)} of ${formatMegabytes(total)}`,
        );
      try {
        const record = await entry.install("release", release.version, (folder) =>
          downloads
            .fetchRelease(release, this.platform, folder, onBytes)
            .then(() => (spec.definitions ? writeDefinitions(folder) : undefined)),
        );
        this.take(spec, entry, record, false);
        step.done(`${formatMegabytes(record.bytes)}, checksum verified`);
      } catch (error) {
        const text = error instanceof Error ? error.message : String(error);
        if (!(error instanceof ReleaseUnavailable)) {
          step.fail(text);
          throw error;
        }
        step.skip(text);
        reasons.push(text);
      }
    });
  }

  /** One after the other: one `go build` keeps every core busy. */
  private async build(pending: readonly Pending[]): Promise<void> {
    const go = await findGo(this.env);
    const problems = pending.flatMap((tool) => this.goProblem(tool, go.version));
    if (problems.length > 0) throw fail(problems);
    const total = pending.reduce((sum, { spec }) => sum + spec.buildSeconds, 0);
    const names = pending.map(({ spec }) => spec.name).join(", ");
    this.progress.note(
      `Building ${names} with Go ${go.version ?? ""}: about ${formatSeconds(total)} on two cores when nothing is cached yet, never again after that.`,
    );
    const counted = this.progress.counted(pending.length);
    for (const tool of pending) await this.buildOne(tool, counted);
  }

  private async buildOne(tool: Pending, progress: Progress): Promise<void> {
    const { spec, entry, files } = tool;
    await this.withLock(tool, async () => {
      const step = progress.step(`build ${spec.name} ${spec.version}`, spec.buildSeconds);
      try {
        const record = await entry.install("built", spec.version, (folder) =>
          buildModule(spec.module, files, folder, {
            env: this.env,
            platform: this.platform,
            signal: this.signal,
            onDetail: (detail) => step.update(detail),
          }).then(() => (spec.definitions ? writeDefinitions(folder) : undefined)),
        );
        this.take(spec, entry, record, false);
        step.done(formatMegabytes(record.bytes));
      } catch (error) {
        step.fail(this.signal.aborted ? "interrupted" : "failed");
        this.signal.throwIfAborted();
        throw fail([this.buildProblem(tool, error)]);
      }
    });
  }

  /** The lock of one tool; whoever had to wait looks first whether the other one has made it. */
  private async withLock(tool: Pending, work: () => Promise<void>): Promise<void> {
    const { spec, entry } = tool;
    let waiting: ReturnType<Progress["step"]> | undefined;
    const onWait = (): void => {
      waiting = this.progress.step(`wait for another run that is making ${spec.name}`);
    };
    await entry
      .locked(
        async () => {
          const made = await this.takeCached(tool);
          if (made) waiting?.done("it is there");
          else waiting?.skip("it has not made it");
          if (!made) await work();
        },
        this.signal,
        onWait,
      )
      .finally(() => waiting?.skip("given up"));
  }

  private goProblem({ spec, files, reasons }: Pending, found: string | undefined): Problem[] {
    const required = requiredGo(files.get("go.mod") ?? "");
    if (found !== undefined && goIsEnough(found, required)) return [];
    const least = required.replace(/\.0$/, "");
    const go = found === undefined ? "Go is not on PATH" : `Go ${found} on PATH is too old to build it`;
    const remedy = [
      `install Go >= ${least} (https://go.dev/dl)`,
      ...(spec.path === undefined ? [] : [`put ${spec.name} on PATH`]),
      ...(spec.release === undefined ? [] : ["set LOGFIRE_PLATFORM_MIRROR to the address of a mirror"]),
    ].join(", or ");
    return [{ key: `${spec.name} ${spec.version}`, problem: [...reasons, go, ...this.proxyHint()].join("; "), remedy }];
  }

  private buildProblem({ spec, reasons }: Pending, error: unknown): Problem {
    return {
      key: `${spec.name} ${spec.version}`,
      problem: [...reasons, error instanceof Error ? error.message : String(error)].join("; "),
      remedy: "run the command again when this is put right: what was compiled is kept",
    };
  }

  /** Node's fetch goes straight to the host: a proxy in the environment explains why a release was out of reach. */
  private proxyHint(): string[] {
    const proxy = this.env["HTTPS_PROXY"] ?? this.env["https_proxy"];
    if (proxy === undefined || proxy === "" || this.env["NODE_USE_ENV_PROXY"] === "1") return [];
    return ["HTTPS_PROXY is set, but Node follows it only from version 24 on, with NODE_USE_ENV_PROXY=1"];
  }

  private async toolset(): Promise<Toolset> {
    const tools = this.requests.map(({ spec }) => {
      const tool = this.installed.get(spec);
      if (tool === undefined) throw new Error(`${spec.name} was not installed`);
      return tool;
    });
    const binaries = new Map(tools.flatMap((tool) => Object.entries(tool.binaries)));
    const bin = await linkFolder(this.root, binaries);
    const definitions = this.requests.flatMap(({ spec }) => {
      const folder = spec.definitions && this.installed.get(spec)?.folder;
      return folder === undefined ? [] : [definitionsFile(folder)];
    });
    return {
      bin,
      tools,
      definitions,
      path: (program) => found(binaries.get(program), program),
      version: (name) => found(tools.find((tool) => tool.name === name)?.version, name),
    };
  }
}

function found<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`${name} is not in this set of tools`);
  return value;
}

function mismatchProblem(error: ChecksumMismatch): Problem {
  return {
    key: error.url,
    problem: `the download is not what was published: SHA-256 is ${error.received}, published is ${error.published}. Nothing was installed`,
    remedy: "try again; if it stays so, do not use this source, and tell whoever runs it",
  };
}

const formatMegabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(bytes < 10e6 ? 1 : 0)} MB`;
