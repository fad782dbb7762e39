import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../cli/root";
import { settingsReference } from "../../components/settings/reference";
import { clouds, differences, type Cloud, type Difference, otherNames } from "./cloudDifferences";

/** A reader who knows the folders of one cloud knows those of all three: what differs is listed with its reason. */

const filesBelow = (folder: string): readonly string[] =>
  readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(root, folder).length + 1));

type Kind = keyof typeof differences;

/** Who has a thing, for every thing that not all three have; a thing goes by one name. */
function unlike(of: (cloud: Cloud) => readonly string[]): Readonly<Record<string, string>> {
  const holders = new Map<string, Cloud[]>();
  for (const cloud of clouds)
    for (const name of new Set(of(cloud))) holders.set(name, [...(holders.get(name) ?? []), cloud]);
  const some = [...holders].filter(([, who]) => who.length < clouds.length);
  return Object.fromEntries(some.map(([name, who]) => [name, who.join(", ")]));
}

function assertListed(kind: Kind, of: (cloud: Cloud) => readonly string[]): void {
  const listed: Readonly<Record<string, Difference>> = differences[kind];
  const expected = Object.entries(listed).map(([name, { only }]) => [name, only.join(", ")] as const);
  assert.ok(clouds.every((cloud) => of(cloud).length > 0));
  assert.deepEqual(unlike(of), Object.fromEntries(expected));
}

/** `AwsFacts` and `createGcpPlatform` as every cloud has them: `Facts`, `createPlatform`. */
const withoutCloud = (name: string): string => name.replace(/Aws|Gcp|Azure|^(?:aws|gcp|azure)(?=[A-Z]|$)/, "");

const exportedBy = (file: string): readonly string[] => exportedIn(readFileSync(join(root, file), "utf8"));

function exportedIn(text: string): readonly string[] {
  const listed = [...text.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].flatMap(([, names = ""]) =>
    names
      .split(",")
      .map((name) =>
        name
          .trim()
          .replace(/^type /, "")
          .replace(/^.* as /, ""),
      )
      .filter((name) => name !== ""),
  );
  const declared = [...text.matchAll(/^export (?:async )?(?:const|function|class|interface|type) (\w+)/gm)];
  return [...listed, ...declared.map(([, name = ""]) => name)].map(withoutCloud);
}

/** `network.cidr` for `aws.network.cidr`; how an owner's part is named is the cloud's own. */
const ownKeysOf = (cloud: Cloud): readonly string[] =>
  [...settingsReference().matchAll(new RegExp(`^\\| \`${cloud}\\.([^\`]+)\` +\\|`, "gm"))]
    .map(([, key = ""]) => key)
    .filter((key) => !key.includes("existing."));

const keysOf = (cloud: Cloud): readonly string[] => ownKeysOf(cloud).map((key) => otherNames[cloud][key] ?? key);

describe("the three clouds", () => {
  it("have the same files as platforms", () => {
    assertListed("platform", (cloud) => filesBelow(`components/platform/${cloud}`));
  });

  it("have the same files as simulations, beside the services that each has", () => {
    const own = (cloud: Cloud) => filesBelow(`sandbox/providers/${cloud}`);
    assertListed("simulation", (cloud) => own(cloud).filter((file) => !file.startsWith("services/")));
    for (const cloud of clouds)
      assert.ok(
        own(cloud).some((file) => file.startsWith("services/")),
        cloud,
      );
  });

  it("have the same tests of the platform", () => {
    assertListed("tests", (cloud) => filesBelow(`test/${cloud}`));
  });

  it("have the same tests of the simulation, of the commands and of the rehearsal", () => {
    const named = (cloud: Cloud) =>
      ["test/sandbox", "test/cli", "test/rehearsal"].flatMap((folder) =>
        readdirSync(join(root, folder))
          .filter((file) => file.toLowerCase().includes(cloud))
          .map((file) => `${folder}/${file.replace(new RegExp(cloud, "i"), "<cloud>")}`),
      );
    assertListed("otherTests", named);
  });

  it("have the same stacks, pages and files of settings", () => {
    assert.deepEqual(
      unlike((cloud) => filesBelow(`components/settings/${cloud}`)),
      {},
    );
    for (const cloud of clouds) {
      const stacks = ["dev", "prod"].map((end) => `stacks/Pulumi.${cloud}-${end}.yaml`);
      for (const file of [...stacks, `docs/${cloud}.md`])
        assert.ok(readFileSync(join(root, file), "utf8").length > 500, file);
    }
  });

  for (const file of ["index.ts", "figures/index.ts", "platform.ts", "build.ts", "adopt.ts"] as const)
    it(`export the same from ${file}`, () => {
      assertListed(`exports of ${file}`, (cloud) => exportedBy(`components/platform/${cloud}/${file}`));
    });

  it("hand out the same to programs", () => {
    const text = readFileSync(join(root, "components/index.ts"), "utf8");
    const statements = text.split(/(?<=;\n)/);
    assertListed("exports of the package", (cloud) =>
      exportedIn(statements.filter((one) => one.includes(`from "./platform/${cloud}/`)).join("")),
    );
  });

  it("export the same from what the sandbox loads of a simulation", () => {
    for (const file of ["simulation.ts", "rehearsed.ts", "kinds.ts", "lookups.ts", "effects.ts"])
      assert.deepEqual(
        unlike((cloud) => exportedBy(`sandbox/providers/${cloud}/${file}`)),
        {},
        file,
      );
  });

  it("are set by the same keys, some of which are called otherwise", () => {
    assertListed("keys", keysOf);
    for (const cloud of clouds)
      for (const [key, usual] of Object.entries(otherNames[cloud]))
        assert.ok(ownKeysOf(cloud).includes(key) && ownKeysOf("aws").includes(usual), `${cloud}.${key}: ${usual}`);
  });

  it("differ with a reason", () => {
    const all: readonly Difference[] = Object.values(differences).flatMap((listed) => Object.values(listed));
    assert.deepEqual(
      all.filter(({ because }) => because.length < 20),
      [],
    );
  });
});

describe("the list of differences", () => {
  it("would be seen to be wrong, either way", () => {
    const like = (cloud: Cloud) => (cloud === "gcp" ? ["a", "b", "extra"] : ["a", "b"]);
    assert.deepEqual(unlike(like), { extra: "gcp" });
    assert.deepEqual(
      unlike((cloud) => (cloud === "azure" ? ["a"] : ["a", "b"])),
      { b: "aws, gcp" },
    );
    assert.throws(() => assertListed("keys", like));
  });
});
