import * as pulumi from "@pulumi/pulumi";
import { failOn, type Problem } from "../../lib/errors";
import { resolveSizes } from "../../logfire/sizing";
import { at } from "../shared/problems";
import { adoptInto, inAdoptedTerms, type GcpAdoption } from "./adopt";
import { checkGcp } from "./check";
import { lookUpGcp, type GcpFacts } from "./lookUp";
import { usableName } from "./names";
import { GcpPlatform, onGcp, type CreateGcpPlatformArgs, type GcpSettings } from "./platform";
import { createGcpProvider } from "./provider";

/**
 * The platform with a provider of its own, or the one of `opts`: asks GCP, says everything that is wrong at once, and
 * only then makes something. Limits that are too low are warnings, because the project may have room that is not known here.
 */
export async function createGcpPlatform(
  name: string,
  args: CreateGcpPlatformArgs,
  opts: pulumi.ComponentResourceOptions = {},
): Promise<GcpPlatform> {
  usableName(name);
  const { adopt = {}, prefix } = args;
  const { platform: given, logfire } = onGcp(args.settings);
  const platform = adoptInto(given, adopt);
  const provider = opts.provider ?? createGcpProvider(name, platform, { parent: opts.parent });
  const facts = await lookUpGcp({ platform, logfire }, provider, prefix, adopt);
  const { warnings } = checkAll({ platform, logfire }, facts, adopt);
  for (const warning of warnings) await pulumi.log.warn(warning);
  return new GcpPlatform(name, { ...args, facts }, pulumi.mergeOptions(opts, { provider }));
}

/** Throws everything that is wrong with these settings in this project; warnings are left. */
export function checkAll(
  settings: GcpSettings,
  facts: GcpFacts,
  adopt: GcpAdoption,
): { readonly warnings: readonly string[] } {
  const { platform, logfire } = settings;
  const sizes = resolveSizes(logfire, { redisInCluster: platform.redis.kind === "inCluster" });
  const { problems, warnings } = checkGcp({ platform, logfire, sizes }, facts);
  const all = [...problems, ...checkFound(settings, facts), ...checkCluster(settings, facts)];
  failOn("The configuration does not fit the project", all.map(inAdoptedTerms(adopt)));
  return { warnings };
}

/** Whether what the owner names is there at all. */
export function checkFound({ platform, logfire }: GcpSettings, facts: GcpFacts): readonly Problem[] {
  const { project, region, network, cluster, dns } = platform;
  const proxies = logfire.edge.mode === "native" && logfire.edge.exposure === "internal";
  return [
    ...(network.kind === "existing" && facts.network === undefined
      ? at(
          "gcp.network.existing.subnetwork",
          `there is no subnet "${network.subnetwork}" in ${region} of ${project}`,
          "write the name of one that is there",
        )
      : []),
    ...(network.kind === "existing" && network.storesRange !== undefined && facts.storesRange === undefined
      ? at(
          "gcp.network.existing.storesRange",
          `there is no allocated range "${network.storesRange}" in ${project}`,
          "write one that `gcloud compute addresses list --global` names",
        )
      : []),
    ...(network.kind === "existing" && facts.network !== undefined && proxies && facts.network.proxiesCidr === undefined
      ? at(
          "gcp.network.existing",
          `${network.network} has no subnet for proxies in ${region}, which a load balancer inside it consists of`,
          "add one with the purpose REGIONAL_MANAGED_PROXY, or write edge.mode: gateway",
        )
      : []),
    ...(cluster.kind === "existing" && facts.cluster === undefined
      ? at(
          "gcp.cluster.existing.name",
          `there is no cluster "${cluster.name}" in ${region} of ${project}`,
          "write the name of a regional one that is there",
        )
      : []),
    ...(dns.kind === "existing" && facts.managedZone === undefined
      ? at(
          "gcp.dns.existing.zone",
          `Cloud DNS has no zone "${dns.zone}" in ${project}`,
          "write what `gcloud dns managed-zones list` calls it",
        )
      : []),
  ];
}

/** What Logfire needs of an owner's cluster. */
export function checkCluster(
  { platform, logfire }: GcpSettings,
  { cluster }: Pick<GcpFacts, "cluster">,
): readonly Problem[] {
  if (platform.cluster.kind === "create" || cluster === undefined) return [];
  return [
    ...(cluster.workloadPool === ""
      ? at(
          "gcp.cluster.existing",
          `${cluster.name} has no Workload Identity, by which pods read and write the bucket without a key`,
          `run gcloud container clusters update ${cluster.name} --region ${platform.region} --workload-pool ${platform.project}.svc.id.goog`,
        )
      : []),
    ...(logfire.edge.mode === "native" && !cluster.gatewayApi
      ? at(
          "gcp.cluster.existing",
          `${cluster.name} has GKE's Gateway controller off, which edge.mode: native needs`,
          `run gcloud container clusters update ${cluster.name} --region ${platform.region} --gateway-api standard`,
        )
      : []),
  ];
}
