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
import { settingsReference } from "../../components/settings";
import { architecturePage, formatted, withGenerated } from "../../scripts/diagram";

const pages = ["README.md", "CONTRIBUTING.md", ...readdirSync(join(root, "docs")).map((name) => `docs/${name}`)];
const read = (page: string): string => readFileSync(join(root, page), "utf8");
const written = pages.filter((page) => page !== "docs/settings.md" && page !== "docs/benchmarks.md");

/** Everything set as code, in a line or in a block; prose is not looked at. */
const code = (page: string): string => {
  const text = read(page);
  return [...text.matchAll(/```sh\n([^]*?)```|`([^`\n]+)`/g)].map(([, block, span]) => block ?? span ?? "").join("\n");
};

describe("the documentation", () => {
  it("has the catalogue's diagrams and table; `npm run diagram` writes them", async () => {
    const page = readFileSync(architecturePage, "utf8");
    assert.equal(await formatted(withGenerated(page)), page);
  });

  for (const page of pages)
    it(`leads somewhere with every link of ${page}`, () => {
      const links = [...read(page).matchAll(/\]\((?!https?:)([^)#]+)(#[^)]*)?\)/g)].map(([, target]) => target ?? "");
      const broken = links.filter((target) => !existsSync(resolve(root, dirname(page), target)));
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
