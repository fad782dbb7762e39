import assert from "node:assert/strict";
import { presetNames, type PresetName } from "../../../components/logfire/catalogue/names";
import { resolveSizes } from "../../../components/logfire/sizing";
import type { AdoptedSubnet, CheckedFacts, CheckedSettings } from "../../../components/platform/aws/check";
import { instanceTypes } from "../../../components/platform/aws/figures/machineTypes";
import { resolveSettings, type Settings } from "../../../components/settings";
import type { AwsPlatformSettings } from "../../../components/settings/aws/types";
import { problemsOf } from "../../settings/helpers";

export const presets = presetNames;
export type Values = Readonly<Record<string, unknown>>;

/** The six inputs that production needs; the password of the registry is encrypted. */
export const sixInputs = {
  platform: "aws",
  aws: { region: "eu-central-1", cluster: { apiAccess: ["203.0.113.7/32"] } },
  hostname: "logfire.mycompany.dev",
  adminEmail: "sre@mycompany.dev",
  images: { credentials: { server: "us-docker.pkg.dev", username: "_json_key" } },
  secrets: { registryPassword: "a-password-of-the-registry" },
} as const;

const raw = (values: Values) => ({ values: { ...sixInputs, ...values }, secretKeys: new Set(["secrets"]) });

/** `aws` is merged with what every stack needs, key by key at its top. */
export const withAws = (aws: Values, others: Values = {}): Values => ({ ...others, aws: { ...sixInputs.aws, ...aws } });

export const settings = (values: Values = {}): Settings => resolveSettings(raw(values));
export const problems = (values: Values = {}): readonly string[] => problemsOf(raw(values));

export function awsOf(values: Values = {}): AwsPlatformSettings {
  const { platform } = settings(values);
  assert.ok(platform.kind === "aws");
  return platform;
}

/** As the platform checks a stack against its account. */
export function checked(values: Values = {}, change: Partial<AwsPlatformSettings> = {}): CheckedSettings {
  const { logfire } = settings(values);
  return { platform: { ...awsOf(values), ...change }, logfire, sizes: resolveSizes(logfire) };
}

const allTypes = Object.keys(instanceTypes);
export const zone = (name: string, offers: readonly string[] = allTypes) => ({ name, offers });

/** An account with everything: three zones that offer every type, and generous limits. */
export const generous: CheckedFacts = {
  accountId: "123456789012",
  region: "eu-central-1",
  zones: [zone("eu-central-1a"), zone("eu-central-1b"), zone("eu-central-1c")],
  quotas: { "L-1216C47A": 1000, "L-0263D0A3": 20, "L-F678F1CE": 20, "L-FE5A380F": 20 },
};

export const adoptedNetwork = {
  vpcId: "vpc-0123456789abcdef0",
  privateSubnetIds: ["subnet-000000000000000a1", "subnet-000000000000000b1", "subnet-000000000000000c1"],
  publicSubnetIds: ["subnet-000000000000000a0", "subnet-000000000000000b0", "subnet-000000000000000c0"],
};

const subnet = (letter: string, index: number, isPublic: boolean): AdoptedSubnet => ({
  id: `subnet-000000000000000${letter}${isPublic ? 0 : 1}`,
  zone: `eu-central-1${letter}`,
  cidr: isPublic ? `10.80.${index}.0/24` : `10.80.${64 + 64 * index}.0/19`,
  freeAddresses: isPublic ? 251 : 8187,
  routesOut: true,
});

export const adoptedVpc = {
  cidr: "10.80.0.0/16",
  subnets: ["a", "b", "c"].flatMap((letter, index) => [subnet(letter, index, true), subnet(letter, index, false)]),
};

export const sizesOf = (preset: PresetName) =>
  resolveSizes({ preset, features: { queryWorker: false, remoteMcp: false, aiGateway: false }, workloads: {} });
