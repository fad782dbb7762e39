import assert from "node:assert/strict";
import fc from "fast-check";
import {
  networkPrefix,
  nodesNeeded,
  nodesOfPods,
  nodesOfSubnet,
  planNetwork,
  toldToDatabase,
} from "../../../components/platform/gcp/figures/networkPlan";
import { parseRange } from "../../../components/platform/shared/ranges";
import { anyNetwork, assertApart } from "../../clouds/networks";
import { gcpOf, presets } from "./values";

describe("the network plan", () => {
  it("of a /16 gives pods its second half, and nodes, Services and stores a sixteenth each", () =>
    assert.deepEqual(planNetwork({ cidr: "10.40.0.0/16" }), {
      nodes: "10.40.0.0/20",
      services: "10.40.16.0/20",
      stores: "10.40.32.0/20",
      proxies: "10.40.48.0/23",
      pods: "10.40.128.0/17",
    }));

  it("of the smallest still has what Google asks for: a /22 for its stores, a /26 for proxies, a /28 for Services", () => {
    const { stores, proxies, services, pods } = planNetwork({ cidr: "10.0.0.0/18" });
    assert.ok(parseRange(stores).prefix <= 22);
    assert.ok(parseRange(proxies).prefix <= 26);
    assert.ok(parseRange(services).prefix <= 28);
    assert.equal(nodesOfPods(pods), 32);
  });

  it("of the largest gives Services no more than GKE takes", () =>
    assert.equal(parseRange(planNetwork({ cidr: "10.0.0.0/12" }).services).prefix, 16));

  it("tells the database of ranges that RFC 1918 does not name, which it would not let in", () =>
    assert.deepEqual(
      toldToDatabase([
        "10.0.0.0/20",
        "100.64.0.0/16",
        "172.16.0.0/12",
        "172.0.0.0/8",
        "192.168.4.0/24",
        "198.18.0.0/15",
      ]),
      ["100.64.0.0/16", "172.0.0.0/8", "198.18.0.0/15"],
    ));

  it("has every range inside the network, and no two of them share an address", () =>
    fc.assert(
      fc.property(anyNetwork(networkPrefix), (cidr) => {
        const ranges: readonly string[] = Object.values(planNetwork({ cidr }));
        assert.equal(ranges.length, 5);
        assertApart(cidr, ranges);
      }),
    ));
});

describe("nodes that a network has room for", () => {
  it("take 256 addresses each for pods, and one of the subnet", () => {
    assert.deepEqual(
      [nodesOfPods("10.40.128.0/17"), nodesOfPods("10.0.0.0/24"), nodesOfPods("10.0.0.0/25")],
      [128, 1, 0],
    );
    assert.equal(nodesOfSubnet("10.40.0.0/20"), 4092);
  });

  it("are those of every pool at full scale, and of a pool that is replaced beside it", () =>
    assert.deepEqual(
      nodesNeeded([
        { type: "n2d-standard-8", minNodes: 3, maxNodes: 7 },
        { type: "n2-highmem-8", minNodes: 3, maxNodes: 18 },
      ]),
      {
        nodes: 31,
        arithmetic: "7 n2d-standard-8 + 3 while they are replaced + 18 n2-highmem-8 + 3 while they are replaced",
      },
    ));

  it("are enough by default for every preset with every autoscaler at its maximum", () => {
    for (const preset of presets) {
      const { network: made, nodes } = gcpOf({ preset });
      assert.ok(made.kind === "create");
      // A default maximum is half of what every workload at its maximum needs.
      const twice = Object.values(nodes).map((pool) => ({ ...pool, maxNodes: 2 * pool.maxNodes }));
      assert.ok(nodesOfPods(planNetwork(made).pods) >= nodesNeeded(twice).nodes, preset);
    }
  });
});
