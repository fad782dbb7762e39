import assert from "node:assert/strict";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import semver from "semver";
import { catalogue, sandboxTools, testTools } from "../../sandbox/tools/catalogue";
import { expand } from "../../sandbox/tools/fromRelease";
import { buildArguments, requiredGo } from "../../sandbox/tools/fromSource";
import type { Platform, ToolSpec } from "../../sandbox/tools/spec";

const root = path.join(__dirname, "..", "..");
const moduleFolder = (spec: ToolSpec): string => path.join(root, "sandbox", "tools", spec.folder ?? spec.name);
const specs: readonly ToolSpec[] = Object.values(catalogue);
const platforms: readonly Platform[] = ["linux/amd64", "linux/arm64", "darwin/amd64", "darwin/arm64"];

describe("the catalogue of tools", () => {
  for (const spec of specs) {
    it(`pins ${spec.name} in go.mod to the version it names`, async () => {
      const goMod = await fs.readFile(path.join(moduleFolder(spec), "go.mod"), "utf8");
      const { module, version } = spec.module.pin;
      assert.match(goMod, new RegExp(`^(require |\\t)${module.replaceAll(".", "\\.")} ${version}( |$)`, "m"));
      // A pseudo-version carries no release number that could be compared.
      if (semver.prerelease(version) === null) assert.equal(version, `v${spec.version}`);
    });

    it(`has a way to every program of ${spec.name}`, () => {
      const { packages, links = {} } = spec.module;
      const built = new Set([...Object.values(packages), ...Object.keys(links)]);
      for (const target of Object.values(links)) assert.ok(Object.values(packages).includes(target), target);
      for (const binary of spec.binaries) {
        assert.ok(built.has(binary), `${binary} is not built`);
        if (spec.path !== undefined) assert.ok(spec.path.ask[binary], `${binary} is not asked for its version`);
      }
      if (spec.definitions === true) assert.ok(spec.module.copies);
      for (const [platform, files] of Object.entries(spec.release?.files ?? {})) {
        const given = files.flatMap((file) => Object.keys(file.gives));
        if (spec.definitions === true) assert.match(given.join(" "), /^\S+\.yaml$/);
        else assert.deepEqual([...given].sort(), [...spec.binaries].sort(), platform);
      }
    });

    it(`accepts its own version of ${spec.name} from PATH`, () => {
      if (spec.path !== undefined) assert.ok(semver.satisfies(spec.version, spec.path.range));
    });

    it(`leaves no placeholder in the addresses of ${spec.name}`, () => {
      for (const platform of platforms)
        for (const file of spec.release?.files[platform] ?? []) {
          const { url, checksum, gives } = expand(file, spec.release ?? { version: "", files: {} }, platform);
          for (const text of [url, checksum.url, ...Object.values(gives)]) assert.doesNotMatch(text, /[{}]/);
          assert.match(url, /^https:\/\//);
          assert.match(checksum.url, /^https:\/\//);
        }
    });
  }

  it("puts its own version into every program whose linker variables carry one", () => {
    const versions = specs.flatMap((spec) =>
      Object.entries(spec.module.variables ?? {})
        .filter(([name]) => /version$/i.test(name))
        .map(([name, value]) => ({ tool: spec.name, name, told: value.replace(/^v/, ""), version: spec.version })),
    );
    for (const { name, told, version } of versions) assert.equal(told, version, name);
    const carriers = ["dex", "kubernetes", "kubernetes", "kwok", "otelcol", "pulumi", "pulumi-kubernetes"];
    assert.deepEqual(versions.map(({ tool }) => tool).sort(), carriers, "etcd alone has its version as a constant");
  });

  it("has every tool in exactly one of the two sets", () => {
    assert.deepEqual([...sandboxTools, ...testTools].sort(), Object.keys(catalogue).sort());
  });

  it("downloads the Pulumi engine and provider of the npm packages in the lock file", async () => {
    const lock = JSON.parse(await fs.readFile(path.join(root, "package-lock.json"), "utf8")) as {
      packages: Record<string, { version: string } | undefined>;
    };
    const sdk = (name: string): string | undefined => lock.packages[`node_modules/@pulumi/${name}`]?.version;
    assert.equal(catalogue.pulumi.release?.version, sdk("pulumi"));
    assert.equal(catalogue["pulumi-kubernetes"].release?.version, sdk("kubernetes"));
  });

  it("asks for one version of Go, the one the README names", async () => {
    const needed = await Promise.all(
      specs.map(async (spec) => requiredGo(await fs.readFile(path.join(moduleFolder(spec), "go.mod"), "utf8"))),
    );
    assert.deepEqual([...new Set(needed.map((version) => version.split(".").slice(0, 2).join(".")))], ["1.26"]);
  });

  it("builds the Pulumi engine with the flags without which the Automation API refuses it", () => {
    const [packagePath = ""] = Object.keys(catalogue.pulumi.module.packages);
    assert.deepEqual(buildArguments(catalogue.pulumi.module, packagePath, "/out/pulumi"), [
      "build",
      "-v",
      "-mod=readonly",
      "-buildvcs=false",
      "-trimpath",
      "-tags",
      "osusergo,grpcnotrace",
      "-ldflags",
      "-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v3.248.0",
      "-o",
      "/out/pulumi",
      "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    ]);
  });

  it("names release files the way each project does", () => {
    const urls = specs.flatMap((spec) =>
      (spec.release?.files["linux/amd64"] ?? []).map(
        (file) => expand(file, spec.release ?? { version: "", files: {} }, "linux/amd64").url,
      ),
    );
    assert.deepEqual(urls, [
      "https://github.com/kubernetes-sigs/kwok/releases/download/v0.8.0/kwok-linux-amd64",
      "https://github.com/etcd-io/etcd/releases/download/v3.6.10/etcd-v3.6.10-linux-amd64.tar.gz",
      "https://dl.k8s.io/release/v1.35.4/bin/linux/amd64/kube-apiserver",
      "https://dl.k8s.io/release/v1.35.4/bin/linux/amd64/kube-controller-manager",
      "https://dl.k8s.io/release/v1.35.4/bin/linux/amd64/kube-scheduler",
      "https://dl.k8s.io/release/v1.35.4/bin/linux/amd64/kubectl",
      "https://get.pulumi.com/releases/sdk/pulumi-v3.248.0-linux-x64.tar.gz",
      "https://github.com/pulumi/pulumi-kubernetes/releases/download/v4.34.2/pulumi-resource-kubernetes-v4.34.2-linux-amd64.tar.gz",
      "https://github.com/kubernetes-sigs/gateway-api/releases/download/v1.6.1/standard-install.yaml",
      "https://github.com/envoyproxy/gateway/releases/download/v1.9.1/envoy-gateway-crds.yaml",
      "https://github.com/cert-manager/cert-manager/releases/download/v1.21.2/cert-manager.crds.yaml",
      "https://github.com/envoyproxy/gateway/releases/download/v1.9.1/egctl_v1.9.1_linux_amd64.tar.gz",
    ]);
  });
});
