import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { startUps } from "../../cli/bench/commands";
import { program } from "../../cli/bench/processes";
import { root } from "../../cli/root";

const sdks = { AWS: "@pulumi/aws", GCP: "@pulumi/gcp", Azure: "@pulumi/azure-native" } as const;

/** What a stack on a cloud loads, by the loader of Pulumi's Node host. How long it takes is `npm run bench`'s to say. */
describe("the start of a stack", function () {
  this.timeout(60_000);
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "logfire-start-up-"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const loadedBy = async (file: string): Promise<readonly string[]> => {
    const list = join(folder, "loaded.json");
    const args = ["--require", join(__dirname, "loaded.cjs"), ...program(join(root, "cli/bench", file))];
    await promisify(execFile)(process.execPath, args, { cwd: root, env: { ...process.env, LOADED_TO: list } });
    return JSON.parse(readFileSync(list, "utf8")) as string[];
  };

  for (const [cloud, file] of Object.entries(startUps)) {
    const own = sdks[cloud as keyof typeof sdks];

    it(`on ${cloud} loads of its SDK the resources that it makes, and no other cloud's`, async () => {
      const files = await loadedBy(file);
      const found = new Set(files.flatMap((each) => /node_modules\/(@pulumi\/[^/]+)\//.exec(each)?.[1] ?? []));
      assert.deepEqual([...found].sort(), [own, "@pulumi/kubernetes", "@pulumi/pulumi", "@pulumi/random"].sort());
      const inside = files.flatMap((each) => each.split(`node_modules/${own}/`)[1] ?? []);
      // The index of a module names all of its resources, of which there are thousands.
      const indexes = inside.filter((each) => /(^|\/)index\.js$/.test(each) && !/^(config|types)\//.test(each));
      assert.deepEqual(indexes, []);
      const ours = files.flatMap(
        (each) => /components\/(?:platform|settings)\/(aws|gcp|azure)\//.exec(each)?.[1] ?? [],
      );
      assert.deepEqual([...new Set(ours)], [cloud.toLowerCase()]);
      assert.ok(inside.length > 20 && inside.length < 100, `${inside.length} files`);
    });
  }
});
