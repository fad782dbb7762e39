import * as pulumi from "@pulumi/pulumi";
import { failOn } from "../../lib/errors";
import { resolveSizes } from "../../logfire/sizing";
import { checkAws } from "./check";
import { lookUpAws } from "./lookUp";
import { AwsPlatform, type AwsPlatformArgs } from "./platform";
import { createAwsProvider } from "./provider";

export { lookUpAws, type AwsFacts } from "./lookUp";
export { AwsPlatform, type AwsPlatformArgs } from "./platform";
export { createAwsProvider } from "./provider";

/**
 * The platform with a provider of its own: asks AWS, says everything that is wrong at once, and only then makes
 * something. Limits that are too low are warnings, because the account may have room that is not known here.
 */
export async function createAwsPlatform(
  name: string,
  args: Omit<AwsPlatformArgs, "facts">,
  opts: pulumi.ComponentResourceOptions = {},
): Promise<AwsPlatform> {
  const { platform, logfire } = args.settings;
  const provider = createAwsProvider(name, platform, opts.parent === undefined ? {} : { parent: opts.parent });
  const facts = await lookUpAws(args.settings, provider, args.prefix);
  const sizes = resolveSizes(logfire, { redisInCluster: platform.redis.kind === "inCluster" });
  const { problems, warnings } = checkAws({ platform, logfire, sizes }, facts);
  failOn("The configuration does not fit the AWS account", problems);
  for (const warning of warnings) await pulumi.log.warn(warning);
  return new AwsPlatform(name, { ...args, facts }, pulumi.mergeOptions(opts, { provider }));
}
