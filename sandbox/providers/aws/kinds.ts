import { durations } from "../../../components/platform/aws/figures/durations";
import type { ResourceKind, Seconds, Values } from "./model";
import { resourceShape, type ResourceShape } from "./sdk/resources";
import { dns } from "./services/dns";
import { eks } from "./services/eks";
import { elasticache } from "./services/elasticache";
import { identity } from "./services/identity";
import { loadBalancing } from "./services/loadBalancing";
import { network } from "./services/network";
import { nodeGroups } from "./services/nodeGroups";
import { rds } from "./services/rds";
import { s3 } from "./services/s3";
import { security } from "./services/security";

/** Everything that can be made in the simulated account, by its type without `aws:`. */
export const kinds: Readonly<Record<string, ResourceKind>> = {
  ...network,
  ...security,
  ...identity,
  ...eks,
  ...nodeGroups,
  ...rds,
  ...elasticache,
  ...s3,
  ...dns,
  ...loadBalancing,
};

/** `aws:ec2/vpc:Vpc` -> `ec2/vpc:Vpc` */
export const shortToken = (token: string): string => token.replace(/^aws:/, "");

export function kindOf(token: string): { readonly kind: ResourceKind; readonly shape: ResourceShape } {
  const kind = kinds[shortToken(token)];
  if (kind === undefined)
    throw new Error(
      `The simulated aws provider does not have ${token}: add what AWS takes, refuses and answers to a table in ` +
        "sandbox/providers/aws/services, or use a resource that it has.",
    );
  return { kind, shape: resourceShape(token) };
}

/** Seconds that AWS takes where neither the platform's figures nor the table say so. */
const usual: Required<Seconds> = { create: 2, update: 2, delete: 2 };

/** By the platform's published figures where there is one. */
export function secondsOf(token: string, operation: keyof Seconds, inputs: Values, before?: Values): number {
  const { kind } = kindOf(token);
  const own = typeof kind.seconds === "function" ? kind.seconds(inputs, before) : (kind.seconds ?? {});
  const published = operation === "create" ? durations[token]?.createSeconds : undefined;
  return published ?? own[operation] ?? usual[operation];
}
