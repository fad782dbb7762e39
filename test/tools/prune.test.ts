import assert from "node:assert/strict";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { pruneTools } from "../../sandbox/tools/prune";
import { temporaryFolder } from "./support";

describe("the cache of tools, when asked to be tidied", () => {
  let root: string;
  beforeEach(async () => (root = await temporaryFolder()));
  afterEach(() => fs.rm(root, { recursive: true }));

  const add = async (...place: string[]): Promise<string> => {
    const file = path.join(root, ...place);
    await fs.mkdir(path.dirname(file), { recursive: true });
    await fs.writeFile(file, "12345");
    return file;
  };
  const left = async (folder: string): Promise<string[]> => (await fs.readdir(path.join(root, folder))).sort();

  it("loses tools of other pins and what was made with them, and keeps its own and those being made", async () => {
    for (const name of ["etcd-new", "etcd-old", "dex-old", "kwok-new.partial-17"]) await add("tools", name, "bin", "x");
    await fs.mkdir(path.join(root, "tools", "kwok-new.lock"));
    await add("templates", "abc", "member", "snap", "db");
    await add("python-abc", "complete");
    const pruned = await pruneTools(root, new Set(["etcd-new"]));
    assert.deepEqual([...pruned.removed].sort(), ["abc", "dex-old", "etcd-old"]);
    assert.equal(pruned.bytes, 15);
    assert.deepEqual(await left("tools"), ["etcd-new", "kwok-new.lock", "kwok-new.partial-17"]);
    assert.deepEqual(await left("templates"), []);
    assert.deepEqual(await left("."), ["python-abc", "templates", "tools"]);
  });

  it("loses links to programs that are gone, and keeps those that lead somewhere", async () => {
    const kept = await add("tools", "etcd-new", "bin", "etcd");
    const gone = await add("tools", "etcd-old", "bin", "etcd");
    for (const [folder, target] of [
      ["1", kept],
      ["2", gone],
    ] as const) {
      await fs.mkdir(path.join(root, "bin", folder), { recursive: true });
      await fs.symlink(target, path.join(root, "bin", folder, "etcd"));
    }
    await pruneTools(root, new Set(["etcd-new"]));
    assert.deepEqual(await left("bin"), ["1"]);
  });

  it("has nothing to do in an empty cache", async () => {
    assert.deepEqual(await pruneTools(root), { removed: [], bytes: 0 });
  });
});
