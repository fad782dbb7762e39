import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { Command } from "commander";
import { root } from "../../cli/root";
import { register as registerBench } from "../../cli/bench";
import { register as registerPlan } from "../../cli/plan";
import { register as registerRehearse } from "../../cli/rehearse";
import { register as registerRender } from "../../cli/render";
import { register as registerSandbox } from "../../cli/sandbox";
import { register as registerStart } from "../../cli/start";
import { register as registerTest } from "../../cli/test";
import { resolveSettings } from "../../components/settings";
import { settingsReference } from "../../components/settings/reference";
import { pages as cloudPages } from "../../scripts/cloud-pages";
import { keysOf, readme } from "../../scripts/clouds-table";
import { architecturePage } from "../../scripts/diagram";
import { formatted, withGenerated } from "../../scripts/generated";

const pages = ["README.md", "CONTRIBUTING.md", ...readdirSync(join(root, "docs")).map((name) => `docs/${name}`)];
const read = (page: string): string => readFileSync(join(root, page), "utf8");
const written = pages.filter((page) => page !== "docs/settings.md" && page !== "docs/benchmarks.md");

/** What a page's headings are called in links, as GitHub makes it of their text. */
const anchors = (page: string): ReadonlySet<string> =>
  new Set(
    [...readFileSync(page, "utf8").matchAll(/^#+ (.*)$/gm)].map(([, title = ""]) =>
      title
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );

/** Nested values without the one at the end of the path. */
function without(values: Readonly<Record<string, unknown>>, [first = "", ...rest]: readonly string[]): object {
  const { [first]: value, ...others } = values;
  return rest.length === 0 ? others : { ...others, [first]: without(value as Readonly<Record<string, unknown>>, rest) };
}

/** Everything set as code, in a line or in a block; prose is not looked at. */
const code = (page: string): string => {
  const text = read(page);
  return [...text.matchAll(/```sh\n([^]*?)```|`([^`\n]+)`/g)].map(([, block, span]) => block ?? span ?? "").join("\n");
};

describe("the documentation", () => {
  for (const [what, page, script] of [
    ["the catalogue's diagrams and table", architecturePage, "diagram"],
    ["the comparison of the clouds", readme, "clouds-table"],
  ] as const) {
    it(`has ${what} as the code says; \`npm run ${script}\` writes it`, async () => {
      const text = readFileSync(page.path, "utf8");
      assert.equal(await formatted(page, withGenerated(page, text)), text);
    }).timeout(20_000);

    it(`would be seen to be stale in each part of ${what}, and to have lost its place`, () => {
      const text = readFileSync(page.path, "utf8");
      const made = page.parts();
      const now = { path: page.path, parts: () => made };
      for (const name of Object.keys(made)) {
        const begin = `<!-- ${name}: generated -->`;
        assert.equal(withGenerated(now, text.replace(begin, `${begin} old`)), withGenerated(now, text), name);
        assert.throws(() => withGenerated(now, text.replace(begin, "")), /has no part/, name);
        const end = text.indexOf("<!-- end -->", text.indexOf(begin));
        const endless = text.slice(0, end) + text.slice(end + "<!-- end -->".length);
        assert.throws(() => withGenerated(now, endless), /has no part/, name);
      }
    }).timeout(20_000);
  }

  for (const cloud of Object.values(cloudPages))
    it(`says which keys ${cloud.figures.title} needs: with all of them a stack is complete, without any it is refused`, () => {
      const { platform, required } = cloud;
      const written = { platform, hostname: "logfire.mycompany.dev", adminEmail: "sre@mycompany.dev" };
      const resolve = (values: object) => resolveSettings({ values: { ...written, ...values }, secretKeys: new Set() });
      assert.equal(resolve(required).platform.kind, platform);
      const keys = keysOf(required);
      assert.ok(keys.length > 0 && keys.length <= 2);
      for (const key of keys) assert.throws(() => resolve(without(required, key.split("."))), new RegExp(key), key);
    });

  for (const page of pages)
    it(`leads somewhere with every link of ${page}`, () => {
      const links = [...read(page).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)];
      const broken = links.flatMap(([, target = "", anchor]) => {
        const file = target === "" ? join(root, page) : resolve(root, dirname(page), target);
        const leads = existsSync(file) && (anchor === undefined || anchors(file).has(anchor));
        return leads ? [] : [`${target}#${anchor ?? ""}`];
      });
      assert.deepEqual(broken, []);
    });

  it("names npm scripts that there are", () => {
    const { scripts } = JSON.parse(read("package.json")) as { readonly scripts: Readonly<Record<string, string>> };
    const named = written.flatMap((page) =>
      [...code(page).matchAll(/npm run ([\w:-]+)/g)].map(([, name]) => name ?? ""),
    );
    assert.ok(named.length > 10);
    assert.deepEqual(
      [...new Set(named)].filter((name) => scripts[name] === undefined),
      [],
    );
  });

  it("names options that the commands have", () => {
    const program = new Command();
    const commands = [registerStart, registerTest, registerSandbox, registerPlan, registerRender, registerBench];
    for (const register of [...commands, registerRehearse]) register(program);
    const all = [...program.commands, ...program.commands.flatMap(({ commands }) => commands)];
    const optionsOf = (name: string) =>
      all
        .filter((command) => command.name() === name || command.parent?.name() === name)
        .flatMap(({ options }) => options.map(({ long }) => long));
    const used = written.flatMap((page) =>
      [...code(page).matchAll(/npm (?:run )?(\w+) -- ([^\n#`]*)/g)].flatMap(([, name = "", rest = ""]) =>
        [...rest.matchAll(/--[a-z][a-z-]*/g)].map(([option]) => ({ page, name, option })),
      ),
    );
    assert.ok(used.length > 5);
    assert.deepEqual(
      used.filter(({ name, option }) => option !== "--help" && !optionsOf(name).includes(option)),
      [],
    );
  });

  it("names settings that there are", () => {
    const reference = settingsReference();
    const groups = [...reference.matchAll(/^\| `([\w]+)(?:\.[^`]*)?` +\|/gm)].map(([, group]) => group ?? "");
    const known = new RegExp(`^(?:${[...new Set(groups)].join("|")})(?:\\.[A-Za-z<>-]+)+$`);
    const named = written.flatMap((page) =>
      [...read(page).matchAll(/`([^`\n]+)`/g)].map(([, token = ""]) => token).filter((token) => known.test(token)),
    );
    assert.ok(named.length > 10);
    const documented = (key: string) =>
      [key, key.replace(/^workloads\.[^.<]+/, "workloads.<workload>"), key.replace(/^(secrets\.\w+)\..*/, "$1")]
        .concat(key.replace(/^existingSecrets\.[^.<]+/, "existingSecrets.<secret>"))
        .concat(key.replace(/^images\.overrides\.[^.<]+/, "images.overrides.<image>"))
        .some((candidate) => reference.includes(`\`${candidate}`));
    assert.deepEqual(
      [...new Set(named)].filter((key) => !documented(key) && !/<(secret|name|workload|id)>/.test(key)),
      [],
    );
  });
});
