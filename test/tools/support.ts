import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs/promises";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import * as tar from "tar";
import type { ReleaseFile, ToolSpec } from "../../sandbox/tools/spec";
import type { Progress, Step } from "../../sandbox/tools/progress";

const execute = promisify(execFile);

/** A new folder; whoever asks for it removes it. */
export async function temporaryFolder(): Promise<string> {
  return fs.realpath(await fs.mkdtemp(path.join(os.tmpdir(), "logfire-platform-test-")));
}

export async function writeScript(file: string, body: string): Promise<void> {
  await fs.mkdir(path.dirname(file), { recursive: true });
  await fs.writeFile(file, `#!/bin/sh\n${body}\n`, { mode: 0o755 });
}

export const sha256 = (data: string | Buffer): string => createHash("sha256").update(data).digest("hex");

export async function output(file: string, ...args: string[]): Promise<string> {
  return (await execute(file, args)).stdout.trim();
}

/** A tar.gz that holds one file. */
export async function archiveOf(inside: string, content: string): Promise<Buffer> {
  const folder = await temporaryFolder();
  await fs.mkdir(path.dirname(path.join(folder, inside)), { recursive: true });
  await fs.writeFile(path.join(folder, inside), content);
  await tar.create({ gzip: true, cwd: folder, file: path.join(folder, "archive.tar.gz") }, [inside]);
  const data = await fs.readFile(path.join(folder, "archive.tar.gz"));
  await fs.rm(folder, { recursive: true });
  return data;
}

type Answer = string | Buffer | ((response: http.ServerResponse) => void);

/** A release server on this machine. */
export class StandIn {
  readonly asked: string[] = [];
  private constructor(
    private readonly server: http.Server,
    private readonly answers: Map<string, Answer>,
  ) {}

  static async start(): Promise<StandIn> {
    const answers = new Map<string, Answer>();
    const server = http.createServer();
    const standIn = new StandIn(server, answers);
    server.on("request", (request, response) => standIn.reply(request.url ?? "", response));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return standIn;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  serve(url: string, answer: Answer): void {
    this.answers.set(url, answer);
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private reply(url: string, response: http.ServerResponse): void {
    this.asked.push(url);
    const answer = this.answers.get(url);
    if (typeof answer === "function") answer(response);
    else if (answer === undefined) response.writeHead(404).end();
    else response.end(answer);
  }
}

/** A tool whose release is one archive on the stand-in server, and whose Go module prints `greeting`. */
export function toySpec(change: Partial<ToolSpec> = {}): ToolSpec {
  return {
    name: "toy",
    version: "1.2.3",
    binaries: ["toy"],
    module: { pin: { module: "toy", version: "v1.2.3" }, packages: { ".": "toy" } },
    buildSeconds: 1,
    ...change,
  };
}

/** The release of `toySpec` at a server's address. */
export function toyRelease(address: string, change: Partial<ReleaseFile> = {}): Partial<ToolSpec> {
  const file: ReleaseFile = {
    url: `${address}/toy-v{version}-{os}-{arch}.tar.gz`,
    checksum: { url: `${address}/SHA256SUMS`, format: "sums" },
    archive: "tar.gz",
    gives: { toy: "toy-v{version}/toy" },
    ...change,
  };
  const platforms = ["linux/amd64", "linux/arm64", "darwin/amd64", "darwin/arm64"] as const;
  return {
    release: { version: "1.2.3", files: Object.fromEntries(platforms.map((platform) => [platform, [file]])) },
  };
}

/** Writes a Go module without dependencies that prints `greeting`, and returns its folder. */
export async function toyModule(parent: string, greeting: string, goVersion = "1.24"): Promise<string> {
  const folder = path.join(parent, "module");
  await fs.mkdir(folder, { recursive: true });
  await fs.writeFile(path.join(folder, "go.mod"), `module toy\n\ngo ${goVersion}\n`);
  await fs.writeFile(
    path.join(folder, "main.go"),
    `package main\n\nfunc main() { println(${JSON.stringify(greeting)}) }\n`,
  );
  return folder;
}

/** PATH with a `go` that notes every call in `log`, runs `before`, and then is the real one. */
export async function loggedGo(folder: string, log: string, before = ""): Promise<NodeJS.ProcessEnv> {
  const real = await output("/bin/sh", "-c", "command -v go");
  await writeScript(path.join(folder, "go"), `echo "$1 $$" >> '${log}'\n${before}\nexec '${real}' "$@"`);
  return { ...process.env, PATH: `${folder}${path.delimiter}${process.env["PATH"] ?? ""}` };
}

/** How often the logged `go` was called for this subcommand. */
export async function goCalls(log: string, subcommand: string): Promise<number> {
  const lines = (await fs.readFile(log, "utf8").catch(() => "")).split("\n");
  return lines.filter((line) => line.startsWith(`${subcommand} `)).length;
}

/** Keeps what it is told, for assertions. */
export class RecordedProgress implements Progress {
  readonly lines: string[] = [];

  step(text: string): Step {
    this.lines.push(text);
    const end = (how: string) => (result?: string) => void this.lines.push(`${how} ${text}: ${result ?? ""}`);
    return { update: () => undefined, done: end("done"), skip: end("skip"), fail: end("fail") };
  }
  note(text: string): void {
    this.lines.push(text);
  }
  counted(): Progress {
    return this;
  }
}
