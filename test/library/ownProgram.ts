import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CloudRig } from "../sandbox/cloudSupport";
import { toolset } from "../support/tools";
import { Company } from "./company";
import { makeProject, pack, type Packed } from "./package";

/** A trial, with what a sandbox has in place of the world's certificate authorities and of Envoy Gateway. */
export const logfire = {
  hostname: "logfire.example.com",
  adminEmail: "sre@example.com",
  preset: "tiny",
  disposable: true,
  images: { credentials: { server: "registry.example.com", username: "reader" } },
  edge: {
    gateway: { controller: "existing", className: "logfire-sandbox" },
    certManager: { controller: "existing" },
    certificate: { source: "privateCa" },
  },
};

export const below = (namespace: string, values: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [`${namespace}:${key}`, value]));

/** A program of docs/library.md, in which a company makes its own network and cluster, and Logfire in them. */
export interface OwnProgram {
  /** `AWS` */
  readonly title: string;
  readonly program: string;
  readonly sdk: string;
  readonly start: () => Promise<CloudRig>;
  /** Of the stack, beside what Logfire is told. */
  readonly config: Readonly<Record<string, unknown>>;
  /** How many there are of each type, the company's and the platform's. */
  readonly makes: Readonly<Record<string, number>>;
  /** Types of what the cloud keeps when all is destroyed. */
  readonly keeps: readonly string[];
}

/** What the tests of a program stand on, once they run. */
export interface OwnCompany {
  readonly folder: string;
  readonly rig: CloudRig;
  readonly company: Company;
  readonly packed: Packed;
}

/**
 * `pulumi` on a project folder with the packed package, loaded by the SDK's Node host as `pulumi up` loads it. The account
 * is simulated, containers do not run.
 */
export function describeOwnProgram(
  { title, program, sdk, start, config, makes, keeps }: OwnProgram,
  more: { readonly before?: (at: () => OwnCompany) => void; readonly after?: (at: () => OwnCompany) => void } = {},
): void {
  describe(`a project on ${title} with a network and a cluster of its own`, function () {
    this.timeout(600_000);
    let at: OwnCompany | undefined;
    const there = (): OwnCompany => at ?? assert.fail("nothing was started");

    before(async () => {
      const folder = mkdtempSync(join(tmpdir(), "logfire-library-engine-"));
      const rig = await start();
      const packed = await pack(folder);
      const project = join(folder, "company");
      await makeProject(project, packed, program, [sdk]);
      const company = new Company(project, "prod", rig.sandbox.stateDir, await toolset());
      at = { folder, rig, packed, company };
      await company.init(
        { ...config, ...below("logfire", logfire) },
        { "company:registryPassword": "canary-of-the-registry" },
      );
    });
    after(async () => {
      await at?.rig.down();
      if (at !== undefined) rmSync(at.folder, { recursive: true, force: true });
    });

    more.before?.(there);

    it("makes them, and Logfire in them, in one run", async () => {
      const { company, rig } = there();
      const text = await company.succeed(["up", "--yes", "--skip-preview"]);
      assert.doesNotMatch(text, /canary-of/);
      const outputs = JSON.parse(await company.succeed(["stack", "output", "--json"])) as Record<string, unknown>;
      assert.equal(outputs["url"], "https://logfire.example.com");
      assert.equal(outputs["adminPassword"], "[secret]");
      const tokens = rig.account.entities().map(({ token }) => token);
      const count = (token: string) => tokens.filter((each) => each === token).length;
      assert.deepEqual(Object.fromEntries(Object.keys(makes).map((token) => [token, count(token)])), makes);
      const pods = JSON.parse(
        await rig.sandbox.controlPlane.kubectl(["get", "pods", "-n", "logfire", "-o", "json"]),
      ) as {
        readonly items: readonly { readonly status: { readonly phase: string } }[];
      };
      assert.ok(pods.items.length > 15);
      assert.ok(pods.items.every(({ status }) => ["Running", "Succeeded"].includes(status.phase)));
    });

    it("has nothing to do when it runs again", async () => {
      await there().company.succeed(["up", "--yes", "--skip-preview", "--expect-no-changes"]);
    });

    it("goes without leaving anything but what the cloud keeps", async () => {
      await there().company.succeed(["destroy", "--yes", "--skip-preview"]);
      const left = new Set(
        there()
          .rig.account.entities()
          .map(({ token }) => token),
      );
      assert.deepEqual([...left].sort(), [...keeps].sort());
    });

    more.after?.(there);
  });
}
