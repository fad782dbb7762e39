import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../../cli/root";
import { databaseClasses, databasePlans, maxConnections } from "../../../components/platform/aws/figures/databaseSizes";
import { durations } from "../../../components/platform/aws/figures/durations";
import { actionsByService, permissions } from "../../../components/platform/aws/figures/permissions";
import { pages } from "../../../scripts/cloud-pages";
import { formatted, withGenerated } from "../../../scripts/generated";
import { presets } from "./values";

describe("database classes", () => {
  it("have as many connections as their memory pays for, and no more than are suggested", () => {
    const connections = (name: string) => maxConnections(databaseClasses[name] ?? { cpus: 0, memoryGib: 0 });
    assert.deepEqual(
      ["db.t4g.medium", "db.t4g.large", "db.m7g.xlarge", "db.m7g.2xlarge"].map(connections),
      [450, 901, 1802, 2048],
    );
  });

  it("of the presets are known and no smaller than the preset needs", () => {
    for (const preset of presets) {
      const { instanceClass, least, storageGib, maxStorageGib } = databasePlans[preset];
      const has = databaseClasses[instanceClass];
      assert.ok(has !== undefined && has.cpus >= least.cpus && has.memoryGib >= least.memoryGib, preset);
      assert.ok(storageGib >= 20 && maxStorageGib >= 1.1 * storageGib, "gp3 begins at 20 GiB");
    }
  });
});

describe("durations", () => {
  it("name their source, and are of types that the SDK has", () => {
    for (const [type, { createSeconds, source }] of Object.entries(durations)) {
      assert.ok(createSeconds > 0 && source.length > 20, type);
      const [, path = ""] = /^aws:([a-z0-9]+\/[A-Za-z]+):/.exec(type) ?? [];
      assert.ok(readFileSync(require.resolve(`@pulumi/aws/${path}`), "utf8").includes(`'${type}'`), type);
    }
  });
});

describe("what the deploying identity may do", () => {
  const folder = join(root, "components/platform/aws");
  const modules = readdirSync(folder)
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) => [
      ...readFileSync(join(folder, file), "utf8").matchAll(/^import \{[^}]*\} from "@pulumi\/aws\/([^"]+)"/gm),
    ])
    .map(([, path]) => path ?? "");

  it("covers every resource and look-up that the platform uses", () => {
    assert.ok(modules.length > 20, "nothing was read");
    assert.deepEqual(
      [...new Set(modules)].filter((path) => permissions[path] === undefined),
      [],
    );
  });

  it("is written as IAM writes actions, each once, none for everything", () => {
    const all = Object.values(actionsByService()).flat();
    assert.equal(new Set(all).size, all.length);
    for (const action of all) assert.match(action, /^[a-z0-9]+:[A-Z][A-Za-z0-9]+$/);
  });
});

describe("docs/aws.md", () => {
  it("has the costs, limits and permissions of the code; `npm run cloud-pages` writes them", async () => {
    const page = readFileSync(pages.aws.path, "utf8");
    assert.equal(await formatted(pages.aws, withGenerated(pages.aws, page)), page);
    for (const preset of presets) assert.ok(page.includes(`\`${preset}\``));
  }).timeout(20_000);

  it("would be seen to be stale: another count is another page", () => {
    const page = readFileSync(pages.aws.path, "utf8");
    const stale = page.replace("3 × m7i.xlarge", "4 × m7i.xlarge");
    assert.notEqual(stale, page);
    assert.equal(withGenerated(pages.aws, stale), withGenerated(pages.aws, page));
  });
});
