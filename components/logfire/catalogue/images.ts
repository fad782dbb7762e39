import type { ImageSettings } from "../../settings/types";
import type { ImageName } from "./names";

interface Image {
  readonly registry: string;
  readonly path: string;
  /** Tag of our own choice; the product's version where absent. */
  readonly tag?: string;
  /** Numeric, because the kubelet cannot tell whether a user known by name only is root. */
  readonly user: number;
}

const product = "us-docker.pkg.dev";
const docker = "docker.io";

/** Every image by role. Users of the public images are their own; the product's images run as any. */
const images: Readonly<Record<ImageName, Image>> = {
  python: { registry: product, path: "pydantic-public-registries/logfire/python-prod", user: 1000 },
  fusionfire: { registry: product, path: "pydantic-public-registries/logfire/fusionfire", user: 1000 },
  frontend: { registry: product, path: "pydantic-public-registries/logfire/frontend", user: 1000 },
  dex: { registry: product, path: "pydantic-public-registries/logfire/dex", user: 1000 },
  aiGateway: { registry: product, path: "pydantic-public-registries/paig/gateway", user: 1000 },
  haproxy: { registry: docker, path: "library/haproxy", tag: "3.2", user: 99 },
  redis: { registry: docker, path: "library/redis", tag: "7.2", user: 999 },
  collector: {
    registry: "ghcr.io",
    path: "open-telemetry/opentelemetry-collector-releases/opentelemetry-collector-contrib",
    tag: "0.152.0",
    user: 10001,
  },
  postgres: { registry: docker, path: "library/postgres", tag: "16", user: 999 },
  minio: { registry: "quay.io", path: "minio/minio", tag: "RELEASE.2025-09-07T16-13-09Z", user: 1000 },
  minioClient: { registry: "quay.io", path: "minio/mc", tag: "RELEASE.2025-08-13T08-35-41Z", user: 1000 },
};

/** Full reference of an image: the owner's repository, tag and digest first, then the mirror, then the default. */
export function imageReference(name: ImageName, settings: Pick<ImageSettings, "version" | "registry" | "overrides">) {
  const { registry, path, tag } = images[name];
  const override = settings.overrides[name] ?? {};
  const repository = override.repository ?? `${settings.registry?.replace(/\/+$/, "") ?? registry}/${path}`;
  if (override.digest !== undefined) return `${repository}@${override.digest}`;
  return `${repository}:${override.tag ?? tag ?? settings.version}`;
}

/** User id the image's program runs as; also the group of its volumes. */
export const imageUser = (name: ImageName): number => images[name].user;
