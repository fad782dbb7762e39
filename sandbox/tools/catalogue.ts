/**
 * The programs of the sandbox and of the tests, and the three ways to get each: from PATH, from its project's
 * release, from the pinned Go module in the folder of the same name.
 *
 * Where the release facts come from (all from documentation; no release was downloaded with them yet):
 * - kwok: the binaries' names from the project's own release script; it publishes no checksum file, so the SHA-256
 *   digest that GitHub computes at upload (`digest` of each asset, since June 2025) is what is published
 * - etcd: the notes of its releases: tar.gz for Linux, zip for macOS, one SHA256SUMS
 * - kubernetes: `https://dl.k8s.io/release/<version>/bin/<os>/<arch>/<program>` with `.sha256` beside it; for macOS
 *   only kubectl is published, so there the module is built
 * - pulumi: the list of downloads behind pulumi.com's page of versions, which names archives and checksums
 * - pulumi-kubernetes: the archive's name as the Pulumi engine asks for it; digest as for kwok
 * - dex: publishes container images only (dexidp/dex issue 827); otelcol: a selection of components of our own
 * - egctl and Envoy Gateway's definitions: the files that the project's release workflow uploads; digest as for kwok
 * - Gateway API's and cert-manager's definitions: the files their installation guides name; digest as for kwok
 * - cert-manager: publishes container images only, and here it is a selection of its controllers
 */

import { edgeTools } from "./catalogueEdge";
import { githubDigest, githubRelease, everywhere, type ReleaseFile, type ToolSpec } from "./spec";

const kwok: ToolSpec = {
  name: "kwok",
  version: "0.8.0",
  binaries: ["kwok"],
  path: { range: ">=0.8.0 <0.9.0", ask: { kwok: ["--version"] } },
  release: {
    version: "0.8.0",
    files: everywhere([
      {
        url: `${githubRelease("kubernetes-sigs/kwok")}/kwok-{os}-{arch}`,
        checksum: githubDigest("kubernetes-sigs/kwok"),
        archive: "none",
        gives: { kwok: "kwok" },
      },
    ]),
  },
  module: {
    pin: { module: "sigs.k8s.io/kwok", version: "v0.8.0" },
    packages: { "sigs.k8s.io/kwok/cmd/kwok": "kwok" },
    variables: { "sigs.k8s.io/kwok/pkg/consts.Version": "v0.8.0" },
  },
  buildSeconds: 125,
};

const etcdArchive = (archive: "tar.gz" | "zip"): readonly ReleaseFile[] => [
  {
    url: `${githubRelease("etcd-io/etcd")}/etcd-v{version}-{os}-{arch}.${archive}`,
    checksum: { url: `${githubRelease("etcd-io/etcd")}/SHA256SUMS`, format: "sums" },
    archive,
    gives: { etcd: "etcd-v{version}-{os}-{arch}/etcd" },
  },
];

const etcd: ToolSpec = {
  name: "etcd",
  version: "3.6.10",
  binaries: ["etcd"],
  path: { range: ">=3.6.0 <3.7.0", ask: { etcd: ["--version"] } },
  release: {
    version: "3.6.10",
    files: {
      "linux/amd64": etcdArchive("tar.gz"),
      "linux/arm64": etcdArchive("tar.gz"),
      "darwin/amd64": etcdArchive("zip"),
      "darwin/arm64": etcdArchive("zip"),
    },
  },
  module: {
    pin: { module: "go.etcd.io/etcd/server/v3", version: "v3.6.10" },
    packages: { "go.etcd.io/etcd/server/v3": "etcd" },
  },
  buildSeconds: 41,
};

const controlPlane = ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubectl"] as const;

const kubernetesProgram = (program: string): ReleaseFile => ({
  url: `https://dl.k8s.io/release/v{version}/bin/{os}/{arch}/${program}`,
  checksum: { url: `https://dl.k8s.io/release/v{version}/bin/{os}/{arch}/${program}.sha256`, format: "single" },
  archive: "none",
  gives: { [program]: program },
});

// The provider parses these; a plain `go build` leaves v0.0.0-master+$Format:%H$.
const kubernetesVariables = (version: string): Record<string, string> => {
  const [major = "", minor = ""] = version.split(".");
  const values = { gitVersion: `v${version}`, gitMajor: major, gitMinor: minor, gitTreeState: "clean" };
  return Object.fromEntries(
    ["k8s.io/component-base/version", "k8s.io/client-go/pkg/version"].flatMap((place) =>
      Object.entries(values).map(([name, value]) => [`${place}.${name}`, value]),
    ),
  );
};

