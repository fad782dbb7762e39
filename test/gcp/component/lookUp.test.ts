import assert from "node:assert/strict";
import type { MockCallArgs } from "@pulumi/pulumi/runtime";
import { createGcpPlatform, createGcpProvider, lookUpGcp, type GcpFacts } from "../../../components/platform/gcp";
import { checkCluster, checkFound } from "../../../components/platform/gcp/create";
import { record, type Recording } from "../../support/harness";
import { factsOf, gcpSettings, logfireOnGcp, settingsOf } from "../settings";
import { gcpOutputs } from "./support";

type Plain = Record<string, unknown>;
type Answers = Readonly<Record<string, (inputs: Plain) => Plain | Error>>;

const zones = ["a", "b", "c", "d"].map((letter) => `europe-west3-${letter}`);
const types = (...names: readonly string[]) => ({ machineTypes: names.map((name) => ({ name })) });
const disabled = (api: string) =>
  new Error(`googleapi: Error 403: Google API ${api}.googleapis.com has not been used in project 123456789012 before`);

/** A project in a region of four zones, in which nothing is yet. */
const empty: Answers = {
  getProject: () => ({ number: "123456789012", projectId: "mycompany-logfire" }),
  getZones: () => ({ names: zones }),
  getMachineTypes: ({ zone }) => (zone === zones[0] ? types() : types("n2d-standard-8", "n2-highmem-8")),
  getCluster: () => disabled("container"),
  getSQuotaInfo: ({ quotaId }) => ({
    dimensionsInfos:
      quotaId === "CPUS-ALL-REGIONS-per-project"
        ? [{ dimensions: {}, details: [{ value: "32" }] }]
        : [
            { dimensions: { region: "us-central1" }, details: [{ value: "1" }] },
            { dimensions: { region: "europe-west3" }, details: [{ value: "500" }] },
          ],
  }),
};

/** Answers by the lookup's own name; the engine would have reported the provider that was asked. */
const answering = (answers: Answers) => {
  const asked: MockCallArgs[] = [];
  const call = (args: MockCallArgs): Plain => {
    asked.push(args);
    const name = args.token.split(":").at(-1) ?? "";
    const answer = answers[name]?.(args.inputs as Plain);
    if (answer === undefined) throw new Error(`nobody should ask for ${args.token}`);
    // As the engine hands an error of a provider on.
    if (answer instanceof Error) throw Object.assign(answer, { code: 2, details: answer.message });
    return answer;
  };
  return { asked, call };
};

async function look(given: Parameters<typeof settingsOf>[0], answers: Answers) {
  const { asked, call } = answering(answers);
  const settings = settingsOf(given);
  const recording = await record(
    () => {
      const found = lookUpGcp(settings, createGcpProvider("platform", settings.platform));
      found.catch(() => undefined);
      return found;
    },
    { outputs: gcpOutputs, call },
  );
  return { facts: await recording.result, asked, resources: recording.resources };
}

/** What GKE says of a cluster, as far as anybody reads it. */
const cluster = (changes: Plain = {}): Plain => ({
  masterVersion: "1.35.8-gke.1036000",
  endpoint: "10.9.0.2",
  masterAuths: [{ clusterCaCertificate: "Y2E=" }],
  controlPlaneEndpointsConfigs: [{ dnsEndpointConfigs: [{ endpoint: "gke-1.goog", allowExternalTraffic: true }] }],
  workloadIdentityConfigs: [{ workloadPool: "mycompany-logfire.svc.id.goog" }],
  gatewayApiConfigs: [{ channel: "CHANNEL_STANDARD" }],
  nodePools: [{ name: "general-1", version: "1.35.7-gke.1", nodeConfigs: [] }],
  ...changes,
});

