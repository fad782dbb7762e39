import assert from "node:assert/strict";
import {
  durableStorageClass,
  googleRanges,
  identityFacts,
  loadBalancerFacts,
  nativeFacts,
  objectStoreFacts,
  redisDestinations,
} from "../../../components/platform/gcp/figures/facts";
import { placeholders, plannedFacts } from "../../../components/platform/gcp/figures/plannedFacts";
import { labelsText, storageClassManifest } from "../../../components/platform/gcp/manifests/storageClass";
import { adoptedNetwork, gcpOf, settings, withGcp } from "./values";

const planned = (...values: Parameters<typeof settings>) => {
  const { platform, logfire } = settings(...values);
  assert.ok(platform.kind === "gcp");
  return plannedFacts({ platform, logfire });
};

describe("what GCP offers Logfire", () => {
  it("lets pods into the bucket by a service account, and with nothing to keep secret or to set", () => {
    const { identity, objectStore } = planned();
    assert.deepEqual(identity.podLabels, {});
    assert.deepEqual(identity.serviceAccountAnnotations, {
      "iam.gke.io/gcp-service-account": "PLACEHOLDER-WORKLOADS-ACCOUNT",
    });
    // A service account's name in the environment would be taken for the path of its key.
    assert.deepEqual([objectStore.environment, objectStore.secretEnvironmentKeys], [{}, []]);
    assert.equal(objectStore.uri, "gs://PLACEHOLDER-BUCKET");
  });

  it("opens the way to GKE's metadata server, by the address of either dataplane", () =>
    assert.deepEqual(planned().identity.destinations, [
      { port: 80, to: { cidrs: ["169.254.169.254/32"] } },
      { port: 988, to: { cidrs: ["169.254.169.252/32"] } },
    ]));

  it("gives no identity where a bucket comes with keys of its own", () => {
    const store = {
      ...{ kind: "external" as const, uri: "gs://mine", environment: {}, port: 443, cidrs: [] },
      secretEnvironmentKeys: ["GOOGLE_SERVICE_ACCOUNT_KEY"],
    };
    const platform = { ...gcpOf(), objectStore: store };
    assert.deepEqual(identityFacts(platform, "id"), { serviceAccountAnnotations: {}, podLabels: {}, destinations: [] });
    assert.equal(objectStoreFacts(platform, "none").uri, "gs://mine");
  });

  it("opens the way to each store in Google's range, and to nothing else of the network", () => {
    const { postgres, redis } = planned();
    assert.deepEqual(postgres.destination, { port: 5432, to: { cidrs: ["10.40.32.0/20"] } });
    assert.deepEqual(redis.destinations, [{ port: 6379, to: { cidrs: ["10.40.32.0/20"] } }]);
    const inside = gcpOf(withGcp({ redis: { inCluster: true } }));
    assert.deepEqual(redisDestinations(inside, ""), [{ port: 6379, to: { component: "logfire-redis" } }]);
  });

  it("verifies the database by its own authority, because its certificate names no address", () => {
    const { tls, caBundle, adminUser } = planned().postgres;
    assert.deepEqual([tls, caBundle, adminUser], ["verify-ca", "PLACEHOLDER-DATABASE-AUTHORITY\n", "postgres"]);
  });

  it("keeps the ingest queue on a disk in the zone of its pod", () => {
    assert.equal(planned().durableStorageClass, durableStorageClass);
    const storageClass = storageClassManifest(labelsText({ team: "observability", purpose: "trial" }));
    assert.equal(storageClass.metadata.name, durableStorageClass);
    assert.equal(storageClass.volumeBindingMode, "WaitForFirstConsumer");
    assert.equal(storageClass.parameters.labels, "team=observability,purpose=trial");
  });

  it("lets cert-manager prove hostnames in the zone, and only where it does so", () => {
    const { edge } = planned();
    assert.deepEqual(edge.certManagerIdentity.serviceAccountAnnotations, {
      "iam.gke.io/gcp-service-account": "PLACEHOLDER-CERT-MANAGER-ACCOUNT",
    });
    assert.deepEqual(edge.dns01, {
      cloudDNS: { project: "mycompany-logfire", hostedZoneName: "PLACEHOLDER-ZONE-NAME" },
    });
    const given = planned(withGcp({ dns: { existing: { name: "mycompany.dev", zone: "mycompany-dev" } } })).edge;
    assert.deepEqual(given.dns01, { cloudDNS: { project: "mycompany-logfire", hostedZoneName: "mycompany-dev" } });
    const http = planned({ edge: { certificate: { source: "acme", challenge: "http01" } } }).edge;
    assert.deepEqual(http.certManagerIdentity.serviceAccountAnnotations, {});
  });

  it("lets the cluster's own pods in, whichever way they come", () => {
    assert.deepEqual(planned().edge.clusterRanges, ["10.40.0.0/20", "10.40.128.0/17"]);
    const office = { mode: "native", sourceRanges: ["203.0.113.0/24"] };
    assert.deepEqual(planned({ edge: office }).edge.clusterRanges.slice(2), ["PLACEHOLDER-NAT-ADDRESS-0/32"]);
    assert.deepEqual(planned(withGcp({ network: { existing: adoptedNetwork } })).edge.clusterRanges, [
      "PLACEHOLDER-NODES-RANGE",
      "PLACEHOLDER-PODS-RANGE",
    ]);
  });

  it("names no placeholder without saying what it is", () => {
    const named = JSON.stringify(planned()).match(/PLACEHOLDER-[A-Z-]*[A-Z]/g) ?? [];
    assert.ok(named.length > 5);
    for (const name of named) assert.ok(name in placeholders, name);
  });
});

describe("the load balancer of GKE", () => {
  it("asks for its address, and says what it is made of", () =>
    assert.deepEqual(loadBalancerFacts(["192.0.2.1"]), {
      annotations: {
        public: { "cloud.google.com/l4-rbs": "enabled" },
        internal: { "networking.gke.io/load-balancer-type": "Internal" },
      },
      addresses: ["192.0.2.1"],
      asksByAddress: true,
    }));

  it("is nobody's where the stack brings no Gateway, or the cloud's own one", () => {
    for (const mode of ["none", "native"]) {
      const { addresses, asksByAddress } = planned({ edge: { mode } }).edge.loadBalancer;
      assert.deepEqual([addresses, asksByAddress], [undefined, false], mode);
    }
  });

  it("in the mode native calls from Google's ranges, inside the network from its proxies too", () => {
    assert.deepEqual(nativeFacts(["192.0.2.1"]).sources, googleRanges);
    const { native } = planned({ edge: { mode: "native", exposure: "internal" } }).edge;
    assert.deepEqual(native?.sources, [...googleRanges, "10.40.48.0/23"]);
    assert.deepEqual([native?.nodePorts, native?.forwardedHops], [undefined, 2]);
    assert.equal(planned().edge.native, undefined);
  });
});
