import assert from "node:assert/strict";
import fc from "fast-check";
import {
  addressesNeeded,
  networkPrefix,
  planNetwork,
  publicAddressesNeeded,
  reservedPerSubnet,
} from "../../../components/platform/aws/figures/networkPlan";
import { usableAddresses } from "../../../components/platform/shared/ranges";
import { anyNetwork, assertApart } from "../../clouds/networks";

const zones = ["eu-west-1a", "eu-west-1b", "eu-west-1c"];

describe("the network plan", () => {
  it("of a /16 gives each zone a quarter, and the public subnets lie in the first", () =>
    assert.deepEqual(planNetwork({ cidr: "10.40.0.0/16", zones }), {
      public: [
        { zone: "eu-west-1a", cidr: "10.40.0.0/24" },
        { zone: "eu-west-1b", cidr: "10.40.1.0/24" },
        { zone: "eu-west-1c", cidr: "10.40.2.0/24" },
      ],
      private: [
        { zone: "eu-west-1a", cidr: "10.40.64.0/18" },
        { zone: "eu-west-1b", cidr: "10.40.128.0/18" },
        { zone: "eu-west-1c", cidr: "10.40.192.0/18" },
      ],
    }));

  it("of a /20 still leaves a thousand addresses to each zone", () => {
    const { private: subnets } = planNetwork({ cidr: "10.0.16.0/20", zones });
    assert.deepEqual(
      subnets.map(({ cidr }) => cidr),
      ["10.0.20.0/22", "10.0.24.0/22", "10.0.28.0/22"],
    );
    assert.equal(usableAddresses("10.0.20.0/22", reservedPerSubnet), 1019);
  });

  it("has every subnet inside the VPC, and no two of them share an address", () =>
    fc.assert(
      fc.property(anyNetwork(networkPrefix), (cidr) => {
        const plan = planNetwork({ cidr, zones });
        const cidrs = [...plan.public, ...plan.private].map((subnet) => subnet.cidr);
        assert.equal(cidrs.length, 6);
        assertApart(cidr, cidrs);
        for (const subnet of plan.public)
          assert.ok(usableAddresses(subnet.cidr, reservedPerSubnet) >= publicAddressesNeeded);
      }),
    ));

  it("moves no subnet of a zone when the others are named otherwise", () => {
    const other = planNetwork({ cidr: "10.40.0.0/16", zones: ["x", "eu-west-1b", "y"] });
    assert.deepEqual(other.private[1], { zone: "eu-west-1b", cidr: "10.40.128.0/18" });
  });

  it("refuses a fourth zone", () => {
    assert.throws(() => planNetwork({ cidr: "10.40.0.0/16", zones: [...zones, "d"] }), /4 zones/);
  });
});

describe("addresses needed", () => {
  it("count pods, what nodes hold ready and the services, with a zone lost", () => {
    const need = addressesNeeded({ pods: 236, pools: [{ type: "m7i.2xlarge", maxNodes: 16 }], zones: 3 });
    assert.equal(need.perZone, 118 + 8 * 31 + 16);
    assert.equal(need.arithmetic, "118 pods + 8 m7i.2xlarge × 31 held ready + 16 others");
  });

  it("never fall when there are more pods or more nodes", () =>
    fc.assert(
      fc.property(fc.nat(500), fc.nat(50), (pods, maxNodes) => {
        const need = (p: number, n: number) =>
          addressesNeeded({ pods: p, pools: [{ type: "r6id.4xlarge", maxNodes: n }], zones: 3 }).perZone;
        assert.ok(need(pods + 1, maxNodes) >= need(pods, maxNodes));
        assert.ok(need(pods, maxNodes + 1) >= need(pods, maxNodes));
      }),
    ));
});
