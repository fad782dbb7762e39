import assert from "node:assert/strict";
import { usualPods } from "../../../components/platform/azure/figures/clusterPods";
import { usualOsDiskGib } from "../../../components/platform/azure/figures/machineTypes";
import { azureMachines, defaultTypes } from "../../../components/platform/azure/figures/nodePlan";
import { usableTypes } from "../../../components/platform/shared/checkNodePlan";
import { describeNodePlans, nodePlansOn } from "../../clouds/nodePlan";
import { presets } from "./values";

const plans = nodePlansOn({
  cloud: "azure",
  title: "Azure",
  machines: azureMachines,
  machine: (preset, pool) => {
    const type = defaultTypes[preset][pool];
    return { type, osDiskGib: usualOsDiskGib(pool, type) };
  },
  usualPods,
});
const { lines } = plans;

const bounds = {
  tiny: { general: [3, 7], scratch: [3, 21] },
  small: { general: [3, 4], scratch: [3, 16] },
  standard: { general: [3, 7], scratch: [3, 18] },
  large: { general: [4, 16], scratch: [3, 16] },
} as const;

describeNodePlans(plans, { bounds, large: { type: "Standard_D32ds_v6" } }, () => {
  it("holds on the conservative sizes of the fifth generation as well", () => {
    for (const [preset, type] of [
      ["standard", "Standard_E8ds_v5"],
      ["large", "Standard_E16ds_v5"],
    ] as const)
      assert.deepEqual(lines(preset, { scratch: { type, osDiskGib: usualOsDiskGib("scratch", type) } }), []);
  });

  it("counts the disk that the owner gives, not the one that the machine could have", () =>
    assert.deepEqual(
      lines("tiny", { scratch: { type: "Standard_D4ds_v6", osDiskGib: 100, minNodes: 3, maxNodes: 9 } }),
      [
        "azure.nodes.scratch.minNodes: 3 × Standard_D4ds_v6 have 3 × 107 = 321 GB of local SSD, and Logfire needs 512 GB; " +
          "write at least 5, or a type with larger disks",
      ],
    ));

  it("is refused where a pod fits no node, with a type that holds it", () =>
    assert.deepEqual(
      lines("large", { scratch: { type: "Standard_D8ds_v6", osDiskGib: 430, minNodes: 3, maxNodes: 9 } }),
      [
        "azure.nodes.scratch.type: a pod of logfire-ff-compaction-worker asks for 6 cores, 32 GiB, 129 GiB of scratch, and a " +
          "Standard_D8ds_v6 has 7.45 cores, 28 GiB, 369.6 GiB of scratch for pods; write a larger type, such as Standard_E8ds_v5",
      ],
    ));

  it("is refused with the arithmetic where the nodes are too few", () =>
    assert.match(
      lines("large", { general: { minNodes: 3, maxNodes: 3 } })[0] ?? "",
      /^azure\.nodes\.general\.maxNodes: the \d+ pods of this pool ask for .* takes 4 × Standard_D8ds_v5 .* maxNodes is 3; write at least 4/,
    ));

  it("has one type for general nodes from small up, because a cluster's first pool keeps its machines", () =>
    assert.deepEqual(
      presets.slice(1).map((preset) => defaultTypes[preset].general),
      presets.slice(1).map(() => defaultTypes.large.general),
    ));

  it("has no machine that AKS would refuse for what belongs to the system", () => {
    for (const name of usableTypes(azureMachines, "general"))
      assert.ok((azureMachines.usable("general")[name]?.cpus ?? 0) >= 4, name);
    assert.ok(!usableTypes(azureMachines, "scratch").some((name) => name.includes("pds")), "arm64");
  });
});
