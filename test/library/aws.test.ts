import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { stackTrace } from "../cli/command";
import { startAwsRig } from "../sandbox/awsSupport";
import { toolset } from "../support/tools";
import { Company } from "./company";
import { below, describeOwnProgram, logfire, type OwnCompany } from "./ownProgram";
import { makeProject, programsOf } from "./package";

const root = join(__dirname, "../..");
const [smallest = "", own = ""] = programsOf("library.md");
const onAws = { platform: "aws", aws: { region: "eu-central-1", cluster: { apiAccess: ["203.0.113.7/32"] } } };

describeOwnProgram(
  {
    title: "AWS",
    program: own,
    sdk: "@pulumi/aws",
    start: () => startAwsRig({ speed: 1000 }),
    config: { "aws:region": "eu-central-1" },
    makes: {
      "ec2/vpc:Vpc": 1,
      "ec2/subnet:Subnet": 6,
      "eks/cluster:Cluster": 1,
      "eks/nodeGroup:NodeGroup": 4,
      "rds/instance:Instance": 1,
    },
    keeps: [],
  },
  { before: refusals, after: loading },
);

function refusals(at: () => OwnCompany): void {
  /** One run with the program changed. */
  const previewOf = async (program: string) => {
    const { company } = at();
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
    assert.deepEqual(at().rig.account.entities(), []);
  });
}

function loading(at: () => OwnCompany): void {
  describe("loading", () => {
    /** What a program has loaded when it ends. */
    const loadedBy = async (where: Company): Promise<readonly string[]> => {
      const list = join(at().folder, "loaded.json");
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
      const project = join(at().folder, "smallest");
      await makeProject(project, at().packed, smallest, ["@pulumi/aws"]);
      const where = new Company(project, "trial", at().rig.sandbox.stateDir, await toolset());
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
      const project = join(at().folder, "checkout");
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
      const where = new Company(project, "own", at().rig.sandbox.stateDir, await toolset());
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
      const list = join(at().folder, "measured.json");
      const bench = (name: string) => join(root, "cli/bench", name);
      const args = ["--require", join(__dirname, "../cli/loaded.cjs"), bench("load.cjs"), bench("onAws.ts"), root];
      await promisify(execFile)(process.execPath, args, { cwd: root, env: { ...process.env, LOADED_TO: list } });
      return JSON.parse(readFileSync(list, "utf8")) as string[];
    }
  });
}
