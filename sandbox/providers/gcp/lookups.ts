import { machineTypes } from "../../../components/platform/gcp/figures/machineTypes";
import { quotas } from "../../../components/platform/gcp/figures/quotas";
import { found } from "../cloud/lookups";
import { CloudError, record, text, type Entity, type Values } from "../cloud/model";
import { functionShape } from "../cloud/sdk/resources";
import type { Lookup } from "../cloud/simulation";
import { zonesOf } from "../cloud/zones";
import { byAnyName, type GcpView } from "./kind";
import { withParts } from "./promisedParts";
import { regions, zoneName, zonesIn } from "./regions";
import { agentOf, requireApi } from "./services/apis";
import { backupRuns } from "./services/backups";
import { networkIn } from "./services/network";
import { instances } from "./services/sql";
import { channelNames, versionsOf } from "./services/versions";

/** A lookup that needs an API, and whose answers are empty where the table says nothing. */
const asking = (
  api: string,
  token: string,
  answer: (args: Values, view: GcpView) => Values,
): [string, Lookup<GcpView>] => [
  token,
  {
    answer: (args, view) => {
      requireProject(args, view);
      requireApi(`${api}.googleapis.com`, view);
      // What the account does not keep is nobody's to look up either.
      const known = Object.entries(answer(args, view)).filter(([, value]) => value !== "[secret]");
      return withParts(functionShape(token).outputs, Object.fromEntries(known));
    },
    get unset() {
      return Object.keys(functionShape(token).outputs);
    },
  },
];

function requireProject({ project, projectId }: Values, view: GcpView): void {
  const wanted = text(project) || text(projectId);
  if (wanted !== "" && wanted !== view.project)
    throw new CloudError("forbidden", `The caller does not have permission on project ${wanted}, or it may not exist`);
}

const named = (view: GcpView, token: string, args: Values, what: string): Entity =>
  found(
    byAnyName(view.of(token), args.name ?? args.selfLink),
    "Error 404",
    `The resource '${what} ${text(args.name ?? args.selfLink)}'`,
  );

const zones = (args: Values, view: GcpView): Values => {
  const region = text(args.region) || view.region;
  const names =
    region === view.region
      ? view.zones
      : zonesOf({ zones: zonesIn(region), without: {} }, (at) => ({ name: zoneName(region, at) }));
  return { names: names.map(({ name }) => name).sort(), region };
};

/** `(name = "a") OR (name = "b")`, as Compute Engine filters. */
const namesIn = (filter: unknown): readonly string[] =>
  [...text(filter).matchAll(/name\s*=\s*"?([a-z0-9-]+)"?/g)].map(([, name = ""]) => name);

function typesIn(args: Values, view: GcpView): Values {
  const zone = view.zones.find(({ name }) => name === args.zone);
  if (zone === undefined)
    throw new CloudError("Error 404", `The resource 'projects/${view.project}/zones/${text(args.zone)}' was not found`);
  const wanted = namesIn(args.filter);
  return {
    zone: args.zone,
    machineTypes: Object.entries(machineTypes)
      .filter(([name]) => !zone.without.includes(name) && (wanted.length === 0 || wanted.includes(name)))
      .map(([name, { cpus, memoryMib }]) => ({ name, guestCpus: cpus, memoryMb: memoryMib, isSharedCpus: false })),
  };
}

const network = (args: Values, view: GcpView): Values => {
  const { id, outs } = named(view, "compute/network:Network", args, "network");
  const subnets = view
    .of("compute/subnetwork:Subnetwork")
    .filter((each) => networkIn(view, each.outs.network)?.id === id);
  return {
    ...outs,
    id,
    networkId: Number(outs.networkId),
    subnetworksSelfLinks: subnets.map((each) => each.outs.selfLink),
  };
};

const subnetwork = (args: Values, view: GcpView): Values => {
  const region = text(args.region) || view.region;
  const { id, outs } = found(
    view
      .of("compute/subnetwork:Subnetwork")
      .find(
        (each) => each.outs.selfLink === args.selfLink || (each.outs.name === args.name && each.outs.region === region),
      ),
    "Error 404",
    `The resource 'projects/${view.project}/regions/${region}/subnetworks/${text(args.name)}'`,
  );
  return { ...outs, id, network: networkIn(view, outs.network)?.outs.selfLink };
};