describe("asking GCP before anything is made", () => {
  it("says which zones offer which machines, and the project's limits where Google tells them", async () => {
    const { facts } = await look({}, empty);
    assert.deepEqual(
      facts.zones.map(({ name, offers }) => [name, offers.length]),
      zones.map((name, index) => [name, index === 0 ? 0 : 2]),
    );
    assert.equal(facts.projectNumber, "123456789012");
    assert.equal(facts.quotas["CPUS-ALL-REGIONS-per-project"], 32);
    assert.equal(facts.quotas["SSD-TOTAL-GB-per-project-region"], 500, "of this region, not of another");
    assert.deepEqual([facts.clusterIsUp, facts.nodePools], [false, []]);
  });

  it("asks by the given provider, and makes nothing", async () => {
    const { asked, resources } = await look({}, empty);
    assert.ok(asked.every(({ provider }) => provider?.includes("::platform-gcp::")));
    assert.deepEqual(
      resources.map(({ type }) => type),
      ["pulumi:providers:gcp"],
    );
  });

  it("takes the limit that names no region where nobody has changed the region's own", async () => {
    const usual = {
      dimensionsInfos: [
        { dimensions: { region: "us-central1" }, applicableLocations: ["us-central1"], details: [{ value: "1" }] },
        { dimensions: {}, applicableLocations: ["europe-west1", "europe-west3"], details: [{ value: "500" }] },
      ],
    };
    const { quotas } = (await look({}, { ...empty, getSQuotaInfo: () => usual })).facts;
    assert.equal(quotas["SSD-TOTAL-GB-per-project-region"], 500);
  });

  it("asks for all machine types at once, each of the expressions in parentheses", async () => {
    const { asked } = await look({}, empty);
    const { filter } = (asked.find(({ token }) => token.endsWith(":getMachineTypes")) ?? assert.fail()).inputs as Plain;
    assert.match(String(filter), /^\(name = "[a-z0-9-]+"\)( OR \(name = "[a-z0-9-]+"\))+$/);
  });

  it("does without limits that it may not read, and not without anything else", async () => {
    const refused = () => new Error("googleapi: Error 403: Permission denied on resource");
    for (const getSQuotaInfo of [refused, () => disabled("cloudquotas")]) {
      const { quotas, quotasUnread } = (await look({}, { ...empty, getSQuotaInfo })).facts;
      assert.deepEqual([quotas, quotasUnread], [{}, true]);
    }
    await assert.rejects(look({}, { ...empty, getCluster: refused }), /Permission denied/);
    await assert.rejects(look({}, { ...empty, getZones: refused }), /Permission denied/);
  });

  it("takes a limit of minus one for none", async () => {
    const unlimited = { dimensionsInfos: [{ dimensions: { region: "europe-west3" }, details: [{ value: "-1" }] }] };
    const { quotas, quotasUnread } = (await look({}, { ...empty, getSQuotaInfo: () => unlimited })).facts;
    assert.deepEqual([quotas, quotasUnread], [{}, false]);
  });

  it("says what to enable in a project that has never been used, all of it in one command", async () => {
    for (const [lookup, api] of [
      ["getProject", "cloudresourcemanager"],
      ["getZones", "compute"],
    ] as const)
      await assert.rejects(look({}, { ...empty, [lookup]: () => disabled(api) }), (error: Error) => {
        const apis = ["cloudresourcemanager", "serviceusage", "compute"].map((name) => `${name}.googleapis.com`);
        assert.ok(error.message.includes(`gcloud services enable ${apis.join(" ")} --project mycompany-logfire`));
        return true;
      });
    const dns = { kind: "existing" as const, name: "acme.dev", zone: "acme-dev" };
    await assert.rejects(
      look({ platform: { dns } }, { ...empty, getManagedZone: () => disabled("dns") }),
      /compute\.googleapis\.com dns\.googleapis\.com --project/,
    );
  });

  it("says how to sign in where Google knows nobody", async () => {
    const nobody = () => new Error("google: could not find default credentials. See https://cloud.google.com/docs");
    await assert.rejects(look({}, { ...empty, getProject: nobody }), /gcloud auth application-default login/);
  });

  it("finds no zones in a region that is not there, which the check then says with its key", async () => {
    const missing = () => new Error("googleapi: Error 404: The resource 'regions/europe-west99' was not found");
    assert.deepEqual((await look({}, { ...empty, getZones: missing })).facts.zones, []);
  });

  it("finds the versions of a cluster that is up", async () => {
    const { facts } = await look({}, { ...empty, getCluster: () => cluster() });
    assert.deepEqual([facts.clusterIsUp, facts.nodePools], [true, [{ name: "general-1", version: "1.35.7-gke.1" }]]);
    assert.equal(facts.cluster, undefined, "it is the stack's own");
    for (const answer of [new Error("googleapi: Error 404: Not found: projects/p"), cluster({ masterVersion: "" })]) {
      const { facts: none } = await look({}, { ...empty, getCluster: () => answer });
      assert.deepEqual([none.clusterIsUp, none.nodePools], [false, []]);
    }
  });

  it("looks at an owner's network: its ranges, and the one that Google's stores live in", async () => {
    const network = {
      ...{ kind: "existing" as const, network: "shared", subnetwork: "nodes", podsRange: "p", servicesRange: "s" },
      storesRange: "google",
    };
    const link = "https://www.googleapis.com/compute/v1/projects/mycompany-logfire/global/networks/shared";
    const secondaryIpRanges = [
      { rangeName: "p", ipCidrRange: "10.96.0.0/14" },
      { rangeName: "s", ipCidrRange: "10.80.16.0/20" },
    ];
    const answers: Answers = {
      ...empty,
      getSubnetwork: () => ({
        ...{ id: "subnet-id", network: link, ipCidrRange: "10.80.0.0/20", privateIpGoogleAccess: true },
        secondaryIpRanges,
      }),
      getGlobalAddress: () => ({ address: "10.80.32.0", prefixLength: 20, network: link, purpose: "VPC_PEERING" }),
      getSubnetworks: () => ({
        subnetworks: [
          { network: link.replace("shared", "other"), ipCidrRange: "10.1.0.0/23" },
          { network: link, ipCidrRange: "10.80.48.0/23" },
        ],
      }),
    };
    const { facts } = await look({ platform: { network } }, answers);
    const expected: GcpFacts["network"] = {
      ...{ id: link, subnetworkId: "subnet-id", network: "shared", cidr: "10.80.0.0/20", privateGoogleAccess: true },
      secondaryRanges: [
        { name: "p", cidr: "10.96.0.0/14" },
        { name: "s", cidr: "10.80.16.0/20" },
      ],
    };
    assert.deepEqual(facts.network, expected);
    assert.deepEqual(facts.storesRange, {
      ...{ name: "google", cidr: "10.80.32.0/20", network: "shared", purpose: "VPC_PEERING" },
    });
    const edge = { ...logfireOnGcp().edge, mode: "native" as const, exposure: "internal" as const };
    const inside = await look({ platform: { network }, logfire: { edge } }, answers);
    assert.equal(inside.facts.network?.proxiesCidr, "10.80.48.0/23");
  });

  it("looks at an owner's cluster, and reaches it by its name or, where that is closed, by its address", async () => {
    const platform = { cluster: { kind: "existing" as const, name: "own" } };
    const { facts } = await look({ platform }, { ...empty, getCluster: () => cluster() });
    assert.deepEqual(facts.cluster, {
      name: "own",
      id: "projects/mycompany-logfire/locations/europe-west3/clusters/own",
      version: "1.35.8-gke.1036000",
      server: "https://gke-1.goog",
      workloadPool: "mycompany-logfire.svc.id.goog",
      gatewayApi: true,
    });
    const closed = cluster({ controlPlaneEndpointsConfigs: [], workloadIdentityConfigs: [], gatewayApiConfigs: [] });
    const { facts: other } = await look({ platform }, { ...empty, getCluster: () => closed });
    const { server, certificateAuthority, workloadPool, gatewayApi } = other.cluster ?? assert.fail("none");
    assert.deepEqual([server, certificateAuthority], ["https://10.9.0.2", "Y2E="]);
    assert.deepEqual([workloadPool, gatewayApi], ["", false]);
  });

  it("asks who Cloud Storage is only where a key of the stack's own is for it", async () => {
    const agent = "service-123456789012@gs-project-accounts.iam.gserviceaccount.com";
    const objectStore = { kind: "create", encryption: "kms" } as const;
    const { facts } = await look(
      { platform: { objectStore } },
      { ...empty, getProjectServiceAccount: () => ({ emailAddress: agent }) },
    );
    assert.equal(facts.storageAgent, agent);
  });
});

