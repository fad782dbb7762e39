import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { stackTrace } from "../cli/command";
import { startAwsRig, type AwsRig } from "../sandbox/awsSupport";
import { toolset } from "../support/tools";
import { Company } from "./company";
import { makeProject, pack, programsOf, type Packed } from "./package";

const root = join(__dirname, "../..");
const [smallest = "", own = ""] = programsOf("library.md");

/** A trial, with what a sandbox has in place of the world's certificate authorities and of Envoy Gateway. */
const logfire = {
  hostname: "logfire.example.com",
  adminEmail: "sre@example.com",
  preset: "tiny",
  disposable: true,
  images: { credentials: { server: "registry.example.com", username: "reader" } },
  edge: {
    gateway: { controller: "existing", className: "logfire-sandbox" },
    certManager: { controller: "existing" },
    certificate: { source: "privateCa" },
  },
};
const below = (namespace: string, values: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [`${namespace}:${key}`, value]));
const onAws = { platform: "aws", aws: { region: "eu-central-1", cluster: { apiAccess: ["203.0.113.7/32"] } } };

/**
 * `pulumi` on project folders: the packed package in a project elsewhere, and this checkout, each loaded by the SDK's
 * Node host as `pulumi up` loads it. The account is simulated, containers do not run.
 */
