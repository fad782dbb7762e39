import assert from "node:assert/strict";
import {
  durableStorageClass,
  identityFacts,
  nativeFacts,
  objectStoreFacts,
  redisDestinations,
} from "../../../components/platform/aws/figures/facts";
import { placeholders, plannedFacts } from "../../../components/platform/aws/figures/plannedFacts";
import { storageClassManifest } from "../../../components/platform/aws/manifests/storageClass";
import type { AwsPlatformSettings } from "../../../components/settings/aws/types";
import { describeFacts } from "../../clouds/facts";
import { adoptedNetwork, aws, settings, type Values, withAws } from "./values";

const planned = (values: Values = {}) => plannedFacts(settings(values));

const offered = {
  ...{ plannedFacts, placeholders, redisDestinations },
  reached: (platform: AwsPlatformSettings) => ({
    identity: identityFacts(platform, "id"),
    uri: objectStoreFacts(platform, "none").uri,
  }),
  external: { uri: "s3://mine", key: "AWS_SECRET_ACCESS_KEY" },
  stores: { postgres: "10.40.0.0/16", redis: "10.40.0.0/16", redisPort: 6379 },
  verified: ["verify-full", /^-----BEGIN CERTIFICATE-----/],
} as const;

describeFacts(aws, offered, () => {
  it("lets pods into the bucket by an association, or by a role's name on their account, and with nothing to keep secret", () => {
    const { identity, objectStore } = planned();
    assert.deepEqual([identity.podLabels, identity.serviceAccountAnnotations], [{}, {}]);
    assert.deepEqual(planned(withAws({ identity: "irsa" })).identity.serviceAccountAnnotations, {
      "eks.amazonaws.com/role-arn": "PLACEHOLDER-WORKLOADS-ROLE-ARN",
    });
    assert.deepEqual(objectStore.environment, { AWS_DEFAULT_REGION: "eu-central-1" });
    assert.deepEqual([objectStore.uri, objectStore.secretEnvironmentKeys], ["s3://PLACEHOLDER-BUCKET", []]);
  });

  it("opens the way to where credentials come from: the agent on the node, or STS by its name", () => {
    assert.deepEqual(planned().identity.destinations, [
      { port: 80, to: { cidrs: ["169.254.170.23/32", "fd00:ec2::23/128"] } },
    ]);
    assert.deepEqual(planned(withAws({ identity: "irsa" })).identity.destinations, [
      { port: 443, to: { cidrs: ["0.0.0.0/0", "::/0"] } },
    ]);
  });

  it("keeps the ingest queue on a disk in the zone of its pod", () => {
    assert.equal(planned().durableStorageClass, durableStorageClass);
    assert.equal(storageClassManifest.metadata.name, durableStorageClass);
    assert.equal(storageClassManifest.volumeBindingMode, "WaitForFirstConsumer");
  });

  it("lets cert-manager prove hostnames in the zone, and only where it does so", () => {
    const irsa = withAws({ identity: "irsa" });
    const { edge } = planned(irsa);
    assert.deepEqual(edge.certManagerIdentity.serviceAccountAnnotations, {
      "eks.amazonaws.com/role-arn": "PLACEHOLDER-CERT-MANAGER-ROLE-ARN",
    });
    assert.deepEqual(edge.dns01, { route53: { region: "eu-central-1", hostedZoneID: "PLACEHOLDER-ZONE-ID" } });
    const http = planned({ ...irsa, edge: { certificate: { source: "acme", challenge: "http01" } } }).edge;
    assert.deepEqual(http.certManagerIdentity.serviceAccountAnnotations, {});
  });

  it("lets the cluster's own pods in, whichever way they come", () => {
    assert.deepEqual(planned().edge.clusterRanges, ["10.40.0.0/16"]);
    assert.equal(planned({ edge: { sourceRanges: ["203.0.113.0/24"] } }).edge.clusterRanges.length, 1 + 3);
    assert.deepEqual(planned(withAws({ network: { existing: adoptedNetwork } })).edge.clusterRanges, [
      "PLACEHOLDER-VPC-RANGE",
    ]);
  });
});

describe("the load balancer of AWS", () => {
  it("is the platform's own, on ports of the nodes, with an address in each zone or a name inside the network", () => {
    const { addresses, asksByAddress, nodePorts } = planned().edge.loadBalancer;
    assert.deepEqual([addresses?.length, asksByAddress], [3, false]);
    assert.ok(nodePorts !== undefined);
    const inside = planned({ edge: { exposure: "internal" } }).edge.loadBalancer;
    assert.deepEqual(inside.addresses, ["PLACEHOLDER-BALANCER-NAME"]);
  });

  it("is nobody's where the stack brings no Gateway, or the cloud's own one", () => {
    for (const mode of ["none", "native"]) {
      const { addresses, nodePorts } = planned({ edge: { mode } }).edge.loadBalancer;
      assert.deepEqual([addresses, nodePorts], [undefined, undefined], mode);
    }
  });

  it("in the mode native calls from the VPC, on ports of its own", () => {
    const { sources, forwardedHops, nodePorts } = nativeFacts(["alb.test"], "10.40.0.0/16");
    assert.deepEqual([sources, forwardedHops], [["10.40.0.0/16"], 1]);
    const { nodePorts: envoy } = planned().edge.loadBalancer;
    const taken: readonly number[] = Object.values(envoy ?? {});
    for (const port of Object.values(nodePorts)) assert.ok(!taken.includes(port), String(port));
    assert.equal(planned().edge.native, undefined);
  });
});