describe("what the owner names and GCP does not know", () => {
  const network = {
    ...{ kind: "existing" as const, network: "shared", subnetwork: "nodes", podsRange: "pods", servicesRange: "s" },
    storesRange: "google",
  };
  const platform = gcpSettings({
    network,
    cluster: { kind: "existing", name: "own" },
    dns: { kind: "existing", name: "acme.dev", zone: "acme-dev" },
  });

  it("is said all at once, each with its key", () => {
    const found = checkFound({ platform, logfire: logfireOnGcp() }, factsOf());
    assert.deepEqual(
      found.map(({ key }) => key),
      [
        "gcp.network.existing.subnetwork",
        "gcp.network.existing.storesRange",
        "gcp.cluster.existing.name",
        "gcp.dns.existing.zone",
      ],
    );
  });

  it("is a subnet for proxies, where the load balancer consists of some", () => {
    const edge = { ...logfireOnGcp().edge, mode: "native" as const, exposure: "internal" as const };
    const facts = {
      network: {
        ...{ id: "n", subnetworkId: "s", network: "shared", cidr: "10.80.0.0/20", privateGoogleAccess: true },
        secondaryRanges: [],
      },
    };
    const problems = (proxiesCidr?: string) =>
      checkFound(
        { platform: gcpSettings({ network }), logfire: logfireOnGcp({ edge }) },
        factsOf({ network: { ...facts.network, ...(proxiesCidr === undefined ? {} : { proxiesCidr }) } }),
      ).map(({ problem }) => problem);
    assert.ok(problems().some((problem) => /no subnet for proxies in europe-west3/.test(problem)));
    assert.ok(!problems("10.80.48.0/23").some((problem) => /proxies/.test(problem)));
  });

  it("is Workload Identity, and for the native edge Google's Gateway, in an owner's cluster", () => {
    const own = {
      ...{ name: "own", id: "id", version: "1.35.8-gke.1", server: "https://own.test", workloadPool: "" },
      gatewayApi: false,
    };
    const edge = { ...logfireOnGcp().edge, mode: "native" as const };
    const problems = checkCluster({ platform, logfire: logfireOnGcp({ edge }) }, { cluster: own });
    assert.deepEqual(
      problems.map(({ remedy }) => /--(workload-pool|gateway-api)/.exec(remedy)?.[1]),
      ["workload-pool", "gateway-api"],
    );
    const fit = { ...own, workloadPool: "mycompany-logfire.svc.id.goog" };
    assert.deepEqual(checkCluster({ platform, logfire: logfireOnGcp() }, { cluster: fit }), []);
  });
});

