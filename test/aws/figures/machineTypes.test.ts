import assert from "node:assert/strict";
import {
  instanceTypeOf,
  instanceTypes,
  maxPods,
  podsByInterfaces,
  reservedMemoryMib,
} from "../../../components/platform/aws/figures/machineTypes";
import { assertOffersLess } from "../../clouds/machines";

/** What a node of a type has left for pods, measured against Karpenter's table: cores, GiB, GiB of scratch, raw GB. */
const measured: Readonly<Record<string, readonly [number, number, number, number]>> = {
  "m7i.large": [1.63, 6.2, 0, 0],
  "m7i.xlarge": [3.62, 13.3, 0, 0],
  "m7i.2xlarge": [7.61, 28.1, 0, 0],
  "m7i.4xlarge": [15.59, 55.8, 0, 0],
  "i4i.xlarge": [3.62, 28.1, 773, 937],
  "r6id.xlarge": [3.62, 28.1, 195, 237],
  "m6id.2xlarge": [7.61, 28.1, 390, 474],
  "r6id.2xlarge": [7.61, 57.7, 390, 474],
  "i4i.2xlarge": [7.61, 57.7, 1547, 1875],
  "m6id.4xlarge": [15.59, 55.8, 783, 950],
  "r6id.4xlarge": [15.59, 115.0, 783, 950],
  "r7gd.4xlarge": [15.59, 115.0, 783, 950],
  "r6id.8xlarge": [31.55, 233.4, 1568, 1900],
};

/** As the EKS machine image lists them for interfaces without prefixes. */
const podsOfImage: Readonly<Record<string, number>> = {
  "m7i.large": 29,
  "m7i.xlarge": 58,
  "m7a.2xlarge": 58,
  "m6a.4xlarge": 234,
  "m6id.xlarge": 58,
  "r6id.2xlarge": 58,
  "r6id.4xlarge": 234,
  "r6id.8xlarge": 234,
  "r7i.8xlarge": 234,
};

describe("a machine type", () => {
  for (const [name, [cpu, memoryGib, scratchGib, ssdGb]] of Object.entries(measured))
    it(`${name} has what its formula leaves of it, to the digit of the table`, () => {
      const { allocatable, localSsdGb } = instanceTypeOf(name);
      assert.equal(allocatable.cpuMillis, Math.round(cpu * 1000));
      assert.ok(
        Math.abs(allocatable.memoryMib / 1024 - memoryGib) <= 0.05 + 1e-9,
        String(allocatable.memoryMib / 1024),
      );
      assert.ok(Math.abs(allocatable.scratchMib / 1024 - scratchGib) <= 0.5, String(allocatable.scratchMib / 1024));
      assert.equal(localSsdGb, ssdGb);
    });

  it("takes as many pods as its interfaces have addresses", () => {
    for (const [name, pods] of Object.entries(podsOfImage)) {
      const { interfaces, addressesPerInterface } = instanceTypeOf(name);
      assert.equal(podsByInterfaces(interfaces, addressesPerInterface), pods, name);
    }
  });

  it("takes no more pods than EKS lets a managed node have, and keeps memory for all its addresses", () => {
    assert.deepEqual([maxPods(16, 234), maxPods(32, 234), maxPods(32, 737), maxPods(4, 58)], [110, 234, 250, 58]);
    assert.equal(reservedMemoryMib(58), 893);
  });

  it("offers less than it has, in every dimension", () => {
    for (const [name, type] of Object.entries(instanceTypes)) assertOffersLess(name, type);
  });

  it("without known figures has none made up", () => {
    assert.throws(() => instanceTypeOf("m7i.3xlarge"), /no machine type with known figures/);
  });
});