/** `purpose = REGIONAL_MANAGED_PROXY`, or none. */
const subnetworks = (args: Values, view: GcpView): Values => {
  const region = text(args.region) || view.region;
  const [, purpose] = /^purpose\s*=\s*"?(\w+)"?$/.exec(text(args.filter)) ?? [];
  if (args.filter !== undefined && purpose === undefined)
    throw new Error(`The simulated gcp provider does not know the filter ${text(args.filter)} here; it knows purpose.`);
  return {
    region,
    subnetworks: view
      .of("compute/subnetwork:Subnetwork")
      .filter(({ outs }) => outs.region === region && (purpose === undefined || outs.purpose === purpose))
      .map(({ outs }) => ({ ...outs, network: networkIn(view, outs.network)?.outs.selfLink })),
  };
};

const some = (value: unknown): readonly unknown[] => (value === undefined ? [] : [value]);

function cluster(args: Values, view: GcpView): Values {
  const location = text(args.location) || view.region;
  const { id, outs } = found(
    view
      .of("container/cluster:Cluster")
      .find((each) => each.outs.name === args.name && each.outs.location === location),
    "Error 404",
    `Not found: projects/${view.project}/locations/${location}/clusters/${text(args.name)}. It`,
  );
  const pools = view
    .of("container/nodePool:NodePool")
    .filter((each) => [id, outs.selfLink, outs.name].includes(text(each.outs.cluster)));
  const { dnsEndpointConfig, ipEndpointsConfig } = record(outs.controlPlaneEndpointsConfig);
  return {
    ...outs,
    ...{ id, location, resourceLabels: record(outs.resourceLabels) },
    controlPlaneEndpointsConfigs: [
      { dnsEndpointConfigs: some(dnsEndpointConfig), ipEndpointsConfigs: some(ipEndpointsConfig) },
    ],
    ...{ ipAllocationPolicies: some(outs.ipAllocationPolicy), masterAuths: some(outs.masterAuth) },
    ...{ releaseChannels: some(outs.releaseChannel), workloadIdentityConfigs: some(outs.workloadIdentityConfig) },
    ...{ gatewayApiConfigs: some(outs.gatewayApiConfig), databaseEncryptions: some(outs.databaseEncryption) },
    privateClusterConfigs: some(outs.privateClusterConfig),
    nodePools: pools.map(({ outs: pool }) => ({
      ...{ name: pool.name, version: pool.version, nodeCount: pool.nodeCount, nodeLocations: pool.nodeLocations },
      ...{ autoscalings: some(pool.autoscaling), maxPodsPerNode: pool.maxPodsPerNode },
      nodeConfigs: some(pool.nodeConfig),
    })),
  };
}

const managedZone = (args: Values, view: GcpView): Values => {
  const { id, outs } = named(view, "dns/managedZone:ManagedZone", args, "managed zone");
  return { ...outs, id };
};

const globalAddress = (args: Values, view: GcpView): Values => {
  const { id, outs } = named(view, "compute/globalAddress:GlobalAddress", args, "global address");
  return {
    ...outs,
    ...{ id, network: networkIn(view, outs.network)?.outs.selfLink ?? "", status: "RESERVED", users: "" },
  };
};

const router = (args: Values, view: GcpView): Values => ({
  region: text(args.region) || view.region,
  routers: view
    .of("compute/router:Router")
    .filter(({ outs }) => outs.region === (text(args.region) || view.region))
    .map(({ outs }) => ({ ...outs, network: networkIn(view, outs.network)?.outs.selfLink })),
});

const elsewhere = ({ region }: GcpView): string => regions.find((each) => each !== region) ?? "";

function quotaInfo(args: Values, view: GcpView): Values {
  const known = Object.values(quotas).find(({ code }) => code === args.quotaId);
  const value = view.quotas[text(args.quotaId)];
  if (known === undefined || value === undefined || args.service !== known.service)
    throw new CloudError("Error 404", `Quota ${text(args.quotaId)} of ${text(args.service)} was not found`);
  const here = { dimensions: {}, details: [{ value: String(value) }] };
  // Most specific first. A region's own limit is there only where somebody has changed it: here, in another region.
  const infos = known.regional
    ? [
        { dimensions: { region: elsewhere(view) }, applicableLocations: [elsewhere(view)], details: [{ value: "1" }] },
        { ...here, applicableLocations: regions.filter((each) => each !== elsewhere(view)) },
      ]
    : [{ ...here, applicableLocations: ["global"] }];
  return {
    ...{ name: `${text(args.parent)}/services/${known.service}/quotaInfos/${known.code}`, parent: args.parent },
    ...{ containerType: "PROJECT", service: known.service, quotaId: known.code, quotaDisplayName: known.name },
    dimensions: known.regional ? ["region"] : [],
    dimensionsInfos: infos,
  };
}

