import assert from "node:assert/strict";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { ProblemsError } from "../../components/lib/errors";
import { hostPlatform } from "../../sandbox/tools/cache";
import type { ToolSpec } from "../../sandbox/tools/spec";
import { defaultTimeouts, Downloads, parseChecksum } from "../../sandbox/tools/fromRelease";
import { installTools, type InstallOptions, type Toolset } from "../../sandbox/tools/install";
import {
  archiveOf,
  output,
  RecordedProgress,
  sha256,
  StandIn,
  temporaryFolder,
  toyModule,
  toyRelease,
  toySpec,
} from "./support";

// What this proves: the download, its checksum, its unpacking and every way it can go wrong, over plain HTTP on this
// machine. What it does not: that the projects' servers still name their files as the catalogue says.
describe("tools from releases", () => {
  let folder: string;
  let server: StandIn;
  let archive: Buffer;
  let progress: RecordedProgress;
  const [os = "", arch = ""] = (hostPlatform() ?? "").split("/");
  const archiveName = `toy-v1.2.3-${os}-${arch}.tar.gz`;

  before(async () => {
    archive = await archiveOf("toy-v1.2.3/toy", "#!/bin/sh\necho toy from the release\n");
  });
  beforeEach(async () => {
    folder = await temporaryFolder();
    server = await StandIn.start();
    progress = new RecordedProgress();
  });
  afterEach(async () => {
    await server.stop();
    await fs.rm(folder, { recursive: true });
  });

  // PATH has no Go, so that nothing but the release can help.
  const install = async (change: Partial<ToolSpec>, options: Partial<InstallOptions> = {}): Promise<Toolset> =>
    installTools([{ spec: toySpec(change), moduleFolder: await toyModule(folder, "built") }], {
      progress,
      cacheDir: path.join(folder, "cache"),
      env: { PATH: "/nonexistent" },
      ...options,
    });
  const problem = async (attempt: Promise<unknown>): Promise<string> => {
    const error: unknown = await attempt.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof ProblemsError, String(error));
    return error.message;
  };
  const nothingInstalled = async (): Promise<void> => {
    assert.deepEqual(await fs.readdir(path.join(folder, "cache", "tools")), []);
  };
  const publish = (checksum = sha256(archive)): void => {
    server.serve(`/${archiveName}`, archive);
    server.serve("/SHA256SUMS", `${sha256("other")}  toy-v1.2.3-plan9-mips.tar.gz\n${checksum}  ${archiveName}\n`);
  };

  it("installs a good archive, once", async () => {
    publish();
    const first = await install(toyRelease(server.address));
    assert.equal(first.tools[0]?.source, "release");
    assert.equal(first.tools[0]?.cached, false);
    assert.equal(await output(first.path("toy")), "toy from the release");
    const asked = server.asked.length;
    const second = await install(toyRelease(server.address));
    assert.equal(second.tools[0]?.cached, true);
    assert.equal(second.bin, first.bin);
    assert.equal(server.asked.length, asked, "the second run asked the server again");
  });

  it("keeps nothing of a download but the programs", async () => {
    publish();
    const { tools } = await install(toyRelease(server.address));
    const installed = tools[0]?.folder ?? "";
    assert.deepEqual((await fs.readdir(installed)).sort(), ["bin", "tool.json"]);
    assert.deepEqual(await fs.readdir(path.join(installed, "bin")), ["toy"]);
  });

  it("refuses a download with another checksum, says both, and installs nothing", async () => {
    publish(sha256("something else"));
    const message = await problem(install(toyRelease(server.address)));
    assert.match(message, /the download is not what was published/);
    assert.ok(message.includes(sha256(archive)) && message.includes(sha256("something else")));
    assert.ok(message.includes(archiveName));
    await nothingInstalled();
  });

  it("does not fall back to a build when the checksum is wrong", async () => {
    publish(sha256("something else"));
    await problem(install(toyRelease(server.address), { env: process.env }));
    assert.ok(!progress.lines.some((line) => line.includes("build")), progress.lines.join("\n"));
    await nothingInstalled();
  });

  it("does not download what has no published checksum", async () => {
    server.serve(`/${archiveName}`, archive);
    server.serve("/SHA256SUMS", "");
    assert.match(await problem(install(toyRelease(server.address))), /has no SHA-256 checksum of toy-v1\.2\.3/);
    assert.deepEqual(server.asked, ["/SHA256SUMS"]);
    await nothingInstalled();
  });

  it("names a file that the server does not have, and what to do without it", async () => {
    publish();
    server.serve(`/${archiveName}`, (response) => response.writeHead(404).end());
    const message = await problem(install(toyRelease(server.address)));
    assert.ok(message.includes(`${archiveName} answers 404 Not Found`), message);
    assert.match(message, /Go is not on PATH; install Go >= 1\.24 .*LOGFIRE_PLATFORM_MIRROR/);
    assert.doesNotMatch(message, /put toy on PATH/, "it is never taken from there");
    await nothingInstalled();
  });

  it("names a program that is not in the archive", async () => {
    publish();
    const message = await problem(install(toyRelease(server.address, { gives: { toy: "elsewhere/toy" } })));
    assert.ok(message.includes(`${archiveName} has no file elsewhere/toy`), message);
    await nothingInstalled();
  });

  it("gives up on a server that takes the connection and never answers", async () => {
    server.serve("/SHA256SUMS", () => undefined);
    const begun = Date.now();
    const message = await problem(install(toyRelease(server.address), { timeouts: { response: 400 } }));
    const seconds = (Date.now() - begun) / 1000;
    assert.match(message, /cannot be reached: nothing came for 0\.4 s/);
    assert.ok(seconds < 3, `it took ${seconds} s`);
    assert.deepEqual(server.asked, ["/SHA256SUMS"]);
  });

  it("waits no more than ten seconds for an answer unless told to", () => {
    assert.ok(defaultTimeouts.response <= 10_000);
  });

  it("does not ask a host again that was silent once", async () => {
    server.serve("/SHA256SUMS", () => undefined);
    const downloads = new Downloads({ responseTimeout: 200, signal: new AbortController().signal });
    const { release = assert.fail() } = toyRelease(server.address);
    const attempt = () => downloads.fetchRelease(release, hostPlatform() ?? "linux/amd64", folder);
    await assert.rejects(attempt(), /nothing came for 0\.2 s/);
    const begun = Date.now();
    await assert.rejects(attempt(), /nothing came for 0\.2 s/);
    assert.ok(Date.now() - begun < 100);
    assert.deepEqual(server.asked, ["/SHA256SUMS"]);
  });

  it("gives up on a download that stands still, and leaves nothing half made", async () => {
    publish();
    server.serve(`/${archiveName}`, (response) => {
      response.writeHead(200, { "content-length": archive.length });
      response.write(archive.subarray(0, 20));
    });
    const message = await problem(install(toyRelease(server.address), { timeouts: { stall: 300 } }));
    assert.match(message, /the download of .* broke off: nothing came for 0\.3 s/);
    await nothingInstalled();
  });

  it("gives up on a download that breaks off, and installs it when it comes whole", async () => {
    publish();
    server.serve(`/${archiveName}`, (response) => {
      response.writeHead(200, { "content-length": archive.length });
      response.write(archive.subarray(0, 20), () => response.destroy());
    });
    assert.match(await problem(install(toyRelease(server.address))), /broke off/);
    await nothingInstalled();
    publish();
    assert.equal((await install(toyRelease(server.address))).tools[0]?.source, "release");
  });

  it("says at once that nothing listens at an address", async () => {
    const closed = await StandIn.start();
    const address = closed.address;
    await closed.stop();
    const begun = Date.now();
    assert.match(await problem(install(toyRelease(address))), /cannot be reached: ECONNREFUSED/);
    assert.ok(Date.now() - begun < 2000);
  });

  it("builds when the release is out of reach and Go is there", async function () {
    this.timeout(60_000);
    const { tools } = await install(toyRelease(server.address), { env: process.env });
    assert.equal(tools[0]?.source, "built");
    assert.ok(progress.lines.some((line) => line.startsWith("skip download toy 1.2.3: ") && line.includes("404")));
  });

  it("asks a mirror instead, with the host as the first folder", async () => {
    const mirror = "/tools/releases.example.com";
    server.serve(`${mirror}/SHA256SUMS`, `${sha256(archive)} *${archiveName}\n`);
    server.serve(`${mirror}/${archiveName}`, archive);
    const env = { PATH: "/nonexistent", LOGFIRE_PLATFORM_MIRROR: `${server.address}/tools/` };
    const { tools } = await install(toyRelease("https://releases.example.com"), { env });
    assert.equal(tools[0]?.source, "release");
    assert.deepEqual(server.asked, [`${mirror}/SHA256SUMS`, `${mirror}/${archiveName}`]);
  });

  it("takes <file>.sha256 from a mirror where the checksum is part of GitHub's description of a release", async () => {
    const mirror = "/github.com/owner/toy/releases/download/v1.2.3";
    const program = "#!/bin/sh\necho plain program\n";
    server.serve(`${mirror}/toy`, program);
    server.serve(`${mirror}/toy.sha256`, `${sha256(program)}  toy\n`);
    const release = toyRelease("", {
      url: "https://github.com/owner/toy/releases/download/v{version}/toy",
      checksum: { url: "https://api.github.com/repos/owner/toy/releases/tags/v{version}", format: "github" },
      archive: "none",
      gives: { toy: "toy" },
    });
    const toolset = await install(release, { mirror: server.address });
    assert.equal(await output(toolset.path("toy")), "plain program");
  });

  it("explains a proxy that Node does not follow", async () => {
    const env = { PATH: "/nonexistent", HTTPS_PROXY: "http://proxy.example.com:3128" };
    const message = await problem(install(toyRelease(server.address), { env }));
    assert.match(message, /HTTPS_PROXY is set, but Node follows it only from version 24 on/);
    assert.doesNotMatch(message, /proxy\.example\.com/, "a proxy's address may hold a password");
  });

  it("names every tool that cannot be had, in one error", async () => {
    const moduleFolder = await toyModule(folder, "built");
    const requests = ["one", "two"].map((name) => ({ spec: toySpec({ name }), moduleFolder }));
    const options = { progress, cacheDir: path.join(folder, "cache"), env: { PATH: "/nonexistent" } };
    const message = await problem(installTools(requests, options));
    assert.match(message, /one 1\.2\.3: /);
    assert.match(message, /two 1\.2\.3: /);
  });
});

