/** How a program of the sandbox or of the tests is described: what it is called, and the ways to get it. */

export type Platform = "linux/amd64" | "linux/arm64" | "darwin/amd64" | "darwin/arm64";

/** How a project publishes checksums. */
export type ChecksumFormat =
  /** Lines of `<hex>  <file name>`, as sha256sum writes them. */
  | "sums"
  /** One file per download that holds just the hex digest, perhaps followed by a name. */
  | "single"
  /** GitHub's description of the release, JSON: `assets[].name` and `assets[].digest` (`sha256:<hex>`). */
  | "github";

/** One download. In every text `{version}`, `{os}` and `{arch}` are replaced; `{arch}` through `archNames`. */
export interface ReleaseFile {
  readonly url: string;
  readonly checksum: { readonly url: string; readonly format: ChecksumFormat };
  /** `none`: the download is the program itself. */
  readonly archive: "none" | "tar.gz" | "zip";
  /** Program -> its path in the archive (ignored when there is none). */
  readonly gives: Readonly<Record<string, string>>;
}

export interface Release {
  /** The version to download; it may be newer than the Go module can offer. */
  readonly version: string;
  /** Platforms with different files get a list each; a platform without any is built. */
  readonly files: Readonly<Partial<Record<Platform, readonly ReleaseFile[]>>>;
  readonly archNames?: Readonly<Partial<Record<"amd64" | "arm64", string>>>;
}

/** A file that `go build` embeds but that no module holds: made from a file of the pinned module right before. */
export interface EmbeddedFile {
  readonly name: string;
  /** Path inside the module `pin.module`. */
  readonly from: string;
  /** Sets these top-level keys of the JSON object. */
  readonly set?: Readonly<Record<string, string>>;
}

export interface GoModule {
  /** The requirement of go.mod that decides the version. A pseudo-version where the project tags no Go module. */
  readonly pin: { readonly module: string; readonly version: string };
  /** Folder of the module whose YAML files are copied; for `definitions`. */
  readonly copies?: string;
  /** Go packages to build, and the file each becomes. */
  readonly packages: Readonly<Record<string, string>>;
  readonly tags?: readonly string[];
  /** `-X` of the linker: variable -> value. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly embeds?: readonly EmbeddedFile[];
  /** Other names of the built files: program -> file, made as symbolic links. */
  readonly links?: Readonly<Record<string, string>>;
}

export interface ToolSpec {
  readonly name: string;
  /** What the Go module gives, and what a release gives unless it says otherwise. */
  readonly version: string;
  /** The programs other code may call. */
  readonly binaries: readonly string[];
  /** It gives CustomResourceDefinitions for the API server, out of the YAML files it consists of, and no programs. */
  readonly definitions?: true;
  /** Folder with its go.mod, below this one. Default: its name. */
  readonly folder?: string;
  /**
   * Taken from PATH when every program is there and answers these arguments with a version inside `range` (semver;
   * no pre-releases). Absent: never from PATH.
   */
  readonly path?: { readonly range: string; readonly ask: Readonly<Record<string, readonly string[]>> };
  readonly release?: Release;
  readonly module: GoModule;
  /** Seconds of the first build: 2 cores, nothing cached, downloads included. Only for the progress display. */
  readonly buildSeconds: number;
}

export const githubRelease = (repository: string): string =>
  `https://github.com/${repository}/releases/download/v{version}`;
export const githubDigest = (repository: string): ReleaseFile["checksum"] => ({
  url: `https://api.github.com/repos/${repository}/releases/tags/v{version}`,
  format: "github",
});

export const everywhere = (files: readonly ReleaseFile[]): Release["files"] => ({
  "linux/amd64": files,
  "linux/arm64": files,
  "darwin/amd64": files,
  "darwin/arm64": files,
});
