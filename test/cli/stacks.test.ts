import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Checkout } from "./checkout";
import { command, stackTrace } from "./command";

const broken = `config:
  logfire-platform:hostname: https://logfire.example.com/
  logfire-platform:adminEmail: nobody
  logfire-platform:preset: standart
  logfire-platform:workloads:
    query-api:
      cpu: 2
    logfire-ff-query-api:
      memoryGib: 16 gigs
  logfire-platform:existing:
    kubernetesVersion: "1.31"
    postgres:
      host: pg.example.com
      adminUser: admin
      version: 15
  logfire-platform:edge:
    mode: gatway
    sourceRanges: [10.0.0.0]
  logfire-platform:identiy:
    passwordLogin: true
  logfire-platform:secrets:
    openAiApiKey: sk-in-plain-text-0123456789
`;

describe("a stack with many mistakes", function () {
  this.timeout(30_000);
  let checkout: Checkout;
  before(() => (checkout = new Checkout({ broken, "not-yaml": "config:\n  a: [1\n" })));
  after(() => checkout.remove());

  for (const args of [
    ["plan", "--stack", "broken"],
    ["render", "--stack", "broken", "--out", "out"],
    ["start", "--stack", "broken"],
    ["sandbox", "up", "--stack", "broken"],
  ])
    it(`is refused by \`${args.join(" ")}\` with all of them at once, before anything happens`, async () => {
      const { code, stdout, stderr } = await command(args, { checkout: checkout.folder });
      assert.notEqual(code, 0);
      const lines = stderr.trimEnd().split("\n").slice(1);
      for (const said of [
        /^ {2}hostname: "https:\/\/logfire.example.com\/" .*write logfire.example.com/,
        /^ {2}adminEmail: "nobody"/,
        /^ {2}preset: "standart" .*did you mean standard\?/,
        /^ {2}workloads\.query-api: .*did you mean logfire-ff-query-api\?/,
        /^ {2}existing\.kubernetesVersion: .*1\.31/,
        /^ {2}existing\.postgres\.version: .*15/,
        /^ {2}workloads\.logfire-ff-query-api\.memoryGib: "16 gigs" .*write 16/,
        /^ {2}edge\.mode: "gatway" .*did you mean gateway\?/,
        /^ {2}edge\.sourceRanges\[0\]: "10\.0\.0\.0" .*write 10\.0\.0\.0\/32/,
        /^ {2}identiy: .*did you mean identity\?/,
      ])
        assert.ok(
          lines.some((line) => said.test(line)),
          `${said} is not in\n${stderr}`,
        );
      assert.ok(
        lines.every((line) => /^ {2}\S+: .*; \S/.test(line)),
        stderr,
      );
      assert.ok(!stderr.includes("sk-in-plain-text"), "a secret is shown");
      assert.doesNotMatch(stderr, stackTrace);
      assert.equal(stdout, "");
    });

  it("is no more than words when the file is not YAML", async () => {
    const { code, stderr } = await command(["plan", "--stack", "not-yaml"], { checkout: checkout.folder });
    assert.notEqual(code, 0);
    assert.match(stderr, /Pulumi\.not-yaml\.yaml/);
    assert.doesNotMatch(stderr, stackTrace);
  });

  it("lists the stacks that there are when the one named is not among them", async () => {
    const { code, stderr } = await command(["plan", "--stack", "brokn"], { checkout: checkout.folder });
    assert.notEqual(code, 0);
    assert.match(stderr, /there are broken, not-yaml; did you mean broken\?/);
  });
});

/** Packages that a command loads, and files of this one. */
async function loadedBy(
  ...args: readonly string[]
): Promise<{ packages: ReadonlySet<string>; own: readonly string[] }> {
  const folder = mkdtempSync(join(tmpdir(), "logfire-platform-loaded-"));
  try {
    const list = join(folder, "loaded.json");
    const { code, stderr } = await command(args, {
      preload: join(__dirname, "loaded.cjs"),
      env: { LOADED_TO: list },
    });
    assert.equal(code, 0, stderr);
    const files = JSON.parse(readFileSync(list, "utf8")) as string[];
    const packages = files.flatMap((file) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []);
    return { packages: new Set(packages), own: files.filter((file) => !file.includes("node_modules")) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const heavy = /^(@pulumi\/|@grpc\/|@aws-sdk\/|aws-sdk|@azure\/|@google-cloud\/|typescript$|mocha$)/;

describe("the commands without an engine", function () {
  this.timeout(30_000);
  const out = mkdtempSync(join(tmpdir(), "logfire-platform-render-"));
  after(() => rmSync(out, { recursive: true, force: true }));

  for (const args of [
    ["plan", "--stack", "sandbox"],
    ["plan", "--stack", "existing", "--json"],
    ["plan", "--stack", "aws-prod"],
    ["plan", "--stack", "azure-prod"],
    ["plan", "--stack", "gcp-prod"],
    ["render", "--stack", "sandbox", "--out", out],
    ["render", "--stack", "gcp-dev", "--out", join(out, "gcp")],
  ])
    it(`\`${args.slice(0, 3).join(" ")}\` loads no engine, no SDK of a cloud, and nothing of the other commands`, async () => {
      const { packages, own } = await loadedBy(...args);
      assert.deepEqual(
        [...packages].filter((name) => heavy.test(name)),
        [],
      );
      assert.ok(
        own.some((file) => file.endsWith(`cli/${args[0]}.ts`)),
        "the list is not of this command",
      );
      assert.deepEqual(
        own.filter((file) => /sandbox\/(engine|controlPlane|tools)\/|cli\/(start|test|bench|sandbox)\.ts$/.test(file)),
        [],
      );
    });

  it("would be seen to load them: the command that deploys does", async () => {
    const { packages } = await loadedBy("start", "--help");
    assert.ok([...packages].some((name) => heavy.test(name)));
  });
});
