import assert from "node:assert/strict";
import { usualPods } from "../../../components/platform/gcp/figures/clusterPods";
import { machineTypes } from "../../../components/platform/gcp/figures/machineTypes";
import { defaultMachines, gcpMachines, usualSsds } from "../../../components/platform/gcp/figures/nodePlan";
import { usableTypes } from "../../../components/platform/shared/checkNodePlan";
import { describeNodePlans, nodePlansOn } from "../../clouds/nodePlan";
import { presets } from "./values";

const plans = nodePlansOn({
  cloud: "gcp",
  title: "GCP",
  machines: gcpMachines,
  machine: (preset, pool) => defaultMachines[preset][pool],
  usualPods,
});
const { lines } = plans;

const bounds = {
  tiny: { general: [3, 7], scratch: [3, 16] },
  small: { general: [3, 9], scratch: [3, 12] },
  standard: { general: [3, 7], scratch: [3, 18] },
  large: { general: [4, 16], scratch: [3, 16] },
} as const;

describeNodePlans(plans, { bounds, large: { type: "n2-standard-32" } }, () => {
  it("is refused with the arithmetic where the nodes are too few", () =>
    assert.match(
      lines("large", { general: { maxNodes: 3, minNodes: 3 } })[0] ?? "",
      /^gcp\.nodes\.general\.maxNodes: the \d+ pods of this pool ask for [\d.]+ cores, [\d.]+ GiB at their minimum, which takes 4 × n2d-standard-8 of 7\.41 cores, 26\.6 GiB each, and maxNodes is 3; write at least 4/,
    ));

  it("is refused where a pod fits no node, with a type that holds it", () =>
    assert.match(
      lines("large", { scratch: { type: "n2-highmem-4", localSsds: 1 } })[0] ?? "",
      /^gcp\.nodes\.scratch\.type: a pod of logfire-ff-query-api asks for 4 cores, 8 GiB, 7 GiB of scratch, and a n2-highmem-4 has 3\.42 cores, .* write a larger type, such as c4-highmem-8-lssd$/,
    ));

  it("is refused with too little local SSD", () =>
    assert.deepEqual(lines("tiny", { scratch: { minNodes: 1 } }), [
      "gcp.nodes.scratch.minNodes: 1 × n2-highmem-4 have 1 × 402 = 402 GB of local SSD, and Logfire needs 512 GB; " +
        "write at least 2, or a type with larger disks",
    ]));

  it("refuses types that are unknown, of the other architecture, or without disks for scratch", () => {
    const of = (general: string, scratch: string, localSsds: number) =>
      lines("standard", { general: { type: general }, scratch: { type: scratch, localSsds } });
    const [unknown = "", axion = ""] = of("n9-standard-8", "c4a-highmem-8-lssd", 2);
    assert.match(
      unknown,
      /^gcp\.nodes\.general\.type: "n9-standard-8" is not a machine type .* choose from .*n2d-standard-8/,
    );
    assert.match(axion, /^gcp\.nodes\.scratch\.type: "c4a-highmem-8-lssd" is an arm64 machine, .* not Axion$/);
    assert.match(of("n2d-standard-8", "c3-highmem-8", 0)[0] ?? "", /"c3-highmem-8" has no local SSD .* n2-highmem-8/);
  });
});

describe("the number of local SSDs", () => {
  const scratch = (type: string, localSsds: number) => lines("standard", { scratch: { type, localSsds } });

  it("is refused where Compute Engine has no such machine, with those that there are", () => {
    assert.deepEqual(scratch("n2-highmem-8", 3), [
      "gcp.nodes.scratch.localSsds: a n2-highmem-8 cannot have 3 local SSDs; write one of 1, 2, 4, 8, 16, 24",
    ]);
    assert.deepEqual(scratch("n2-highmem-16", 1), [
      "gcp.nodes.scratch.localSsds: a n2-highmem-16 cannot have 1 local SSDs; write one of 2, 4, 8, 16, 24",
    ]);
    assert.deepEqual(scratch("n2-highmem-8", 0), [
      "gcp.nodes.scratch.localSsds: a n2-highmem-8 cannot have 0 local SSDs; write one of 1, 2, 4, 8, 16, 24",
    ]);
  });

  it("is the type's own where it has them by itself", () => {
    assert.deepEqual(scratch("c4-highmem-16-lssd", 4), [
      'gcp.nodes.scratch.localSsds: "c4-highmem-16-lssd" has 2 by itself, and 4 is written; write 2, or leave it out',
    ]);
    assert.deepEqual(scratch("c4-highmem-16-lssd", 2), []);
  });

  it("is refused for a type that takes none", () =>
    assert.deepEqual(scratch("c3-highmem-8", 2), [
      "gcp.nodes.scratch.localSsds: 2 are written, and a c3-highmem-8 takes none; write another type",
    ]));

  it("by itself is legal for every type and preset, and no fewer than the preset has where the type takes so many", () => {
    for (const preset of presets) {
      const wanted = defaultMachines[preset].scratch.localSsds;
      for (const [type, { localSsds }] of Object.entries(machineTypes)) {
        const usual = usualSsds(type, preset);
        assert.ok(localSsds.length === 0 ? usual === 0 : localSsds.includes(usual), `${type} ${usual}`);
        assert.ok(usual >= wanted || !localSsds.some((count) => count >= wanted), `${type} ${usual}`);
      }
    }
    assert.deepEqual([usualSsds("n2-highmem-16", "tiny"), usualSsds("c4-highmem-32-lssd", "standard")], [2, 5]);
  });
});

describe("machines of the general pool", () => {
  it("take persistent disks, which the ingest queue's volumes are, and have no local SSDs of their own", () => {
    const general = (type: string) => lines("standard", { general: { type } });
    assert.match(general("c4-standard-8-lssd")[0] ?? "", /^gcp\.nodes\.general\.type: .* takes Hyperdisk alone/);
    assert.deepEqual(general("c3-standard-8-lssd"), [
      'gcp.nodes.general.type: "c3-standard-8-lssd" has local SSDs, which general nodes do not use; write c3-standard-8',
    ]);
    for (const type of usableTypes(gcpMachines, "general"))
      assert.ok(!type.endsWith("-lssd") && !type.startsWith("c4"));
  });
});
