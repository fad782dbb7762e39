import assert from "node:assert/strict";
import fc from "fast-check";
import {
  dnsServiceAddress,
  internalAddress,
  networkPrefix,
  nodesInPods,
  nodesNeeded,
  planNetwork,
  usableIn,
} from "../../../components/platform/azure/figures/networkPlan";
import { contains, parseRange } from "../../../components/platform/shared/ranges";
import { anyNetwork, assertApart } from "../../clouds/networks";

describe("the network plan on Azure", () => {
  it("gives nodes a half, PostgreSQL and private endpoints a quarter each", () =>
    assert.deepEqual(planNetwork("10.60.0.0/16"), {
      nodes: "10.60.0.0/17",
      postgres: "10.60.128.0/18",
      endpoints: "10.60.192.0/18",
    }));

  it("lies in its network, in subnets that do not overlap and are as large as Azure asks", () =>
    fc.assert(
      fc.property(anyNetwork(networkPrefix), (cidr) => {
        const subnets: readonly string[] = Object.values(planNetwork(cidr));
        assert.equal(subnets.length, 3);
        assert.ok(subnets.every((subnet) => parseRange(subnet).prefix <= 28));
        assertApart(cidr, subnets);
      }),
    ));

  it("keeps an address for an internal load balancer near the end, which Azure does not keep for itself", () =>
    fc.assert(
      fc.property(anyNetwork(networkPrefix), (cidr) => {
        const { nodes } = planNetwork(cidr);
        const address = parseRange(`${internalAddress(nodes)}/32`);
        const { first, prefix } = parseRange(nodes);
        assert.ok(contains(parseRange(nodes), address));
        assert.ok(address.first < first + 2 ** (32 - prefix) - 1 && address.first > first + 100);
      }),
    ));

  it("has the cluster's DNS at the tenth address of its Services", () =>
    assert.equal(dnsServiceAddress("172.20.0.0/16"), "172.20.0.10"));

  it("counts the nodes that an upgrade adds", () => {
    const { nodes, addresses, arithmetic } = nodesNeeded({ general: { maxNodes: 7 }, scratch: { maxNodes: 18 } });
    assert.equal(nodes, 7 + 3 + 18 + 6);
    assert.equal(addresses, nodes + 2);
    assert.equal(arithmetic, "7 general and 3 of an upgrade + 18 scratch and 6 of an upgrade + 2 others");
  });

  it("has a /24 of pods for each node, and five addresses fewer for nodes than a subnet has", () => {
    assert.deepEqual(["10.244.0.0/16", "10.244.0.0/20", "10.244.0.0/24"].map(nodesInPods), [256, 16, 1]);
    assert.equal(usableIn("10.60.0.0/24"), 251);
  });
});
