import assert from "node:assert/strict";
import type { MockResourceArgs } from "@pulumi/pulumi/runtime";
import { createGcpProvider, GcpPlatform, type GcpFacts } from "../../components/platform/gcp";
import { machineTypes } from "../../components/platform/gcp/figures/machineTypes";
import { placeholders } from "../../components/platform/gcp/figures/plannedFacts";
import { labelsText } from "../../components/platform/gcp/manifests/storageClass";
import { labelsOf } from "../../components/platform/gcp/names";
import { gcpOutputs } from "../gcp/component/support";
import { adoptedFacts, adoptedNetwork } from "../gcp/figures/values";
import { factsOf } from "../gcp/settings";
import { describeRendering, office } from "./renderCloud";

function computed(resource: MockResourceArgs): Record<string, unknown> {
  const { type, name } = resource;
  const known: Readonly<Record<string, Record<string, unknown>>> = {
    "gcp:sql/databaseInstance:DatabaseInstance": {
      privateIpAddress: "PLACEHOLDER-DATABASE-HOST",
      serverCaCerts: [{ cert: "PLACEHOLDER-DATABASE-AUTHORITY" }],
    },
    "gcp:storage/bucket:Bucket": { name: "PLACEHOLDER-BUCKET" },
    "gcp:dns/managedZone:ManagedZone": { name: "PLACEHOLDER-ZONE-NAME" },
    "gcp:compute/address:Address": {
      address: name.includes("-nat-") ? "PLACEHOLDER-NAT-ADDRESS-0" : "PLACEHOLDER-BALANCER-ADDRESS",
    },
    "gcp:compute/globalAddress:GlobalAddress": { address: "PLACEHOLDER-BALANCER-ADDRESS" },
    "gcp:serviceaccount/account:Account": { email: accounts[name] ?? `${name}@test` },
  };
  return { ...gcpOutputs(resource), ...known[type] };
}
const accounts: Readonly<Record<string, string>> = {
  "platform-workloads": "PLACEHOLDER-WORKLOADS-ACCOUNT",
  "platform-cert-manager": "PLACEHOLDER-CERT-MANAGER-ACCOUNT",
};

const { network, storesRange } = adoptedFacts;
assert.ok(network !== undefined && storesRange !== undefined);
const [pods, services] = network.secondaryRanges;
assert.ok(pods !== undefined && services !== undefined);
const proxiesCidr = "10.80.48.0/23";

/** A project in which what the stack adopts is there. */
const facts = (): GcpFacts =>
  factsOf({
    zones: ["a", "b", "c"].map((zone) => ({ name: `europe-west3-${zone}`, offers: Object.keys(machineTypes) })),
    network: {
      ...network,
      ...{ id: "projects/p/global/networks/shared", subnetworkId: "projects/p/subnetworks/nodes", proxiesCidr },
    },
    storesRange: { ...storesRange, name: "stores" },
    managedZone: { dnsName: "mycompany.dev.", visibility: "public" },
    cluster: {
      ...{ name: "mine", id: "projects/p/locations/europe-west3/clusters/mine", version: "1.35.8-gke.1036000" },
      ...{ server: "https://cluster.test", workloadPool: "p.svc.id.goog", gatewayApi: true },
    },
  });

const inside = { network: { existing: adoptedNetwork } };

describeRendering({
  ...{ kind: "gcp", title: "GCP", placeholders, computed, inside },
  make: (args, platform) =>
    new GcpPlatform("platform", { ...args, facts: facts() }, { provider: createGcpProvider("platform", platform) }),
  known: (platform) => ({
    // Labels name the mocked stack.
    "PLACEHOLDER-LABELS": labelsText(labelsOf({ project: "logfire-platform", stack: "test" }, platform.labels)),
    "PLACEHOLDER-NODES-RANGE": network.cidr,
    "PLACEHOLDER-PODS-RANGE": pods.cidr,
    "PLACEHOLDER-STORES-RANGE": storesRange.cidr,
    "PLACEHOLDER-PROXIES-RANGE": proxiesCidr,
  }),
  objects: 80,
  owned: {
    ...inside,
    cluster: { existing: { name: "mine" } },
    objectStore: { existing: { bucket: "owned" } },
    dns: { existing: { name: "mycompany.dev", zone: "mycompany-dev" } },
  },
  left: [
    "PLACEHOLDER-NODES-RANGE",
    "PLACEHOLDER-PODS-RANGE",
    "PLACEHOLDER-WORKLOADS-ACCOUNT",
    "PLACEHOLDER-BALANCER-ADDRESS",
    "PLACEHOLDER-LABELS",
  ],
  more: {
    "one with the cloud's own load balancer": { others: { edge: { mode: "native" } } },
    "one with the cloud's own load balancer for given ranges, and TLS in the cluster": {
      others: { edge: { mode: "native", ...office }, inClusterTls: {} },
    },
    "one with the cloud's own load balancer inside the owner's network": {
      cloud: inside,
      others: { edge: { mode: "native", exposure: "internal" } },
    },
  },
});
