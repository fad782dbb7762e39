import assert from "node:assert/strict";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { catalogue } from "../../sandbox/tools/catalogue";
import { findOnPath, parseVersion } from "../../sandbox/tools/fromPath";
import type { ToolSpec } from "../../sandbox/tools/spec";
import { installTools } from "../../sandbox/tools/install";
import { silentProgress } from "../../sandbox/tools/progress";
import { output, temporaryFolder, toyModule, toySpec, writeScript } from "./support";

describe("tools on PATH", () => {
  let folder: string;
  let bin: string;
  beforeEach(async () => {
    folder = await temporaryFolder();
    bin = path.join(folder, "bin");
  });
  afterEach(() => fs.rm(folder, { recursive: true }));

  // Only scripts here, so that no program of this machine plays a part.
  const env = (): NodeJS.ProcessEnv => ({ PATH: `${bin}:/usr/bin:/bin` });
  // Two programs of one version, as no tool of the catalogue has on every platform.
  const pair: ToolSpec = {
    ...catalogue.kwok,
    binaries: ["kwok", "kwok-helper"],
    path: { range: ">=0.8.0 <0.9.0", ask: { kwok: ["--version"], "kwok-helper": ["--version"] } },
  };
  const look = (spec = pair) => findOnPath(spec, { PATH: bin }, path.join(folder, "cache"));
  const kwok = async (version: string, helper = version): Promise<void> => {
    await writeScript(path.join(bin, "kwok"), `echo "kwok version v${version} go1.26.8 (linux/amd64)"`);
    await writeScript(path.join(bin, "kwok-helper"), `echo "kwok-helper version v${helper} go1.26.8 (linux/amd64)"`);
  };

  it("reads the version from what each program really prints", () => {
    assert.equal(parseVersion("kwok version v0.8.0 go1.26.8 (linux/amd64)\n"), "0.8.0");
    assert.equal(parseVersion("etcd Version: 3.6.10\nGit SHA: 1234567\nGo Version: go1.26.8\n"), "3.6.10");
    assert.equal(parseVersion("Kubernetes v1.35.4\n"), "1.35.4");
    assert.equal(
      parseVersion(
        '{"clientVersion": {"major": "1", "minor": "35", "gitVersion": "v1.35.4", "goVersion": "go1.26.8"}}',
      ),
      "1.35.4",
    );
    assert.equal(parseVersion("v3.249.0-alpha.1\n"), "3.249.0-alpha.1");
    assert.equal(parseVersion("Dex Version: DEV\n"), undefined);
  });

  it("takes programs whose version fits", async () => {
    await kwok("0.8.1");
    const result = await look();
    assert.ok(result.found);
    assert.equal(result.version, "0.8.1");
    assert.equal(result.binaries.get("kwok-helper"), path.join(bin, "kwok-helper"));
  });

  it("refuses another version and says which one is needed", async () => {
    await kwok("0.7.0");
    assert.deepEqual(await look(), {
      found: false,
      reason: `${path.join(bin, "kwok")} is version 0.7.0, needed is >=0.8.0 <0.9.0`,
    });
  });

  it("refuses a pre-release of a fitting version", async () => {
    await kwok("0.8.1-alpha.1");
    assert.equal((await look()).found, false);
  });

  it("refuses a tool of which one program is missing", async () => {
    await kwok("0.8.0");
    await fs.rm(path.join(bin, "kwok-helper"));
    assert.deepEqual(await look(), { found: false, reason: "kwok-helper is not on PATH" });
  });

  it("refuses programs of different versions", async () => {
    await kwok("0.8.0", "0.8.1");
    assert.deepEqual(await look(), {
      found: false,
      reason: "the programs on PATH have different versions: 0.8.0, 0.8.1",
    });
  });

  it("refuses a program that fails or says nothing", async () => {
    await kwok("0.8.0");
    await writeScript(path.join(bin, "kwok"), "echo 'kwok version v0.8.0'; exit 1");
    assert.deepEqual(await look(), { found: false, reason: `${path.join(bin, "kwok")} does not tell its version` });
  });

  it("passes over a file that cannot be run, to the next folder of PATH", async () => {
    await kwok("0.8.0");
    const other = path.join(folder, "other");
    await fs.mkdir(other);
    await fs.writeFile(path.join(other, "kwok"), "not a program");
    const result = await findOnPath(catalogue.kwok, { PATH: `${other}:${bin}` }, path.join(folder, "cache"));
    assert.ok(result.found);
  });

  it("does not mistake the links of its own cache for tools of the user", async () => {
    await kwok("0.8.0");
    const result = await findOnPath(catalogue.kwok, { PATH: bin }, folder);
    assert.equal(result.found, false);
  });

  it("links a tool from PATH into the folder of programs, without looking for releases or Go", async () => {
    await writeScript(path.join(bin, "toy"), "echo toy 1.2.9");
    const spec = toySpec({ path: { range: "~1.2.3", ask: { toy: ["--version"] } } });
    const moduleFolder = await toyModule(folder, "never built");
    const tools = await installTools([{ spec, moduleFolder }], {
      progress: silentProgress,
      cacheDir: path.join(folder, "cache"),
      env: env(),
    });
    assert.deepEqual(tools.tools, [
      { name: "toy", version: "1.2.9", source: "PATH", cached: false, binaries: { toy: path.join(bin, "toy") } },
    ]);
    assert.deepEqual(await fs.readdir(tools.bin), ["toy"]);
    assert.equal(await output(path.join(tools.bin, "toy")), "toy 1.2.9");
  });
});
