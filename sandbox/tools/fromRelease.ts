import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { pipeline } from "node:stream/promises";
import * as tar from "tar";
import { z } from "zod";
import type { Platform, Release, ReleaseFile } from "./spec";
import { run } from "./processes";

/** The release cannot be had from here: the next way is tried. */
export class ReleaseUnavailable extends Error {}

/** A download is not what its project published. Nothing is installed and no other way is tried. */
export class ChecksumMismatch extends Error {
  constructor(
    readonly url: string,
    readonly published: string,
    readonly received: string,
  ) {
    super(`${url} has the SHA-256 checksum ${received}, but published is ${published}`);
  }
}

export interface DownloadOptions {
  /** Stands in for every release server: `https://host/path` is asked for as `<mirror>/host/path`. */
  readonly mirror?: string;
  /** Milliseconds until a server must have begun to answer. Default 8000. */
  readonly responseTimeout?: number;
  /** Milliseconds a download may stand still. Default 20 000. */
  readonly stallTimeout?: number;
  readonly signal: AbortSignal;
  readonly onBytes?: (received: number, total: number | undefined) => void;
}

/** Milliseconds; see `DownloadOptions`. A release server that is out of reach costs the first of them, once. */
export const defaultTimeouts = { response: 8000, stall: 20_000 } as const;

/** Downloads of one run. A host that did not answer once is not asked again. */
export class Downloads {
  private readonly unreachable = new Map<string, string>();

  constructor(private readonly options: DownloadOptions) {}

  /** Downloads and checks every file of a release and puts its programs into `folder/bin`. */
  async fetchRelease(
    release: Release,
    platform: Platform,
    folder: string,
    onBytes?: DownloadOptions["onBytes"],
  ): Promise<void> {
    const files = release.files[platform];
    if (files === undefined) throw new ReleaseUnavailable(`its project publishes nothing for ${platform}`);
    // All checksums first: they are small, and without one its file would be downloaded for nothing.
    const wanted: { file: ReleaseFile; url: string; published: string }[] = [];
    for (const template of files) {
      const file = expand(template, release, platform);
      wanted.push({ file, url: this.address(file.url), published: await this.publishedChecksum(file) });
    }
    for (const { file, url, published } of wanted) {
      const download = path.join(folder, "download");
      const received = await this.toFile(url, download, onBytes);
      if (received !== published) throw new ChecksumMismatch(url, published, received);
      await unpack(file, download, folder, this.options.signal);
      await fs.rm(download, { force: true });
    }
  }

  private address(url: string): string {
    const { mirror } = this.options;
    return mirror === undefined ? url : `${mirror.replace(/\/+$/, "")}/${url.replace(/^https?:\/\//, "")}`;
  }

  private async publishedChecksum(file: ReleaseFile): Promise<string> {
    // A mirror is plain files: for GitHub's description of a release it has <file>.sha256 beside the download.
    const viaMirror = this.options.mirror !== undefined && file.checksum.format === "github";
    const url = this.address(viaMirror ? `${file.url}.sha256` : file.checksum.url);
    const text = await this.text(url);
    const checksum = parseChecksum(text, viaMirror ? "single" : file.checksum.format, path.posix.basename(file.url));
    if (checksum === undefined)
      throw new ReleaseUnavailable(`${url} has no SHA-256 checksum of ${path.posix.basename(file.url)}`);
    return checksum;
  }

  private async text(url: string): Promise<string> {
    const parts: Uint8Array[] = [];
    await this.receive(url, async (body) => {
      for await (const part of body) parts.push(part);
    });
    return Buffer.concat(parts).toString("utf8");
  }

  private async toFile(url: string, file: string, onBytes: DownloadOptions["onBytes"]): Promise<string> {
    const hash = createHash("sha256");
    await this.receive(url, async (body, total) => {
      let received = 0;
      await pipeline(
        body,
        async function* (parts) {
          for await (const part of parts) {
            hash.update(part);
            received += part.length;
            onBytes?.(received, total);
            yield part;
          }
        },
        createWriteStream(file),
      );
    });
    return hash.digest("hex");
  }

