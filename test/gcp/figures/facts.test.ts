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
import type { GcpPlatformSettings } from "../../../components/settings/gcp/types";
import { describeFacts } from "../../clouds/facts";
import { adoptedNetwork, gcp, settings, type Values, withGcp } from "./values";

const planned = (values: Values = {}) => plannedFacts(settings(values));

const offered = {
  ...{ plannedFacts, placeholders, redisDestinations },
  reached: (platform: GcpPlatformSettings) => ({
    identity: identityFacts(platform, "id"),
    uri: objectStoreFacts(platform, "none").uri,
  }),
  external: { uri: "gs://mine", key: "GOOGLE_SERVICE_ACCOUNT_KEY" },
  stores: { postgres: "10.40.32.0/20", redis: "10.40.32.0/20", redisPort: 6379 },
  // The certificate names no address: only its authority can be verified.
  verified: ["verify-ca", /^PLACEHOLDER-DATABASE-AUTHORITY\n$/],
} as const;

describeFacts(gcp, offered, () => {
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

  it("makes the database with the administrator that Cloud SQL has", () =>
    assert.equal(planned().postgres.adminUser, "postgres"));

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
