import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { inspectStack } from "../../cli/stack";
import { command, stackTrace, type Ended } from "./command";

const asPlain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

interface Parsed {
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

const filesIn = (folder: string): ReadonlyMap<string, string> =>
  new Map(
    readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => [name, readFileSync(join(folder, name), "utf8")]),
  );

/** The one object of a file. */
function parseFile(name: string, text: string): Parsed {
  const documents = parseAllDocuments(text);
  assert.deepEqual([documents.length, documents.flatMap(({ errors }) => errors)], [1, []], name);
  return documents[0]?.toJS() as Parsed;
}

/** What stands behind a key, however deep, in document order. */
function valuesOf(value: unknown, wanted: string): unknown[] {
  if (typeof value !== "object" || value === null) return [];
  const entries: [string, unknown][] = Object.entries(value);
  return entries.flatMap(([key, inner]) => [...(key === wanted ? [inner] : []), ...valuesOf(inner, wanted)]);
}

/** Secrets and their keys that objects refer to: `name/key`, or `name` where all of it is read; cert-manager's aside. */
function references(objects: readonly Parsed[]): readonly string[] {
  const issued = objects
    .filter(({ kind }) => kind === "Certificate")
    .flatMap((certificate) => valuesOf(certificate, "secretName"));
  const all = objects.flatMap((object) => [
    ...valuesOf(object, "secretKeyRef").map((ref) => {
      const { name, key } = ref as { readonly name: string; readonly key: string };
      return `${name}/${key}`;
    }),
    ...valuesOf(object, "secretRef").map((ref) => (ref as { readonly name: string }).name),
    ...valuesOf(object, "secretName").map(String),
    ...valuesOf(object, "certificateRefs").flatMap((list) => (list as { readonly name: string }[]).map((s) => s.name)),
    ...valuesOf(object, "imagePullSecrets").flatMap((list) => (list as { readonly name: string }[]).map((s) => s.name)),
  ]);
  return [...new Set(all)].filter((name) => !issued.includes(name)).sort();
}

/** The list at the end of the output, in the same form. */
const announced = (stdout: string): readonly string[] =>
  stdout
    .split("\n")
    .filter((line) => line.startsWith("  "))
    .flatMap((line) => {
      const [name = "", keys] = line.trim().split(": ");
      return keys === undefined ? [name] : keys.split(", ").map((key) => `${name}/${key}`);
    })
    .sort();

