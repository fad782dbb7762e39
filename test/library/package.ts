import { execFile } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import * as tar from "tar";

const root = join(__dirname, "../..");
const run = promisify(execFile);

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta: Readonly<Record<string, { readonly optional: boolean }>>;
}

export const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Manifest;

export interface Packed {
  readonly tarball: string;
  /** Paths in the package. */
  readonly files: readonly string[];
}

/** `npm pack`, in a copy of what it reads: the checkout stays clean, and two tests can pack at once. */
export async function pack(folder: string): Promise<Packed> {
  mkdirSync(folder, { recursive: true });
  const source = join(folder, "source");
  const read = ["package.json", "tsconfig.json", "tsconfig.build.json", "components", "docs", "scripts", "README.md"];
  for (const name of [...read, "LICENSE"]) cpSync(join(root, name), join(source, name), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(source, "node_modules"));
  const { stdout } = await npm(source, "pack", "--json", "--pack-destination", folder).catch(
    ({ message, stdout: said = "" }: Error & { readonly stdout?: string }) => {
      throw new Error(`${message}\n${said}`);
    },
  );
  const parsed = JSON.parse(stdout.slice(stdout.search(/^[[{]/m))) as unknown;
  const [packed] = (Array.isArray(parsed) ? parsed : Object.values(parsed as object)) as readonly {
    readonly filename: string;
    readonly files: readonly { readonly path: string }[];
  }[];
  if (packed === undefined) throw new Error(`npm pack made nothing: ${stdout}`);
  return { tarball: join(folder, packed.filename), files: packed.files.map(({ path }) => path) };
}

const npm = (cwd: string, ...args: readonly string[]) =>
  run("npm", [...args, "--offline", "--no-audit", "--no-fund", "--no-update-notifier"], {
    cwd,
    maxBuffer: 64 * 1024 ** 2,
  });

/** Packages of this repository that a project elsewhere has by itself. */
const brought = ["typescript", "@types/node"] as const;

/**
 * A project elsewhere with the package in it, unpacked as `npm install <tarball>` does. Its packages are this repository's
 * own by link, and only those that the package declares or the project has by itself: one that is used and not declared
 * is not found.
 */
export async function install(project: string, { tarball }: Packed, own: readonly string[]): Promise<void> {
  const modules = join(project, "node_modules");
  const target = join(modules, manifest.name);
  mkdirSync(target, { recursive: true });
  await tar.extract({ file: tarball, cwd: target, strip: 1 });
  const inside = JSON.parse(readFileSync(join(target, "package.json"), "utf8")) as Manifest;
  const peers = Object.keys(inside.peerDependencies).filter(
    (name) => inside.peerDependenciesMeta[name]?.optional !== true,
  );
  for (const name of new Set([...Object.keys(inside.dependencies), ...peers, ...own])) link(modules, name);
}

function link(modules: string, name: string): void {
  const place = join(modules, name);
  mkdirSync(dirname(place), { recursive: true });
  symlinkSync(join(root, "node_modules", name), place);
}

/** As `pulumi new aws-typescript` makes one, and without type-checking when Pulumi runs it. */
export async function makeProject(
  project: string,
  packed: Packed,
  program: string,
  own: readonly string[] = ["@pulumi/aws"],
): Promise<void> {
  mkdirSync(project, { recursive: true });
  await install(project, packed, [...brought, ...own]);
  const dependencies = { [manifest.name]: `file:${packed.tarball}` };
  const files = {
    "package.json": { name: "platform", main: "index.ts", dependencies, devDependencies: { typescript: "^5.9.3" } },
    "tsconfig.json": { compilerOptions, files: ["index.ts"] },
    "Pulumi.yaml": { name: "company", runtime: { name: "nodejs" } },
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(project, name), JSON.stringify(content));
  writeFileSync(join(project, "index.ts"), program);
}

const compilerOptions = {
  strict: true,
  noCheck: true,
  outDir: "bin",
  target: "es2020",
  module: "commonjs",
  moduleResolution: "node",
  sourceMap: true,
  experimentalDecorators: true,
  pretty: true,
  noFallthroughCasesInSwitch: true,
  noImplicitReturns: true,
  forceConsistentCasingInFileNames: true,
};

/** Programs that the page shows, in its order. */
export function programsOf(page: string): readonly string[] {
  const text = readFileSync(join(root, "docs", page), "utf8");
  return [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, program = ""]) => program);
}
