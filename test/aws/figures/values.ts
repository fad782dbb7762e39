import type { AdoptedSubnet, CheckedFacts } from "../../../components/platform/aws/check";
import { instanceTypes } from "../../../components/platform/aws/figures/machineTypes";
import type { AwsPlatformSettings } from "../../../components/settings/aws/types";
import { stacksOn } from "../../clouds/stacks";

export { presets, type Values } from "../../clouds/stacks";

export const own = { region: "eu-central-1", cluster: { apiAccess: ["203.0.113.7/32"] } };
export const aws = stacksOn<AwsPlatformSettings>({ cloud: "aws", title: "AWS", own });
export const { sixInputs, settings, problem, problems, checked, platformOf: awsOf, withOwn: withAws } = aws;

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