describe("a project on a real engine", function () {
  this.timeout(600_000);
  let folder: string;
  let rig: AwsRig;
  let company: Company;
  let packed: Packed;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "logfire-library-engine-"));
    rig = await startAwsRig({ speed: 1000 });
    packed = await pack(folder);
    const project = join(folder, "company");
    await makeProject(project, packed, own);
    company = new Company(project, "prod", rig.sandbox.stateDir, await toolset());
    const config = { "aws:region": "eu-central-1", ...below("logfire", logfire) };
    await company.init(config, { "company:registryPassword": "canary-of-the-registry" });
  });
  after(async () => {
    await rig?.down();
    rmSync(folder, { recursive: true, force: true });
  });

  const entities = () => rig.account.entities().map(({ token, id }) => `${token} ${id}`);
  /** One run with the program changed. */
  const previewOf = async (program: string) => {
    writeFileSync(join(company.folder, "index.ts"), program);
    try {
      return await company.run(["preview"]);
    } finally {
      writeFileSync(join(company.folder, "index.ts"), own);
    }
  };
  const replaced = (what: string, by: string) => {
    const program = own.replace(what, by);
    assert.notEqual(program, own, `docs/library.md has no ${what}`);
    return program;
  };

  it("refuses what does not fit, all at once and in the program's terms", async () => {
    const program = replaced('const zones = ["a", "b", "c"]', 'const zones = ["a", "b"]')
      .replace('cidr: "10.60.0.0/16",\n    privateSubnets', 'cidr: "10.60.0.1/16",\n    privateSubnets')
      .replace(
        'name: "main",\n    version: "1.35",\n    endpoint',
        'name: cluster.name as never,\n    version: "1.35",\n    endpoint',
      )
      .replace('own = { platform: "aws"', 'own = { hostname: "https://logfire/", platform: "aws"');
    const { code, text } = await previewOf(program);
    assert.notEqual(code, 0);
    for (const said of [
      /adopt\.network\.cidr: "10\.60\.0\.1\/16" begins inside/,
      /adopt\.cluster\.name: is not plain text/,
      /adopt\.network\.privateSubnets: names 2 subnets; write at least 3/,
      /hostname: "https:\/\/logfire\/" .*; write/,
    ])
      assert.match(text, said);
    assert.doesNotMatch(text, stackTrace);
    assert.deepEqual(entities(), []);
  });

  it("makes its own VPC and cluster, and Logfire in them, in one run", async () => {
    const text = await company.succeed(["up", "--yes", "--skip-preview"]);
    assert.doesNotMatch(text, /canary-of/);
    const outputs = JSON.parse(await company.succeed(["stack", "output", "--json"])) as Record<string, unknown>;
    assert.equal(outputs["url"], "https://logfire.example.com");
    assert.equal(outputs["adminPassword"], "[secret]");
    const tokens = rig.account.entities().map(({ token }) => token);
    const count = (token: string) => tokens.filter((each) => each === token).length;
    assert.deepEqual([count("ec2/vpc:Vpc"), count("eks/cluster:Cluster"), count("ec2/subnet:Subnet")], [1, 1, 6]);
    assert.ok(count("eks/nodeGroup:NodeGroup") >= 2 && count("rds/instance:Instance") === 1);
    const pods = JSON.parse(await rig.sandbox.controlPlane.kubectl(["get", "pods", "-n", "logfire", "-o", "json"])) as {
      readonly items: readonly { readonly status: { readonly phase: string } }[];
    };
    assert.ok(pods.items.length > 15);
    assert.ok(pods.items.every(({ status }) => ["Running", "Succeeded"].includes(status.phase)));
  });

  it("has nothing to do when it runs again", async () => {
    await company.succeed(["up", "--yes", "--skip-preview", "--expect-no-changes"]);
  });

  it("goes without leaving anything, with what was its own", async () => {
    await company.succeed(["destroy", "--yes", "--skip-preview"]);
    assert.deepEqual(entities(), []);
  });

  describe("loading", () => {
    /** What a program has loaded when it ends. */
    const loadedBy = async (where: Company): Promise<readonly string[]> => {
      const list = join(folder, "loaded.json");
      const preload = `--require ${join(__dirname, "../cli/loaded.cjs")}`;
      await where.succeed(["preview"], { PROGRAM_NODE_OPTIONS: preload, LOADED_TO: list });
      return JSON.parse(readFileSync(list, "utf8")) as string[];
    };
    const sdks = (files: readonly string[]) =>
      new Set(files.flatMap((file) => /node_modules\/(@pulumi\/[^/]+)\//.exec(file)?.[1] ?? []));
    const everyone = ["@pulumi/kubernetes", "@pulumi/pulumi", "@pulumi/random"];

    /** What the platform makes or asks; more than that would be another 2000 files and their time. */
    const onlyWhatIsUsed = (files: readonly string[]) => {
      const inside = files.flatMap((file) => /node_modules\/@pulumi\/aws\/(.*)/.exec(file)?.[1] ?? []);
      assert.ok(inside.includes("eks/nodeGroup.js"), "the list is not of a program on AWS");
      assert.deepEqual(
        inside.filter((file) => /(^|\/)index\.js$/.test(file) && !/^(config|types)\//.test(file)),
        [],
      );
      assert.ok(inside.length < 100, `${inside.length} files`);
    };

    it("a program on AWS takes of its SDK the resources that it makes, and of other clouds nothing", async () => {
      const project = join(folder, "smallest");
      await makeProject(project, packed, smallest);
      const where = new Company(project, "trial", rig.sandbox.stateDir, await toolset());
      await where.init(below("logfire", { ...logfire, ...onAws }), {
        "logfire:secrets.registryPassword": "some-password",
      });
      const files = await loadedBy(where);
      assert.deepEqual([...sdks(files)].sort(), ["@pulumi/aws", ...everyone]);
      onlyWhatIsUsed(files);
      assert.deepEqual(
        files
          .filter((file) => file.startsWith(root) && !file.includes("node_modules"))
          .filter((file) => !file.endsWith("loaded.cjs")),
        [],
      );
    });

    it("this checkout's own program does alike, from its sources", async () => {
      const project = join(folder, "checkout");
      mkdirSync(join(project, "stacks"), { recursive: true });
      for (const name of [
        "index.ts",
        "components",
        "tsconfig.json",
        "tsconfig.pulumi.json",
        "package.json",
        "node_modules",
      ])
        symlinkSync(join(root, name), join(project, name));
      writeFileSync(
        join(project, "Pulumi.yaml"),
        readFileSync(join(root, "Pulumi.yaml"), "utf8").replace(/^stackConfigDir.*$/m, ""),
      );
      const where = new Company(project, "own", rig.sandbox.stateDir, await toolset());
      const secrets = { "logfire-platform:secrets.registryPassword": "some-password" };
      await where.init(below("logfire-platform", { ...logfire, ...onAws }), secrets);
      const files = await loadedBy(where);
      assert.ok(files.includes(join(root, "components/platform/aws/build.ts")));
      assert.deepEqual([...sdks(files)].sort(), ["@pulumi/aws", ...everyone]);
      onlyWhatIsUsed(files);
      assert.deepEqual(
        files.filter((file) => /\/components\/(platform|settings)\/(gcp|azure)\//.test(file)),
        [],
      );
      const measured = new Set(await measuredFiles());
      const ofOurs = /^(?!.*node_modules)|@pulumi\/(aws|kubernetes)\//;
      const left = files.filter(
        (file) => ofOurs.test(file) && !measured.has(file) && !/(loaded\.cjs|package\.json)$/.test(file),
      );
      assert.deepEqual(left, [], "`npm run bench` measures the start-up without these");
    });

    /** What the benchmark takes for a stack on AWS. */
    async function measuredFiles(): Promise<readonly string[]> {
      const list = join(folder, "measured.json");
      const bench = (name: string) => join(root, "cli/bench", name);
      const args = ["--require", join(__dirname, "../cli/loaded.cjs"), bench("load.cjs"), bench("onAws.ts"), root];
      await promisify(execFile)(process.execPath, args, { cwd: root, env: { ...process.env, LOADED_TO: list } });
      return JSON.parse(readFileSync(list, "utf8")) as string[];
    }
  });
});