const kubernetes: ToolSpec = {
  name: "kubernetes",
  version: "1.35.4",
  binaries: controlPlane,
  path: {
    range: ">=1.35.0 <1.36.0",
    ask: {
      "kube-apiserver": ["--version"],
      "kube-controller-manager": ["--version"],
      "kube-scheduler": ["--version"],
      kubectl: ["version", "--client", "-o", "json"],
    },
  },
  release: {
    version: "1.35.4",
    files: {
      "linux/amd64": controlPlane.map(kubernetesProgram),
      "linux/arm64": controlPlane.map(kubernetesProgram),
    },
  },
  module: {
    pin: { module: "k8s.io/kubernetes", version: "v1.35.4" },
    packages: { ".": "control-plane" },
    variables: kubernetesVariables("1.35.4"),
    links: Object.fromEntries(controlPlane.map((program) => [program, "control-plane"])),
  },
  buildSeconds: 292,
};

const pulumi: ToolSpec = {
  name: "pulumi",
  version: "3.248.0",
  binaries: ["pulumi"],
  path: { range: ">=3.248.0 <4.0.0", ask: { pulumi: ["version"] } },
  release: {
    version: "3.248.0",
    archNames: { amd64: "x64" },
    files: everywhere([
      {
        url: "https://get.pulumi.com/releases/sdk/pulumi-v{version}-{os}-{arch}.tar.gz",
        checksum: { url: "https://get.pulumi.com/releases/sdk/pulumi-{version}-checksums.txt", format: "sums" },
        archive: "tar.gz",
        gives: { pulumi: "pulumi/pulumi" },
      },
    ]),
  },
  module: {
    pin: { module: "github.com/pulumi/pulumi/pkg/v3", version: "v3.248.0" },
    packages: { "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi": "pulumi" },
    tags: ["osusergo", "grpcnotrace"],
    // The Automation API asks for the version and refuses an engine that has none.
    variables: { "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": "v3.248.0" },
  },
  buildSeconds: 233,
};

const pulumiKubernetes: ToolSpec = {
  name: "pulumi-kubernetes",
  version: "4.25.0",
  binaries: ["pulumi-resource-kubernetes"],
  // Never from PATH: the program has no way to be asked for its version.
  release: {
    // The version of the npm SDK; as a Go module nothing newer than 4.25.0 can be had. The engine takes either.
    version: "4.34.2",
    files: everywhere([
      {
        url: `${githubRelease("pulumi/pulumi-kubernetes")}/pulumi-resource-kubernetes-v{version}-{os}-{arch}.tar.gz`,
        checksum: githubDigest("pulumi/pulumi-kubernetes"),
        archive: "tar.gz",
        gives: { "pulumi-resource-kubernetes": "pulumi-resource-kubernetes" },
      },
    ]),
  },
  module: {
    pin: {
      module: "github.com/pulumi/pulumi-kubernetes/provider/v4",
      version: "v4.0.0-20260115033456-f47bc2d6f199",
    },
    packages: { ".": "pulumi-resource-kubernetes" },
    tags: ["grpcnotrace"],
    variables: { "github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/version.Version": "4.25.0" },
    embeds: [
      {
        name: "schema-embed.json",
        from: "cmd/pulumi-resource-kubernetes/schema.json",
        set: { version: "4.25.0" },
      },
      { name: "terraform-mapping.json", from: "cmd/pulumi-resource-kubernetes/terraform-mapping.json" },
    ],
  },
  buildSeconds: 480,
};

const dex: ToolSpec = {
  name: "dex",
  version: "2.45.1",
  binaries: ["dex"],
  path: { range: ">=2.45.0 <3.0.0", ask: { dex: ["version"] } },
  module: {
    pin: { module: "github.com/dexidp/dex", version: "v0.0.0-20260303133905-11d2eeb52b42" },
    packages: { "github.com/dexidp/dex/cmd/dex": "dex" },
    variables: { "main.version": "v2.45.1" },
  },
  buildSeconds: 52,
};

const otelcol: ToolSpec = {
  name: "otelcol",
  version: "0.152.0",
  binaries: ["otelcol"],
  // Never from PATH: which components a program of that name holds differs from distribution to distribution.
  module: {
    pin: { module: "go.opentelemetry.io/collector/otelcol", version: "v0.152.0" },
    packages: { ".": "otelcol" },
    variables: { "main.version": "0.152.0" },
  },
  buildSeconds: 90,
};

export const catalogue = {
  kwok,
  etcd,
  kubernetes,
  pulumi,
  "pulumi-kubernetes": pulumiKubernetes,
  dex,
  otelcol,
  ...edgeTools,
} as const;

export type ToolName = keyof typeof catalogue;

/** What `npm start` needs, the quickest to build first, so that something is there to see early. */
export const sandboxTools: readonly ToolName[] = [
  "gateway-api-definitions",
  "envoy-gateway-definitions",
  "cert-manager-definitions",
  "etcd",
  "cert-manager",
  "kwok",
  "pulumi",
  "kubernetes",
  "pulumi-kubernetes",
];

/** What the tests of the generated configuration need on top. */
export const testTools: readonly ToolName[] = ["dex", "otelcol", "egctl"];
