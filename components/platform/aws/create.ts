import * as pulumi from "@pulumi/pulumi";
import { failOn, type Problem } from "../../lib/errors";
import { resolveSizes } from "../../logfire/sizing";
import type { AwsPlatformSettings } from "../../settings/aws/types";
import { adoptInto, inAdoptedTerms, type AwsAdoption } from "./adopt";
import { checkAws, type CheckedFacts } from "./check";
import { lookUpAws, type AwsFacts } from "./lookUp";
import { AwsPlatform, onAws, type AwsSettings, type CreateAwsPlatformArgs } from "./platform";
import { createAwsProvider } from "./provider";
import { postgresTrust } from "./figures/postgresTrust";

/**
 * The platform with a provider of its own, or the one of `opts`: asks AWS, says everything that is wrong at once, and
 * only then makes something. Limits that are too low are warnings, because the account may have room that is not known here.
 */
export async function createAwsPlatform(
  name: string,
  args: CreateAwsPlatformArgs,
  opts: pulumi.ComponentResourceOptions = {},
): Promise<AwsPlatform> {
  const { adopt = {}, prefix } = args;
  const { platform: given, logfire } = onAws(args.settings);
  const platform = adoptInto(given, adopt);
  const provider = opts.provider ?? createAwsProvider(name, platform, { parent: opts.parent });
  const facts = await lookUpAws({ platform, logfire }, provider, prefix, adopt);
  const { warnings } = checkAll({ platform, logfire }, facts, adopt);
  for (const warning of [...warnings, ...trustWarning(platform)]) await pulumi.log.warn(warning);
  return new AwsPlatform(name, { ...args, facts }, pulumi.mergeOptions(opts, { provider }));
}

/** Throws everything that is wrong with these settings in this account; warnings are left. */
export function checkAll(
  { platform, logfire }: AwsSettings,
  facts: CheckedFacts & Pick<AwsFacts, "caller" | "clusterIsUp">,
  adopt: AwsAdoption,
): { readonly warnings: readonly string[] } {
  const sizes = resolveSizes(logfire, { redisInCluster: platform.redis.kind === "inCluster" });
  const { problems, warnings } = checkAws({ platform, logfire, sizes }, facts);
  const all = [...problems, ...checkMaker(platform, facts)];
  failOn("The configuration does not fit the AWS account", all.map(inAdoptedTerms(adopt)));
  return { warnings };
}

/** EKS makes whoever creates a cluster its administrator, and refuses to be told so again. */
export function checkMaker(
  { cluster }: Pick<AwsPlatformSettings, "cluster">,
  { caller, clusterIsUp }: Pick<AwsFacts, "caller" | "clusterIsUp">,
): readonly Problem[] {
  if (cluster.kind === "existing" || clusterIsUp) return [];
  // A session's ARN has the role's name without its path.
  const role = /:assumed-role\/([^/]+)\//.exec(caller)?.[1];
  const itself = (arn: string) => arn === caller || (role !== undefined && arn.split("/").at(-1) === role);
  return cluster.administrators.filter(itself).map((arn) => ({
    key: "aws.cluster.administrators",
    problem: `"${arn}" is who makes the cluster, and administers it anyway`,
    remedy: "leave it out",
  }));
}

function trustWarning({ postgres, region }: AwsPlatformSettings): readonly string[] {
  if (postgres.kind === "external" || postgresTrust(region).tls !== "require") return [];
  return [
    `The certificate authority of RDS in ${region} is not known to this package: connections to PostgreSQL are ` +
      "encrypted, and the server's certificate is not checked.",
  ];
}
