import * as pulumi from "@pulumi/pulumi";
import { failOn, type Problem } from "../../lib/errors";
import { resolveSizes } from "../../logfire/sizing";
import type { AzurePlatformSettings } from "../../settings/azure/types";
import { at } from "../shared/problems";
import { adoptInto, inAdoptedTerms, type AzureAdoption } from "./adopt";
import { checkAzure, type CheckedFacts } from "./check";
import { lookUpAzure, type AzureFacts } from "./lookUp";
import { firstPoolName } from "./nodes";
import { AzurePlatform, onAzure, type AzureSettings, type CreateAzurePlatformArgs } from "./platform";
import { createAzureProvider } from "./provider";

/**
 * The platform with a provider of its own, or the one of `opts`: asks Azure, says everything that is wrong at once, and
 * only then makes something. Limits that are too low are warnings, because the subscription may have room that is not
 * known here.
 */
export async function createAzurePlatform(
  name: string,
  args: CreateAzurePlatformArgs,
  opts: pulumi.ComponentResourceOptions = {},
): Promise<AzurePlatform> {
  const { adopt = {}, prefix } = args;
  const { platform: given, logfire } = onAzure(args.settings);
  const platform = adoptInto(given, adopt);
  const provider = opts.provider ?? createAzureProvider(name, platform, { parent: opts.parent });
  const facts = await lookUpAzure(platform, provider, prefix, adopt);
  const { warnings } = checkAll({ platform, logfire }, facts, adopt);
  for (const warning of warnings) await pulumi.log.warn(warning);
  return new AzurePlatform(name, { ...args, facts }, pulumi.mergeOptions(opts, { provider }));
}

type Running = Pick<AzureFacts, "caller" | "clusterIsUp" | "running" | "pools" | "missing">;

/** Throws everything that is wrong with these settings in this subscription; warnings are left. */
export function checkAll(
  { platform, logfire }: AzureSettings,
  facts: CheckedFacts & Running,
  adopt: AzureAdoption,
): { readonly warnings: readonly string[] } {
  const sizes = resolveSizes(logfire, { redisInCluster: platform.redis.kind === "inCluster" });
  const { problems, warnings } = checkAzure({ platform, logfire, sizes }, facts);
  const ofCluster = [checkMaker, checkVersion, checkFirstPool].flatMap((check) => check(platform, facts));
  const all = [...facts.missing, ...problems, ...ofCluster];
  failOn("The configuration does not fit the Azure subscription", all.map(inAdoptedTerms(adopt)));
  return { warnings };
}

/** Whoever makes the cluster gets the right to administer it, and Azure refuses to give the same right twice. */
export function checkMaker(
  { cluster }: Pick<AzurePlatformSettings, "cluster">,
  { caller, clusterIsUp }: Pick<AzureFacts, "caller" | "clusterIsUp">,
): readonly Problem[] {
  if (cluster.kind === "existing" || clusterIsUp) return [];
  return cluster.administrators
    .filter((id) => id.toLowerCase() === caller.toLowerCase())
    .flatMap((id) =>
      at("azure.cluster.administrators", `"${id}" is who makes the cluster, and administers it anyway`, "leave it out"),
    );
}

/** AKS takes one minor version at a time, and never goes back. */
export function checkVersion(
  { cluster }: Pick<AzurePlatformSettings, "cluster">,
  { running }: Pick<AzureFacts, "running">,
): readonly Problem[] {
  const now = running?.["currentKubernetesVersion"];
  if (cluster.kind === "existing" || typeof now !== "string") return [];
  const [major = "1", minor = "0"] = now.split(".");
  const steps = Number(cluster.version.split(".")[1]) - Number(minor);
  const key = "azure.cluster.version";
  if (steps < 0)
    return at(
      key,
      `"${cluster.version}" is older than the ${now} that runs, and AKS never goes back`,
      `write "${major}.${minor}"`,
    );
  return steps <= 1
    ? []
    : at(
        key,
        `"${cluster.version}" skips versions after the ${now} that runs`,
        `write "${major}.${Number(minor) + 1}" first, and update`,
      );
}

/** AKS changes how many nodes the first pool has, and never their machines. */
export function checkFirstPool(
  { cluster, nodes }: Pick<AzurePlatformSettings, "cluster" | "nodes">,
  { pools }: Pick<AzureFacts, "pools">,
): readonly Problem[] {
  const running = pools.find(({ name }) => name === firstPoolName);
  if (cluster.kind === "existing" || running === undefined) return [];
  const key = `azure.nodes.${firstPoolName}`;
  const why = "of the cluster that is up, and AKS never changes the machines of a cluster's first pool";
  const { type, osDiskGib } = nodes.general;
  return [
    ...(running.type === type
      ? []
      : at(
          `${key}.type`,
          `"${type}" is not the "${running.type}" ${why}`,
          `write ${running.type}, and raise ${key}.maxNodes for more room`,
        )),
    ...(running.osDiskGib === osDiskGib
      ? []
      : at(`${key}.osDiskGib`, `${osDiskGib} is not the ${running.osDiskGib} ${why}`, `write ${running.osDiskGib}`)),
  ];
}
