import assert from "node:assert/strict";
import { checkGcp, chooseZones, type CheckedFacts } from "../../../components/platform/gcp/check";
import { describeChecks, describeZones, foundIn } from "../../clouds/check";
import { adoptedFacts, adoptedNetwork, checked, gcp, gcpOf, generous } from "./values";

const project = { stacks: gcp, check: checkGcp, generous };
const found = foundIn(project);

const adopted = { network: { kind: "existing" as const, ...adoptedNetwork } };
const inNetwork = (
  change: Partial<NonNullable<CheckedFacts["network"]>> = {},
  stores: Partial<NonNullable<CheckedFacts["storesRange"]>> = {},
) => {
  const { network, storesRange } = adoptedFacts;
  assert.ok(network !== undefined && storesRange !== undefined);
  return found({ network: { ...network, ...change }, storesRange: { ...storesRange, ...stores } }, {}, adopted);
};

describeChecks(project, () => {
  it("is refused in a region that is none, or without zones for this project", () =>
    assert.deepEqual(found({ region: "europe-west99", zones: [] }), [
      'gcp.region: "europe-west99" has no zones: there is no such region, or the project may not use it; write one that `gcloud compute regions list` names, such as europe-west3',
    ]));

  it("warns of a limit that is too low, with the numbers and the way to more", () => {
    const quotas = {
      ...generous.quotas,
      "CPUS-ALL-REGIONS-per-project": 32,
      "LOCAL-SSD-TOTAL-GB-per-project-region": 6000,
    };
    const { problems, warnings } = checkGcp(checked(), { ...generous, quotas });
    assert.deepEqual(problems, []);
    assert.deepEqual(warnings, [
      "vCPUs of all regions together (CPUS-ALL-REGIONS-per-project): the project has 32, and this stack needs 48 even to come up (7 n2d-standard-8 × 8 + 18 n2-highmem-8 × 8 = 200 at the most, 48 at the least), beside what else runs in it. Ask for more: gcloud beta quotas preferences create --project=mycompany-logfire --service=compute.googleapis.com --quota-id=CPUS-ALL-REGIONS-per-project --preferred-value=200",
      "local SSDs, GB (LOCAL-SSD-TOTAL-GB-per-project-region): the project has 6000, and this stack needs 13500 at full scale (18 nodes × 2 × 375 = 13500 at the most, 2250 at the least), beside what else runs in it. Ask for more: gcloud beta quotas preferences create --project=mycompany-logfire --service=compute.googleapis.com --quota-id=LOCAL-SSD-TOTAL-GB-per-project-region --dimensions=region=europe-west3 --preferred-value=13500",
    ]);
  });

  it("says nothing of a limit that there is not, and once that limits were not told", () => {
    assert.deepEqual(checkGcp(checked(), { ...generous, quotas: {} }).warnings, []);
    const { problems, warnings } = checkGcp(checked(), { ...generous, quotas: {}, quotasUnread: true });
    assert.deepEqual(problems, []);
    assert.deepEqual(warnings, [
      "Google did not tell the limits of mycompany-logfire, so that one that is too low is not seen before nodes stay away. Run `gcloud services enable cloudquotas.googleapis.com --project mycompany-logfire` and `export GOOGLE_CLOUD_QUOTA_PROJECT=mycompany-logfire`, with the rights serviceusage.services.use and cloudquotas.quotas.get",
    ]);
  });

  it("is refused with a range in which Cloud SQL would answer nobody, unless PostgreSQL is the owner's", () => {
    const { network } = gcpOf();
    assert.ok(network.kind === "create");
    const there = { network: { ...network, cidr: "172.16.0.0/15" } };
    assert.deepEqual(found({}, {}, there), [
      'gcp.network.cidr: "172.16.0.0/15" overlaps 172.17.0.0/16, which Cloud SQL has for itself: it answers nobody there; write a range apart from it, such as 10.40.0.0/16',
    ]);
    const where = { host: "db.acme.dev", port: 5432, cidrs: ["10.9.0.0/24"] };
    const own = { kind: "external" as const, ...where, adminUser: "a", adminDatabase: "a", tls: "require" as const };
    assert.deepEqual(found({}, {}, { ...there, postgres: own }), []);
  });

  it("is refused where the adopted zone has another name, or only the network sees it", () => {
    const dns = { kind: "existing" as const, name: "mycompany.dev", zone: "mycompany-dev" };
    const zoneOf = (dnsName: string, visibility: string) =>
      found({ managedZone: { dnsName, visibility } }, {}, { dns });
    assert.deepEqual(zoneOf("other.dev.", "public"), [
      'gcp.dns.existing: mycompany-dev is the zone "other.dev", not "mycompany.dev"; write the zone\'s own name, and what Cloud DNS calls it',
    ]);
    assert.match(zoneOf("mycompany.dev.", "private")[0] ?? "", /mycompany-dev is private; write a public zone/);
    assert.deepEqual(zoneOf("mycompany.dev.", "public"), []);
  });
});

