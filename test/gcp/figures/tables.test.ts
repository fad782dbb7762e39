import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../../cli/root";
import {
  databaseFlags,
  databasePlans,
  formatTier,
  maxConnections,
  parseTier,
  tierFault,
} from "../../../components/platform/gcp/figures/databaseSizes";
import { durations } from "../../../components/platform/gcp/figures/durations";
import { parts } from "../../../components/platform/gcp/figures/parts";
import { actionsByService, permissions } from "../../../components/platform/gcp/figures/permissions";
import { pages } from "../../../scripts/cloud-pages";
import { enabledByHand } from "../../../components/platform/gcp/lookUpErrors";
import { formatted, withGenerated } from "../../../scripts/generated";
import { presets } from "./values";

describe("tiers of Cloud SQL", () => {
  it("have as many connections as their memory pays for, and no more than are suggested", () => {
    const connections = (memoryMib: number) => maxConnections({ cpus: 2, memoryMib });
    assert.deepEqual([4096, 8192, 16384, 32768].map(connections), [450, 901, 1802, 2048]);
  });

  it("of the presets are made by Cloud SQL and no smaller than the preset needs", () => {
    for (const preset of presets) {
      const { tier: name, least, storageGib, maxStorageGib } = databasePlans[preset];
      const tier = parseTier(name);
      assert.ok(tier !== undefined && tier.cpus >= least.cpus && tier.memoryMib >= least.memoryMib, preset);
      assert.equal(tierFault(tier), undefined);
      assert.equal(formatTier(tier), name);
      assert.ok(storageGib >= 10 && maxStorageGib >= storageGib, "Cloud SQL begins at 10 GB");
    }
  });

  it("are refused where Cloud SQL has none: odd vCPUs, too little or too much memory, no multiple of 256 MiB", () => {
    const fault = (cpus: number, memoryMib: number) => tierFault({ cpus, memoryMib }) ?? "none";
    assert.deepEqual(
      [fault(1, 3840), fault(2, 3840), fault(2, 13312), fault(96, 96 * 6656)],
      ["none", "none", "none", "none"],
    );
    assert.match(fault(3, 8192), /3 vCPUs/);
    assert.match(fault(98, 98 * 4096), /98 vCPUs/);
    assert.match(fault(2, 3584), /not between 3840/);
    assert.match(fault(8, 7168), /not between 7424/);
    assert.match(fault(2, 13568), /not between .* and 13312/);
    assert.match(fault(2, 8000), /multiple of 256/);
    assert.equal(parseTier("db-n1-standard-4"), undefined);
  });

  it("set flags by name once, and the connections by the tier", () => {
    const flags = databaseFlags({ cpus: 4, memoryMib: 16384 });
    assert.equal(new Set(flags.map(({ name }) => name)).size, flags.length);
    assert.equal(flags.find(({ name }) => name === "max_connections")?.value, "1802");
  });
});

/** Whether the SDK has a type. */
function knows(type: string): boolean {
  const [, module = "", file = ""] = /^gcp:([a-z]+)\/([A-Za-z]+):/.exec(type) ?? [];
  const folder = join(root, "node_modules/@pulumi/gcp", module);
  // `iAMMember` lies in `iammember.js`.
  return readdirSync(folder).some(
    (name) =>
      name.toLowerCase() === `${file.toLowerCase()}.js` &&
      readFileSync(join(folder, name), "utf8").includes(`'${type}'`),
  );
}

describe("types of the tables", () => {
  it("are those that the SDK has, and durations name their source", () => {
    for (const [type, { createSeconds, source }] of Object.entries(durations)) {
      assert.ok(createSeconds > 0 && source.length > 20, type);
      assert.ok(knows(type), type);
    }
    for (const { types } of Object.values(parts)) for (const type of types) assert.ok(knows(type), type);
    assert.ok(!knows("gcp:container/nodegroup:NodeGroup"), "nothing is looked up");
  });
});

describe("what the deploying identity may do on GCP", () => {
  const folder = join(root, "components/platform/gcp");
  const modules = readdirSync(folder)
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) => [
      ...readFileSync(join(folder, file), "utf8").matchAll(/^import \{[^}]*\} from "@pulumi\/gcp\/([^"]+)"/gm),
    ])
    .map(([, path]) => path ?? "");

  it("covers every resource and look-up that the platform uses", () => {
    assert.ok(modules.length > 20, "nothing was read");
    assert.deepEqual(
      [...new Set(modules)].filter((path) => permissions[path] === undefined),
      [],
    );
  });

  it("is written as IAM writes permissions, each once, none for everything", () => {
    const all = Object.values(actionsByService()).flat();
    assert.equal(new Set(all).size, all.length);
    for (const permission of all) assert.match(permission, /^[a-z]+\.[a-zA-Z]+\.[a-zA-Z]+$/);
  });
});

describe("docs/gcp.md", () => {
  it("says which services to enable by hand, all of them in one command", () => {
    const [, command = ""] =
      /```sh\ngcloud services enable (cloudresourcemanager[^`]*)```/.exec(readFileSync(pages.gcp.path, "utf8")) ?? [];
    const named = command.split(/[\s\\]+/).filter((word) => word !== "");
    assert.deepEqual(
      named,
      // Without the last one, limits that are too low are not seen before.
      [...enabledByHand, "cloudquotas"].map((api) => `${api}.googleapis.com`),
    );
  });

  it("has the costs, limits and permissions of the code; `npm run cloud-pages` writes them", async () => {
    const page = readFileSync(pages.gcp.path, "utf8");
    assert.equal(await formatted(pages.gcp, withGenerated(pages.gcp, page)), page);
    for (const preset of presets) assert.ok(page.includes(`\`${preset}\``));
  }).timeout(20_000);

  it("would be seen to be stale: another count is another page", () => {
    const page = readFileSync(pages.gcp.path, "utf8");
    const stale = page.replace("3 × n2d-standard-4", "4 × n2d-standard-4");
    assert.notEqual(stale, page);
    assert.equal(withGenerated(pages.gcp, stale), withGenerated(pages.gcp, page));
  });
});