  /** One GET. The timer stands for "no answer yet" first and for "no further byte" then. */
  private async receive(
    url: string,
    take: (body: AsyncIterable<Uint8Array>, total: number | undefined) => Promise<void>,
  ): Promise<void> {
    const { host } = new URL(url);
    const known = this.unreachable.get(host);
    if (known !== undefined) throw new ReleaseUnavailable(known);
    const responseTimeout = this.options.responseTimeout ?? defaultTimeouts.response;
    const stallTimeout = this.options.stallTimeout ?? defaultTimeouts.stall;
    const silence = new AbortController();
    let timer = setTimeout(() => silence.abort(), responseTimeout);
    let answered = false;
    try {
      const response = await fetch(url, { signal: AbortSignal.any([silence.signal, this.options.signal]) });
      answered = true;
      if (!response.ok || response.body === null)
        throw new ReleaseUnavailable(`${url} answers ${response.status} ${response.statusText}`.trimEnd());
      const rearm = (): void => {
        clearTimeout(timer);
        timer = setTimeout(() => silence.abort(), stallTimeout);
      };
      const length = Number(response.headers.get("content-length") ?? "0");
      await take(watched(response.body, rearm), length > 0 ? length : undefined);
    } catch (error) {
      this.options.signal.throwIfAborted();
      if (error instanceof ReleaseUnavailable || isDiskError(error)) throw error;
      const limit = answered ? stallTimeout : responseTimeout;
      const cause = silence.signal.aborted ? `nothing came for ${limit / 1000} s` : reasonOf(error);
      const reason = answered ? `the download of ${url} broke off: ${cause}` : `${host} cannot be reached: ${cause}`;
      if (!answered) this.unreachable.set(host, reason);
      throw new ReleaseUnavailable(reason);
    } finally {
      clearTimeout(timer);
    }
  }
}

async function* watched(body: AsyncIterable<Uint8Array>, onPart: () => void): AsyncGenerator<Uint8Array> {
  onPart();
  for await (const part of body) {
    onPart();
    yield part;
  }
}

/** The SHA-256 digest of `name` in what a project publishes, lower case; undefined when it is not there. */
export function parseChecksum(
  text: string,
  format: ReleaseFile["checksum"]["format"],
  name: string,
): string | undefined {
  if (format === "single") return /^\s*([0-9a-f]{64})(?:\s|$)/i.exec(text)?.[1]?.toLowerCase();
  if (format === "github") return githubDigest(text, name);
  for (const line of text.split(/\r?\n/)) {
    const match = /^([0-9a-f]{64})\s+\*?(.+?)\s*$/i.exec(line);
    if (match !== null && path.posix.basename(match[2] ?? "") === name) return match[1]?.toLowerCase();
  }
  return undefined;
}

const githubAssets = z.object({ assets: z.array(z.object({ name: z.string(), digest: z.string().nullish() })) });

function githubDigest(text: string, name: string): string | undefined {
  const release = githubAssets.safeParse(parseJson(text));
  const digest = release.data?.assets.find((asset) => asset.name === name)?.digest;
  return /^sha256:([0-9a-f]{64})$/.exec(digest ?? "")?.[1];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Fills in `{version}`, `{os}` and `{arch}`. */
export function expand(file: ReleaseFile, release: Release, platform: Platform): ReleaseFile {
  const [os = "", goArch = ""] = platform.split("/");
  const arch = release.archNames?.[goArch as "amd64" | "arm64"] ?? goArch;
  const fill = (text: string): string =>
    text.replaceAll("{version}", release.version).replaceAll("{os}", os).replaceAll("{arch}", arch);
  return {
    ...file,
    url: fill(file.url),
    checksum: { ...file.checksum, url: fill(file.checksum.url) },
    gives: Object.fromEntries(Object.entries(file.gives).map(([program, inside]) => [program, fill(inside)])),
  };
}

async function unpack(file: ReleaseFile, download: string, folder: string, signal: AbortSignal): Promise<void> {
  const unpacked = path.join(folder, "unpacked");
  await fs.mkdir(unpacked, { recursive: true });
  const wanted = new Set(Object.values(file.gives));
  if (file.archive === "tar.gz")
    await tar.extract({ file: download, cwd: unpacked, filter: (entry) => wanted.has(entry.replace(/^\.\//, "")) });
  if (file.archive === "zip") await unzip(download, unpacked, [...wanted], signal);
  for (const [program, inside] of Object.entries(file.gives)) {
    const target = path.join(folder, "bin", program);
    const from = file.archive === "none" ? download : path.join(unpacked, inside);
    await fs.rename(from, target).catch(() => {
      throw new ReleaseUnavailable(`${path.posix.basename(file.url)} has no file ${inside}`);
    });
    await fs.chmod(target, 0o755);
  }
  await fs.rm(unpacked, { recursive: true, force: true });
}

async function unzip(archive: string, into: string, names: readonly string[], signal: AbortSignal): Promise<void> {
  const { status, errorTail } = await run("unzip", ["-q", "-o", archive, ...names, "-d", into], { signal });
  if (status !== 0) throw new ReleaseUnavailable(`unzip cannot unpack it: ${errorTail.join(" ")}`);
}

function isDiskError(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === "ENOSPC" || code === "EACCES" || code === "EROFS" || code === "EDQUOT";
}

function reasonOf(error: unknown): string {
  const cause = (error as { cause?: unknown }).cause;
  const inner = cause instanceof Error ? cause : error;
  const code = (inner as NodeJS.ErrnoException).code;
  return code ?? (inner instanceof Error ? inner.message : String(inner));
}
