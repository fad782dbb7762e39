import assert from "node:assert/strict";
import { presetNames, type PresetName } from "../../../components/logfire/catalogue/names";
import { resolveSizes } from "../../../components/logfire/sizing";
import type { CheckedFacts, CheckedSettings } from "../../../components/platform/gcp/check";
import { machineTypes } from "../../../components/platform/gcp/figures/machineTypes";
import { quotas } from "../../../components/platform/gcp/figures/quotas";
import { resolveSettings, type Settings } from "../../../components/settings";
import type { GcpPlatformSettings } from "../../../components/settings/gcp/types";
import { problemsOf } from "../../settings/helpers";

export const presets = presetNames;
export type Values = Readonly<Record<string, unknown>>;

/** The six inputs that production needs; the password of the registry is encrypted. */
export const sixInputs = {
  platform: "gcp",
  gcp: { project: "mycompany-logfire", region: "europe-west3" },
  hostname: "logfire.mycompany.dev",
  adminEmail: "sre@mycompany.dev",
  images: { credentials: { server: "us-docker.pkg.dev", username: "_json_key" } },
  secrets: { registryPassword: "a-password-of-the-registry" },
} as const;

const raw = (values: Values) => ({ values: { ...sixInputs, ...values }, secretKeys: new Set(["secrets"]) });

/** `gcp` is merged with what every stack needs, key by key at its top. */
export const withGcp = (gcp: Values, others: Values = {}): Values => ({ ...others, gcp: { ...sixInputs.gcp, ...gcp } });

export const settings = (values: Values = {}): Settings => resolveSettings(raw(values));
export const problems = (values: Values = {}): readonly string[] => problemsOf(raw(values));

export function gcpOf(values: Values = {}): GcpPlatformSettings {
  const { platform } = settings(values);
  assert.ok(platform.kind === "gcp");
  return platform;
}

/** As the platform checks a stack against its project. */
export function checked(values: Values = {}, change: Partial<GcpPlatformSettings> = {}): CheckedSettings {
  const { logfire } = settings(values);
  return { platform: { ...gcpOf(values), ...change }, logfire, sizes: resolveSizes(logfire) };
}

const allTypes = Object.keys(machineTypes);
export const zone = (name: string, offers: readonly string[] = allTypes) => ({ name, offers });

/** A project with everything: three zones that offer every type, and generous limits. */
export const generous: CheckedFacts = {
  region: "europe-west3",
  zones: ["a", "b", "c"].map((letter) => zone(`europe-west3-${letter}`)),
  quotas: Object.fromEntries(Object.values(quotas).map(({ code }) => [code, 100_000])),
};

export const adoptedNetwork = {
  network: "shared",
  subnetwork: "nodes",
  podsRange: "pods",
  servicesRange: "services",
  storesRange: "stores",
};

/** As Google says it. */
export const adoptedFacts: Pick<CheckedFacts, "network" | "storesRange"> = {
  network: {
    network: "shared",
    cidr: "10.80.0.0/22",
    privateGoogleAccess: true,
    secondaryRanges: [
      { name: "pods", cidr: "10.96.0.0/16" },
      { name: "services", cidr: "10.80.16.0/20" },
    ],
  },
  storesRange: { cidr: "10.80.32.0/20", network: "shared", purpose: "VPC_PEERING" },
};

export const sizesOf = (preset: PresetName, optional = false) =>
  resolveSizes({
    preset,
    features: { queryWorker: optional, remoteMcp: optional, aiGateway: optional },
    workloads: {},
  });
