import assert from "node:assert/strict";
import {
  loadBalancerFacts,
  durableStorageClass,
  identityFacts,
  objectStoreFacts,
  redisDestinations,
  storePorts,
} from "../../../components/platform/azure/figures/facts";
import { clusterRanges, placeholders, plannedFacts } from "../../../components/platform/azure/figures/plannedFacts";
import type { AzurePlatformSettings } from "../../../components/settings/azure/types";
import { describeFacts } from "../../clouds/facts";
import { azure, settings, type Values, withAzure } from "./values";

const planned = (values: Values = {}) => plannedFacts(settings(values));

const offered = {
  ...{ plannedFacts, placeholders, redisDestinations },
  reached: (platform: AzurePlatformSettings) => ({
    identity: identityFacts(platform, "id"),
    uri: objectStoreFacts(platform, { account: "none", container: "none" }).uri,
  }),
  external: { uri: "az://mine", key: "AZURE_STORAGE_ACCOUNT_KEY" },
  stores: { postgres: "10.60.128.0/18", redis: "10.60.192.0/18", redisPort: storePorts.redis },
  verified: ["verify-full", /^-----BEGIN CERTIFICATE-----/],
} as const;

describeFacts(azure, offered, () => {
  it("lets pods into the container by a label and a client id, and with nothing to keep secret", () => {
    const { identity, objectStore } = planned();
    assert.deepEqual(identity.podLabels, { "azure.workload.identity/use": "true" });
    assert.deepEqual(identity.serviceAccountAnnotations, {
      "azure.workload.identity/client-id": "PLACEHOLDER-WORKLOADS-CLIENT-ID",
    });
    assert.deepEqual(objectStore.secretEnvironmentKeys, []);
    assert.deepEqual(objectStore.environment, { AZURE_STORAGE_ACCOUNT_NAME: "PLACEHOLDER-STORAGE-ACCOUNT" });
    assert.equal(objectStore.uri, "az://logfire");
  });

  it("keeps the ingest queue on disks that AKS brings", () =>
    assert.equal(planned().durableStorageClass, durableStorageClass));

  it("lets cert-manager prove hostnames in the zone, and only where it does so", () => {
    const { edge } = planned();
    assert.deepEqual(edge.certManagerIdentity.podLabels, { "azure.workload.identity/use": "true" });
    assert.deepEqual(edge.dns01, {
      azureDNS: {
        ...{ subscriptionID: "PLACEHOLDER-SUBSCRIPTION-ID", resourceGroupName: "PLACEHOLDER-RESOURCE-GROUP" },
        ...{ hostedZoneName: "logfire.mycompany.dev", environment: "AzurePublicCloud" },
        managedIdentity: { clientID: "PLACEHOLDER-CERT-MANAGER-CLIENT-ID" },
      },
    });
    const http = planned({ edge: { certificate: { source: "acme", challenge: "http01" } } }).edge;
    assert.deepEqual([http.dns01, http.certManagerIdentity.serviceAccountAnnotations], [undefined, {}]);
  });

  it("writes the solver into the group of the owner's zone", () => {
    const { edge } = planned(withAzure({ dns: { existing: { name: "mycompany.dev", resourceGroup: "dns" } } }));
    const { azureDNS } = edge.dns01 as { azureDNS: { resourceGroupName: string; hostedZoneName: string } };
    assert.deepEqual([azureDNS.resourceGroupName, azureDNS.hostedZoneName], ["dns", "mycompany.dev"]);
  });

  it("lets the cluster's own pods in, whichever way they come", () => {
    assert.deepEqual(planned().edge.clusterRanges, ["10.244.0.0/16", "10.60.0.0/16", "PLACEHOLDER-NAT-ADDRESS/32"]);
    assert.deepEqual(clusterRanges({ pods: undefined, networks: ["10.1.0.0/16", "10.2.0.0/16"] }), [
      "10.1.0.0/16",
      "10.2.0.0/16",
    ]);
  });
});

describe("the load balancer of AKS", () => {
  const prefix = "service.beta.kubernetes.io/azure-";

  it("takes the reserved public address by its name", () => {
    const facts = loadBalancerFacts({ exposure: "public", address: "192.0.2.1", name: "edge", resourceGroup: "group" });
    assert.deepEqual(facts, {
      annotations: {
        public: {
          [`${prefix}pip-name`]: "edge",
          [`${prefix}load-balancer-resource-group`]: "group",
          [`${prefix}load-balancer-tcp-idle-timeout`]: "30",
        },
        internal: {},
      },
      addresses: ["192.0.2.1"],
      asksByAddress: false,
    });
  });

  it("is told to stay inside, with its address", () => {
    const { edge } = planned({ edge: { exposure: "internal" } });
    assert.deepEqual(edge.loadBalancer, {
      annotations: {
        public: {},
        internal: {
          [`${prefix}load-balancer-internal`]: "true",
          [`${prefix}load-balancer-ipv4`]: "10.60.127.250",
          [`${prefix}load-balancer-tcp-idle-timeout`]: "30",
        },
      },
      addresses: ["10.60.127.250"],
      asksByAddress: false,
    });
  });

  it("is nobody's where the stack brings no Gateway", () =>
    assert.deepEqual(planned({ edge: { mode: "none" } }).edge.loadBalancer, {
      annotations: { public: {}, internal: {} },
      asksByAddress: false,
    }));
});