const engineVersions = (_args: Values, view: GcpView): Values => {
  const newest = (channel: string) => versionsOf(channel).at(-1) ?? "";
  const all = [...new Set(channelNames.flatMap(versionsOf))];
  return {
    ...{ location: view.region, validMasterVersions: all, validNodeVersions: all },
    ...{
      defaultClusterVersion: versionsOf("REGULAR")[0],
      latestMasterVersion: all.at(-1),
      latestNodeVersion: all.at(-1),
    },
    releaseChannelDefaultVersion: Object.fromEntries(channelNames.map((each) => [each, versionsOf(each)[0]])),
    releaseChannelLatestVersion: Object.fromEntries(channelNames.map((each) => [each, newest(each)])),
    releaseChannelUpgradeTargetVersion: Object.fromEntries(channelNames.map((each) => [each, newest(each)])),
  };
};

const databaseInstance = (args: Values, view: GcpView): Values => {
  const { id, outs } = found(
    byAnyName(view.of(instances), args.name),
    "Error 404",
    `The Cloud SQL instance ${text(args.name)}`,
  );
  return { ...outs, id, settings: some(outs.settings), replicaConfigurations: [] };
};

const backupRun = (args: Values, view: GcpView): Values => {
  const run = view
    .of(backupRuns)
    .filter(({ outs }) => outs.instance === args.instance)
    .find(({ outs }) => args.mostRecent === true || outs.backupId === args.backupId);
  const { id, outs } = found(run, "Error 404", `Backup ${text(args.backupId)} of ${text(args.instance)}`);
  return { ...outs, id, status: "SUCCESSFUL" };
};

export const lookups: Readonly<Record<string, Lookup<GcpView>>> = Object.fromEntries([
  asking("cloudresourcemanager", "gcp:organizations/getProject:getProject", (_args, { project, projectNumber }) => ({
    ...{ projectId: project, number: projectNumber, name: project },
  })),
  asking(
    "serviceusage",
    "gcp:organizations/getClientConfig:getClientConfig",
    (_args, { project, region, defaultLabels }) => ({
      ...{ project, region, defaultLabels },
    }),
  ),
  asking("compute", "gcp:compute/getRegions:getRegions", () => ({ names: regions })),
  asking("compute", "gcp:compute/getZones:getZones", zones),
  asking("compute", "gcp:compute/getMachineTypes:getMachineTypes", typesIn),
  asking("compute", "gcp:compute/getNetwork:getNetwork", network),
  asking("compute", "gcp:compute/getSubnetwork:getSubnetwork", subnetwork),
  asking("compute", "gcp:compute/getSubnetworks:getSubnetworks", subnetworks),
  asking("compute", "gcp:compute/getGlobalAddress:getGlobalAddress", globalAddress),
  asking("compute", "gcp:compute/getRouters:getRouters", router),
  asking("container", "gcp:container/getCluster:getCluster", cluster),
  asking("container", "gcp:container/getEngineVersions:getEngineVersions", engineVersions),
  asking("dns", "gcp:dns/getManagedZone:getManagedZone", managedZone),
  asking("sqladmin", "gcp:sql/getDatabaseInstance:getDatabaseInstance", databaseInstance),
  asking("sqladmin", "gcp:sql/getBackupRun:getBackupRun", backupRun),
  asking("cloudquotas", "gcp:cloudquota/getSQuotaInfo:getSQuotaInfo", quotaInfo),
  asking("storage", "gcp:storage/getBucket:getBucket", (args, view) => {
    const { id, outs } = named(view, "storage/bucket:Bucket", args, "bucket");
    return { ...outs, id, encryptions: some(outs.encryption), versionings: some(outs.versioning) };
  }),
  asking("storage", "gcp:storage/getProjectServiceAccount:getProjectServiceAccount", (_args, view) => {
    const emailAddress = agentOf("storage.googleapis.com", view);
    return { emailAddress, member: `serviceAccount:${emailAddress}`, id: emailAddress };
  }),
]);