/** Texts that look as the generated and the given secrets do. */
const secretLike: readonly RegExp[] = [
  /-----BEGIN [A-Z ]*PRIVATE KEY/,
  // An address with a password, unless that is a variable.
  /[a-z]+:\/\/[^\s:/@]*:(?!\$\()[^\s:/@]+@/,
  // 32 letters and digits of a generated password; 32 bytes in base64; both are neither hexadecimal nor words.
  /(?<![\w/+=-])(?=[A-Za-z0-9]*[0-9])(?=[A-Za-z0-9]*[G-Zg-z])(?=[A-Za-z0-9]*[A-Z])[A-Za-z0-9]{32}(?![\w/+=-])/,
  /(?<![\w/+=-])[\w+/-]{43}=(?![\w=])/,
];
const suspicious = (text: string): readonly string[] =>
  text.split("\n").filter((line) => secretLike.some((pattern) => pattern.test(line)));

/** What this does not prove: that an API server accepts the objects. The engine tests apply the same ones. */
describe("render", function () {
  this.timeout(30_000);
  const base = mkdtempSync(join(tmpdir(), "logfire-platform-render-"));
  const out = (name: string) => join(base, name);
  const render = (stack: string, folder: string, ...more: readonly string[]) =>
    command(["render", "--stack", stack, "--out", out(folder), ...more]);
  after(() => rmSync(base, { recursive: true, force: true }));

  for (const stack of ["sandbox", "existing", "aws-prod", "gcp-prod", "azure-prod"])
    describe(`of ${stack}`, () => {
      let ended: Ended;
      let files: ReadonlyMap<string, string>;
      before(async () => {
        ended = await render(stack, stack);
        files = filesIn(out(stack));
      });

      it("writes every object into a file of its name, and nothing else", () => {
        assert.deepEqual([ended.code, ended.stderr], [0, ""]);
        const objects = inspectStack(stack).objects();
        const expected = objects.map((object) => [
          `${object.kind.toLowerCase()}-${object.metadata.name}.yaml`,
          asPlain(object),
        ]);
        const parsed = Object.fromEntries([...files].map(([name, text]) => [name, parseFile(name, text)]));
        assert.deepEqual(parsed, Object.fromEntries(expected));
        assert.equal(files.size, objects.length, "two objects share a file");
        assert.ok(ended.stdout.startsWith(`${objects.length} objects in `));
        assert.deepEqual(
          Object.values(parsed).filter(({ kind }) => kind === "Secret"),
          [],
        );
      });

      it("names every Secret that the files refer to, and no other", () => {
        const found = references([...files].map(([name, text]) => parseFile(name, text)));
        assert.ok(found.length > 15);
        assert.deepEqual(announced(ended.stdout), found);
      });

      it("writes no value that looks like a secret", () => {
        for (const [name, text] of files) {
          assert.deepEqual(suspicious(text), [], name);
          assert.ok(!text.includes("REPLACE-ME"), name);
        }
      });
    });

  it("would notice a secret if there were one", () => {
    for (const planted of [
      "dsn: redis://:hunter2@redis:6379",
      "dsn: postgresql://crud:pa55word@pg/crud",
      "password: kJ8fQ2mZ0xT4vB7nR1sW6yL3pC9dH5gA",
      "key: 3q2-7wAAAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBk=",
      "-----BEGIN RSA PRIVATE KEY-----",
    ])
      assert.deepEqual(suspicious(planted), [planted]);
    assert.deepEqual(suspicious("value: http://$(MINIO_USER):$(MINIO_PASSWORD)@logfire-minio:9000"), []);
  });

  it("writes the charts that have to be there first, with their values and how to install them", async () => {
    const { stdout } = await render("existing", "charts-of-existing");
    const files = filesIn(join(out("charts-of-existing"), "charts"));
    assert.deepEqual([...files.keys()].sort(), ["envoy-gateway.values.yaml", "gateway-crds.values.yaml"]);
    for (const [name, text] of files) {
      const [command = "", ...rest] = text.split("\n");
      assert.ok(stdout.includes(`- ${command.slice(2)}\n`), name);
      assert.match(command, /^# helm (template|upgrade --install) \S+ oci:\/\/\S+ --version v[\d.]+ --namespace \S+/);
      assert.ok(command.includes(`--values ${name}`));
      assert.ok(Object.keys(parseAllDocuments(rest.join("\n"))[0]?.toJS() as object).length > 0, name);
    }
    const { stdout: none } = await render("sandbox", "charts-of-sandbox");
    assert.doesNotMatch(none, /helm/);
    assert.ok(!readdirSync(out("charts-of-sandbox")).includes("charts"));
  });

  it("writes the same bytes twice", async () => {
    await Promise.all([render("sandbox", "once"), render("sandbox", "again")]);
    assert.ok(filesIn(out("once")).size > 100);
    assert.deepEqual(filesIn(out("again")), filesIn(out("once")));
  });

  it("renders the preset that stands in for the stack's own", async () => {
    const { code } = await render("existing", "tiny", "--preset", "tiny");
    assert.equal(code, 0);
    assert.equal(filesIn(out("tiny")).size, inspectStack("existing", "tiny").objects().length);
    const scaler = filesIn(out("tiny")).get("horizontalpodautoscaler-logfire-backend.yaml");
    assert.match(scaler ?? "", /minReplicas: 1\n/);
  });

  it("refuses a folder that holds something, and keeps what it holds", async () => {
    await render("sandbox", "full");
    writeFileSync(join(out("full"), "mine.txt"), "mine");
    const count = filesIn(out("full")).size;
    const refused = await render("sandbox", "full", "--preset", "tiny");
    assert.notEqual(refused.code, 0);
    assert.match(refused.stderr, /^Nothing was written:\n {2}--out: .* holds \d+ files already; .*--overwrite\n$/);
    const scaler = "horizontalpodautoscaler-logfire-backend.yaml";
    assert.match(filesIn(out("full")).get(scaler) ?? "", /minReplicas: 3\n/);
    const replaced = await render("sandbox", "full", "--preset", "tiny", "--overwrite");
    assert.equal(replaced.code, 0);
    assert.match(filesIn(out("full")).get(scaler) ?? "", /minReplicas: 1\n/);
    assert.equal(filesIn(out("full")).get("mine.txt"), "mine");
    assert.ok(filesIn(out("full")).size >= count);
  });

  it("says so when the folder is a file", async () => {
    writeFileSync(out("file"), "");
    for (const name of ["file", "file/below"]) {
      const { code, stderr } = await render("sandbox", name);
      assert.notEqual(code, 0);
      assert.match(stderr, /^Nothing was written:\n {2}--out: .*is a file; name a folder that you may write to\n$/);
      assert.doesNotMatch(stderr, stackTrace);
    }
  });
});
