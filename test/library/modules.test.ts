import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { install, makeProject, manifest, pack, programsOf, type Packed } from "./package";

const run = promisify(execFile);
const tsc = require.resolve("typescript/bin/tsc");

/** The package as others get it, in a project of theirs. What a program of theirs does is for the engine test. */
describe("the package in a project elsewhere", function () {
  this.timeout(240_000);
  let folder: string;
  let project: string;
  let projectOnGcp: string;
  let projectOnAzure: string;
  const [smallest = "", own = "", onGcp = "", onAzure = ""] = programsOf("library.md");
  let packed: Packed;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "logfire-library-"));
    project = join(folder, "project");
    projectOnGcp = join(folder, "gcp");
    packed = await pack(folder);
    await makeProject(project, packed, smallest);
    writeFileSync(join(project, "own.ts"), own);
    await makeProject(projectOnGcp, packed, onGcp, ["@pulumi/gcp"]);
    projectOnAzure = join(folder, "azure");
    await makeProject(projectOnAzure, packed, onAzure, ["@pulumi/azure-native"]);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** What a script prints as JSON, run in the project. */
  const evaluate = async (script: string, where: string = project, ...flags: readonly string[]): Promise<unknown> => {
    const { stdout } = await run(process.execPath, [...flags, "-e", script], { cwd: where });
    return JSON.parse(stdout) as unknown;
  };

  it("holds the compiled components with their types, the sources that these lead to, and the documentation", () => {
    assert.ok(
      ["dist/index.js", "dist/index.d.ts", "docs/library.md", "LICENSE"].every((one) => packed.files.includes(one)),
    );
    const folders = [...new Set(packed.files.map((path) => (path.includes("/") ? path.split("/")[0] : path)))].sort();
    assert.deepEqual(folders, ["LICENSE", "README.md", "components", "dist", "docs", "package.json"]);
    const sources = packed.files.filter((path) => /^components\/.*\.ts$/.test(path)).map((path) => path.slice(11, -3));
    const made = packed.files.filter((path) => /^dist\/.*\.js$/.test(path)).map((path) => path.slice(5, -3));
    assert.deepEqual(made.sort(), sources.sort());
    const data = packed.files.filter((path) => /^components\/.*\.json$/.test(path));
    assert.ok(
      data.every((path) => packed.files.includes(path.replace("components", "dist"))),
      data.join(),
    );
  });

  const rules = {
    "as `pulumi new` sets a project up": ["--module", "commonjs", "--moduleResolution", "node10", "--skipLibCheck"],
    "by the rules of Node, with the types of every package that they read": ["--module", "nodenext"],
  };
  for (const [how, flags] of Object.entries(rules))
    it(`is type-checked with the programs of docs/library.md, strictly, ${how}`, async () => {
      const args = [tsc, "--noEmit", "--strict", "--target", "es2022", "--esModuleInterop", ...flags];
      const programs = [
        [project, "index.ts", "own.ts"],
        [projectOnGcp, "index.ts"],
        [projectOnAzure, "index.ts"],
      ] as const;
      for (const [cwd, ...files] of programs)
        await run(process.execPath, [...args, ...files], { cwd }).catch(({ stdout }: { stdout?: string }) =>
          assert.fail(stdout),
        );
    });

  it("is refused by the compiler where a name is no text, and where settings are left out", async () => {
    const wrong = own.replace(
      'name: "main",\n    version: "1.35",\n    endpoint',
      'name: cluster.name,\n    version: "1.35",\n    endpoint',
    );
    assert.notEqual(wrong, own);
    writeFileSync(join(project, "wrong.ts"), wrong.replace("{ settings, secrets, adopt }", "{ secrets, adopt }"));
    const args = [
      tsc,
      "--noEmit",
      "--strict",
      "--target",
      "es2022",
      "--module",
      "nodenext",
      "--skipLibCheck",
      "wrong.ts",
    ];
    await assert.rejects(run(process.execPath, args, { cwd: project }), ({ stdout }: { stdout: string }) => {
      assert.match(stdout, /Output<string>' is not assignable to type 'string'/);
      assert.match(stdout, /Property 'settings' is missing/);
      return true;
    });
  });

  const loaded = "Object.keys(require.cache)";
  const clouds = /node_modules\/@pulumi\/(?!pulumi\/|kubernetes\/|random\/)[^/]+/;

  it("loads no cloud's SDK when it is imported", async () => {
    const files = (await evaluate(`require("logfire-platform"); console.log(JSON.stringify(${loaded}))`)) as string[];
    for (const cloud of ["aws", "gcp", "azure"])
      assert.ok(
        files.some((file) => file.endsWith(`platform/${cloud}/platform.js`)),
        cloud,
      );
    assert.deepEqual(
      files.filter((file) => clouds.test(file)),
      [],
    );
  });

  it("gives the same by `import` as by `require`, and loads no more", async () => {
    const required = await evaluate('console.log(JSON.stringify(Object.keys(require("logfire-platform")).sort()))');
    const script = `import { createRequire } from "node:module"; import * as all from "logfire-platform";
      const files = Object.keys(createRequire(import.meta.url).cache);
      console.log(JSON.stringify([Object.keys(all).filter((name) => !["default", "module.exports", "__esModule"].includes(name)).sort(), files]))`;
    const [imported, files] = (await evaluate(script, project, "--input-type=module")) as [string[], string[]];
    assert.deepEqual(imported, required);
    for (const name of ["AwsPlatform", "GcpPlatform", "AzurePlatform", "Logfire"])
      assert.ok(imported.includes(name), name);
    assert.deepEqual(
      files.filter((file) => clouds.test(file)),
      [],
    );
  });

  it("has nothing to import but what it exports", async () => {
    const script = 'require("logfire-platform/dist/settings")';
    await assert.rejects(run(process.execPath, ["-e", script], { cwd: project }), /ERR_PACKAGE_PATH_NOT_EXPORTED/);
  });

  it("says what to install where the SDK of its cloud is not among the project's packages", async () => {
    const bare = join(folder, "bare");
    mkdirSync(bare);
    await install(bare, packed, []);
    const sdks = [
      ["AwsPlatform", "AWS", "@pulumi/aws", "7"],
      ["GcpPlatform", "GCP", "@pulumi/gcp", "9"],
      ["AzurePlatform", "Azure", "@pulumi/azure-native", "3"],
    ] as const;
    for (const [platform, cloud, sdk, version] of sdks) {
      const script = `const { ${platform} } = require("logfire-platform");
        (async () => ${platform}.create("platform", {}))().catch((error) => console.log(JSON.stringify(error.stack)))`;
      assert.equal(
        await evaluate(script, bare),
        `A platform on ${cloud} needs the package ${sdk}: run \`npm install ${sdk}@${version}\``,
      );
    }
  });

  it("shares one copy of the SDK and of the providers with the project", () => {
    const shared = Object.keys(manifest.peerDependencies);
    assert.deepEqual(
      Object.keys(manifest.dependencies).filter((name) => name.startsWith("@pulumi/")),
      [],
    );
    const lock = JSON.parse(readFileSync(join(__dirname, "../../package.json"), "utf8")) as {
      readonly devDependencies: Readonly<Record<string, string>>;
    };
    // What is tested is what is asked for.
    for (const name of shared) assert.equal(lock.devDependencies[name], manifest.peerDependencies[name], name);
    const optional = Object.keys(manifest.peerDependenciesMeta);
    assert.deepEqual(
      optional,
      shared.filter((name) => !["pulumi", "kubernetes", "random"].includes(name.slice(8))),
    );
  });

  it("is installed by npm itself, where npm's cache has what it needs", async function () {
    const real = join(folder, "real");
    mkdirSync(real);
    cpSync(packed.tarball, join(real, "package.tgz"));
    writeFileSync(join(real, "package.json"), JSON.stringify({ name: "real", private: true }));
    const args = ["install", "./package.tgz", "--offline", "--no-audit", "--no-fund", "--ignore-scripts"];
    const failed = await run("npm", args, { cwd: real }).then(
      () => undefined,
      (error: { stderr?: string }) => error.stderr ?? "",
    );
    if (failed !== undefined) {
      assert.match(failed, /ENOTCACHED/);
      if (this.test !== undefined) this.test.title += " (skipped: this machine's cache has not)";
      this.skip();
    }
    const there = (name: string) =>
      evaluate(`console.log(JSON.stringify(require("${name}/package.json").version))`, real);
    assert.equal(await there("logfire-platform"), manifest.version);
    assert.ok(await there("@pulumi/pulumi"));
    for (const sdk of ["aws", "gcp", "azure-native"])
      await assert.rejects(there(`@pulumi/${sdk}`), /MODULE_NOT_FOUND/, sdk);
  });
});