describe("making the platform on GCP", () => {
  const make = async (given: Parameters<typeof settingsOf>[0], answers: Answers): Promise<Recording<unknown>> => {
    const { call } = answering(answers);
    const recording = await record(
      () => {
        const made = createGcpPlatform("platform", { settings: settingsOf(given), secrets: {} });
        made.catch(() => undefined);
        return made;
      },
      { outputs: gcpOutputs, call },
    );
    await recording.result;
    return recording;
  };

  it("says everything that does not fit the project, and then has made nothing", async () => {
    const { nodes } = gcpSettings();
    const refused = make(
      { platform: { nodes: { ...nodes, scratch: { ...nodes.scratch, localSsds: 3 } } } },
      { ...empty, getMachineTypes: () => types("n2-highmem-8") },
    );
    await assert.rejects(refused, (error: Error) => {
      assert.match(error.message, /gcp\.nodes\.general\.type: europe-west3 offers n2d-standard-8 nowhere/);
      assert.match(error.message, /gcp\.nodes\.scratch\.localSsds: a n2-highmem-8 cannot have 3 local SSDs/);
      assert.ok(!error.message.includes("    at "));
      return true;
    });
  });

  it("refuses a name that node pools could not be named by, before it makes or asks anything", async () => {
    const { asked, call } = answering(empty);
    const { resources, result } = await record(
      () => createGcpPlatform("Platform", { settings: settingsOf({}), secrets: {} }).catch((error: unknown) => error),
      { outputs: gcpOutputs, call },
    );
    assert.match(String(await result), /^UserError: The name "Platform" of the GcpPlatform does not do/);
    assert.deepEqual([asked, resources], [[], []]);
  });

  it("goes on where the project's limits are low: somebody may have asked for more already", async () => {
    const recording = await make({}, empty);
    assert.ok(recording.resources.some(({ type }) => type === "gcp:container/cluster:Cluster"));
  });

  it("refuses settings for another platform in words", async () => {
    const settings = { platform: { kind: "aws" }, logfire: logfireOnGcp() } as never;
    await assert.rejects(createGcpPlatform("platform", { settings, secrets: {} }), /write `platform: gcp` in them/);
  });
});