describeZones(project, {
  chooseZones,
  owner: "project",
  region: "europe-west3",
  named: (letter) => `europe-west3-${letter}`,
  general: "n2d-standard-8",
  scratch: "n2-highmem-8",
  instead: ["n2d-standard-8", "c4-highmem-16-lssd", "c4a-standard-8"],
  usable: ["n2d-standard-8", "c4-highmem-16-lssd"],
  remedy: "choose from n2d-standard-8, which three zones offer",
});

describe("zones for the nodes on GCP", () => {
  it("are those that are named, in an order of their own, which nothing depends on", () => {
    const { network } = gcpOf();
    assert.ok(network.kind === "create");
    const named = (...names: readonly string[]) => ({ ...gcpOf(), network: { ...network, zones: names } });
    assert.deepEqual(chooseZones(named("z", "x", "y"), generous), ["x", "y", "z"]);
  });
});

describe("an adopted network on GCP", () => {
  it("is accepted with its ranges, room and Private Google Access", () => assert.deepEqual(inNetwork(), []));

  it("is refused with a subnet that is another network's", () =>
    assert.deepEqual(inNetwork({ network: "other" }), [
      'gcp.network.existing.subnetwork: "nodes" is a subnet of other, not of shared; write the network\'s own subnet',
    ]));

  it("is refused without Private Google Access, with the command", () =>
    assert.match(
      inNetwork({ privateGoogleAccess: false })[0] ?? "",
      /^gcp\.network\.existing\.subnetwork: "nodes" has no Private Google Access, .*; run gcloud compute networks subnets update nodes --enable-private-ip-google-access$/,
    ));

  it("is refused with a secondary range that the subnet has not, with those that it has", () => {
    const [services] = adoptedFacts.network?.secondaryRanges.slice(1) ?? [];
    assert.ok(services !== undefined);
    assert.deepEqual(inNetwork({ secondaryRanges: [services] }), [
      'gcp.network.existing.podsRange: "pods" is no secondary range of the subnet; choose from services',
    ]);
    assert.match(inNetwork({ secondaryRanges: [] })[1] ?? "", /servicesRange: "services" is no .*; add one to it$/);
  });

  it("is refused with too few addresses for pods or nodes, with the arithmetic", () => {
    const services = { name: "services", cidr: "10.80.16.0/20" };
    assert.deepEqual(inNetwork({ secondaryRanges: [{ name: "pods", cidr: "10.96.0.0/20" }, services] }), [
      "gcp.network.existing.podsRange: 10.96.0.0/20 has addresses for 16 nodes, and there are 31 at full scale " +
        "(7 n2d-standard-8 + 3 while they are replaced + 18 n2-highmem-8 + 3 while they are replaced); " +
        "name a larger one, or lower gcp.nodes' maxNodes",
    ]);
    assert.match(
      inNetwork({ cidr: "10.80.0.0/27" })[0] ?? "",
      /subnetwork: 10\.80\.0\.0\/27 has addresses for 28 nodes/,
    );
  });

  it("is refused with a range in which Cloud SQL would answer nobody", () => {
    const services = { name: "services", cidr: "10.80.16.0/20" };
    assert.deepEqual(
      inNetwork({ secondaryRanges: [{ name: "pods", cidr: "172.16.0.0/14" }, services] }, { cidr: "172.17.0.0/20" }),
      [
        "gcp.network.existing.podsRange: 172.16.0.0/14 overlaps 172.17.0.0/16, which Cloud SQL has for itself: it answers nobody there; name one apart from it, or use a PostgreSQL of your own",
        "gcp.network.existing.storesRange: 172.17.0.0/20 overlaps 172.17.0.0/16, which Cloud SQL has for itself: it answers nobody there; name one apart from it, or use a PostgreSQL of your own",
      ],
    );
  });

  it("is refused with a range for the stores that is for something else, or elsewhere", () => {
    assert.deepEqual(inNetwork({}, { purpose: "" }), [
      "gcp.network.existing.storesRange: is for nothing, not for private services access; name a range whose purpose is VPC_PEERING",
    ]);
    assert.match(inNetwork({}, { network: "other" })[0] ?? "", /storesRange: lies in other, not in shared/);
  });
});
