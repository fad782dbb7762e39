import { everywhere, githubDigest, githubRelease, type ReleaseFile, type ToolSpec } from "./spec";

const envoyGateway = "1.9.1";
const certManagerVersion = "1.21.2";

const egctlArchive = (os: string, arch: string): readonly ReleaseFile[] => [
  {
    url: `${githubRelease("envoyproxy/gateway")}/egctl_v{version}_${os}_${arch}.tar.gz`,
    checksum: githubDigest("envoyproxy/gateway"),
    archive: "tar.gz",
    gives: { egctl: `bin/${os}/${arch}/egctl` },
  },
];

/** Envoy Gateway's translator: Gateway API objects in, Envoy's configuration out. */
const egctl: ToolSpec = {
  name: "egctl",
  version: envoyGateway,
  binaries: ["egctl"],
  // Never from PATH: asked for its version, it looks for a cluster.
  release: {
    version: envoyGateway,
    files: {
      "linux/amd64": egctlArchive("linux", "amd64"),
      "linux/arm64": egctlArchive("linux", "arm64"),
      "darwin/amd64": egctlArchive("darwin", "amd64"),
      "darwin/arm64": egctlArchive("darwin", "arm64"),
    },
  },
  module: {
    pin: { module: "github.com/envoyproxy/gateway", version: `v${envoyGateway}` },
    packages: { "github.com/envoyproxy/gateway/cmd/egctl": "egctl" },
  },
  buildSeconds: 268,
};

/** cert-manager's controllers for authorities that need nobody else: self-signed and CA. */
const certManager: ToolSpec = {
  name: "cert-manager",
  version: certManagerVersion,
  binaries: ["cert-manager"],
  module: {
    pin: { module: "github.com/cert-manager/cert-manager", version: `v${certManagerVersion}` },
    packages: { ".": "cert-manager" },
  },
  buildSeconds: 117,
};

interface Definitions {
  readonly name: string;
  readonly version: string;
  readonly repository: string;
  /** File of the release. */
  readonly file: string;
  readonly module: string;
  /** Folder of the module with the same definitions. */
  readonly copies: string;
}

const definitions = ({ name, version, repository, file, module, copies }: Definitions): ToolSpec => ({
  name,
  version,
  binaries: [],
  definitions: true,
  folder: "definitions",
  release: {
    version,
    files: everywhere([
      {
        url: `${githubRelease(repository)}/${file}`,
        checksum: githubDigest(repository),
        archive: "none",
        gives: { [file]: file },
      },
    ]),
  },
  module: { pin: { module, version: `v${version}` }, packages: {}, copies },
  buildSeconds: 5,
});

export const edgeTools = {
  "gateway-api-definitions": definitions({
    name: "gateway-api-definitions",
    version: "1.6.1",
    repository: "kubernetes-sigs/gateway-api",
    file: "standard-install.yaml",
    module: "sigs.k8s.io/gateway-api",
    copies: "config/crd/standard",
  }),
  "envoy-gateway-definitions": definitions({
    name: "envoy-gateway-definitions",
    version: envoyGateway,
    repository: "envoyproxy/gateway",
    file: "envoy-gateway-crds.yaml",
    module: "github.com/envoyproxy/gateway",
    copies: "charts/gateway-helm/charts/crds/crds/generated",
  }),
  "cert-manager-definitions": definitions({
    name: "cert-manager-definitions",
    version: certManagerVersion,
    repository: "cert-manager/cert-manager",
    file: "cert-manager.crds.yaml",
    module: "github.com/cert-manager/cert-manager",
    copies: "deploy/crds",
  }),
  "cert-manager": certManager,
  egctl,
} as const;
