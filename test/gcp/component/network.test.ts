import assert from "node:assert/strict";
import { valueOf, type Recording } from "../../support/harness";
import { gcpSettings, logfireOnGcp } from "../settings";
import { comesAfter, inputsOf, ofType, recordPlatform, usualRecording } from "./support";

const network = (changes: object) => ({ platform: { network: { ...gcpSettings().network, ...changes } } });
const limitedNative = {
  logfire: {
    edge: { ...logfireOnGcp().edge, mode: "native" as const, sourceRanges: ["198.51.100.0/24"] },
  },
};
const one = (recording: Recording<unknown>, type: string) => {
  const [found, ...others] = ofType(recording, type);
  assert.ok(found !== undefined && others.length === 0, `${others.length + 1} of ${type}`);
  return inputsOf(found);
};
const external = { kind: "external", port: 5432, host: "db.acme.dev", cidrs: ["10.9.0.0/24"] } as const;

describe("the network on GCP", () => {
  it("is one subnet of the region, with ranges for pods and Services that hold every node at full scale", async () => {
    const recording = await usualRecording();
    const { ipCidrRange, secondaryIpRanges, privateIpGoogleAccess, region } = one(
      recording,
      "gcp:compute/subnetwork:Subnetwork",
    );
    assert.deepEqual([ipCidrRange, privateIpGoogleAccess, region], ["10.40.0.0/20", true, "europe-west3"]);
    assert.deepEqual(secondaryIpRanges, [
      { rangeName: "pods", ipCidrRange: "10.40.128.0/17" },
      { rangeName: "services", ipCidrRange: "10.40.16.0/20" },
    ]);
    const { autoCreateSubnetworks, routingMode } = one(recording, "gcp:compute/network:Network");
    assert.deepEqual([autoCreateSubnetworks, routingMode], [false, "REGIONAL"]);
    const cluster = inputsOf(recording.named("platform-cluster"));
    assert.deepEqual(cluster["ipAllocationPolicy"], {
      clusterSecondaryRangeName: "pods",
      servicesSecondaryRangeName: "services",
    });
    assert.equal(cluster["defaultMaxPodsPerNode"], 110, "256 addresses for each node");
  });

  it("goes out by Cloud NAT with ports that grow with need, and with addresses of Google's", async () => {
    const nat = one(await usualRecording(), "gcp:compute/routerNat:RouterNat");
    const { natIpAllocateOption, natIps, enableDynamicPortAllocation, enableEndpointIndependentMapping } = nat;
    assert.deepEqual(
      [natIpAllocateOption, natIps, enableDynamicPortAllocation, enableEndpointIndependentMapping],
      ["AUTO_ONLY", undefined, true, false],
    );
    assert.equal(nat["sourceSubnetworkIpRangesToNat"], "ALL_SUBNETWORKS_ALL_IP_RANGES");
    for (const bound of ["minPortsPerVm", "maxPortsPerVm"] as const)
      assert.ok(Number.isInteger(Math.log2(Number(nat[bound]))), "Google takes powers of two alone");
    assert.ok(Number(nat["minPortsPerVm"]) < Number(nat["maxPortsPerVm"]));
  });

  it("goes out by a known address where pods come back in through a load balancer that asks for it", async () => {
    const recording = await recordPlatform(limitedNative);
    const { natIpAllocateOption, natIps } = one(recording, "gcp:compute/routerNat:RouterNat");
    assert.deepEqual([natIpAllocateOption, natIps], ["MANUAL_ONLY", ["link-platform-nat-0"]]);
    const ranges = await Promise.all(recording.result.edge.clusterRanges.map((range) => valueOf(range)));
    assert.deepEqual(ranges, ["10.40.0.0/20", "10.40.128.0/17", "192.0.2.14/32"]);
  });

  it("gives Google's stores a range of their own, and makes them when the networks are connected", async () => {
    const recording = await usualRecording();
    const { purpose, addressType, address, prefixLength } = one(recording, "gcp:compute/globalAddress:GlobalAddress");
    assert.deepEqual([purpose, addressType, address, prefixLength], ["VPC_PEERING", "INTERNAL", "10.40.32.0", 20]);
    const [connection = assert.fail("none")] = ofType(recording, "gcp:servicenetworking/connection:Connection");
    assert.deepEqual(inputsOf(connection)["reservedPeeringRanges"], ["logfire-test-stores"]);
    const { settings } = one(recording, "gcp:sql/databaseInstance:DatabaseInstance");
    const { ipConfiguration } = settings as Record<string, unknown>;
    const { privateNetwork, allocatedIpRange } = ipConfiguration as Record<string, unknown>;
    assert.deepEqual([privateNetwork, allocatedIpRange], ["platform-network-id", "logfire-test-stores"]);
    for (const store of ["platform-redis", "platform-postgres"])
      assert.ok(comesAfter(recording, store).has("platform-stores"), store);
  });

  it("is connected with nothing, and goes whole, where the stores are the owner's", async () => {
    const postgres = { ...external, adminUser: "admin", adminDatabase: "postgres", tls: "require" } as const;
    const recording = await recordPlatform({
      platform: { postgres, redis: { kind: "inCluster" } },
      secrets: { postgresAdminPassword: "given" },
    });
    for (const type of ["gcp:servicenetworking/connection:Connection", "gcp:compute/globalAddress:GlobalAddress"])
      assert.equal(ofType(recording, type).length, 0, type);
    assert.equal(one(recording, "gcp:compute/network:Network")["deletionPolicy"], undefined);
    const services = ofType(recording, "gcp:projects/service:Service").map(({ name }) => name);
    for (const api of ["sqladmin", "redis", "servicenetworking"])
      assert.ok(!services.includes(`platform-api-${api}`), `${api} is enabled for nothing`);
  });

  it("opens nothing itself: GKE and the load balancers open what they need", async () => {
    assert.equal(ofType(await usualRecording(), "gcp:compute/firewall:Firewall").length, 0);
  });

  it("writes flow logs only where the owner asks for them", async () => {
    const subnet = "gcp:compute/subnetwork:Subnetwork";
    assert.equal(one(await usualRecording(), subnet)["logConfig"], undefined);
    assert.ok(one(await recordPlatform(network({ flowLogs: true })), subnet)["logConfig"]);
  });

  it("stays in its zones when Google offers machines in others, unless the owner named them", async () => {
    const pools = ["platform-general", "platform-scratch", "platform-cluster"];
    const chosen = await usualRecording();
    const zones = ["europe-west3-b", "europe-west3-c", "europe-west3-a"];
    const named = await recordPlatform(network({ zones }));
    for (const pool of pools) {
      assert.ok(chosen.named(pool).ignoreChanges.includes("nodeLocations"), pool);
      assert.ok(!named.named(pool).ignoreChanges.includes("nodeLocations"), pool);
      assert.deepEqual(inputsOf(named.named(pool))["nodeLocations"], [...zones].sort(), pool);
    }
  });
});