describe("published checksums", () => {
  const digest = "0123456789abcdef".repeat(4);

  it("are found by the file's own name, not by a name that contains it", () => {
    const sums = `${"f".repeat(64)}  toy.tar.gz.sig\n${"e".repeat(64)}  my-toy.tar.gz\n${digest}  ./toy.tar.gz\n`;
    assert.equal(parseChecksum(sums, "sums", "toy.tar.gz"), digest);
    assert.equal(parseChecksum(sums, "sums", "toy"), undefined);
  });

  it("are read in upper and lower case, with and without a name", () => {
    assert.equal(parseChecksum(`${digest.toUpperCase()}\n`, "single", "toy"), digest);
    assert.equal(parseChecksum(`${digest}  toy\n`, "single", "toy"), digest);
    assert.equal(parseChecksum(`${digest}0\n`, "single", "toy"), undefined);
    assert.equal(parseChecksum("<html>not found</html>", "single", "toy"), undefined);
  });

  it("are read from GitHub's description of a release", () => {
    const text = (value: unknown): string => JSON.stringify({ assets: [{ name: "toy", digest: value }] });
    assert.equal(parseChecksum(text(`sha256:${digest}`), "github", "toy"), digest);
    assert.equal(parseChecksum(text(null), "github", "toy"), undefined);
    assert.equal(parseChecksum(text(`sha512:${digest}`), "github", "toy"), undefined);
    assert.equal(parseChecksum(text(`sha256:${digest}`), "github", "other"), undefined);
    assert.equal(parseChecksum('{"message":"API rate limit exceeded"}', "github", "toy"), undefined);
    assert.equal(parseChecksum("<html>", "github", "toy"), undefined);
  });
});
