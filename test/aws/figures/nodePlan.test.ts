import assert from "node:assert/strict";
import { usualPods } from "../../../components/platform/aws/figures/clusterPods";
import { awsMachines, defaultTypes } from "../../../components/platform/aws/figures/nodePlan";
import { describeNodePlans, nodePlansOn } from "../../clouds/nodePlan";

const plans = nodePlansOn({
  cloud: "aws",
  title: "AWS",
  machines: awsMachines,
  machine: (preset, pool) => ({ type: defaultTypes[preset][pool] }),
  usualPods,
});
const { lines } = plans;

const bounds = {
  tiny: { general: [3, 7], scratch: [3, 21] },
  small: { general: [3, 8], scratch: [3, 14] },
  standard: { general: [3, 7], scratch: [3, 18] },
  large: { general: [4, 16], scratch: [3, 16] },
} as const;

describeNodePlans(plans, { bounds, large: { type: "m7i.4xlarge" } }, () => {
  it("is refused with the arithmetic where the nodes are too few", () =>
    assert.deepEqual(lines("large", { general: { minNodes: 3, maxNodes: 3 } }), [
      "aws.nodes.general.maxNodes: the 43 pods of this pool ask for 28.18 cores, 35.7 GiB at their minimum, which takes " +
        "4 × m7i.2xlarge of 7.61 cores, 28.1 GiB each, and maxNodes is 3; write at least 4, or a larger type",
    ]));

  it("is refused where a pod fits no node, with a type that holds it", () => {
    const has = "and a r6id.xlarge has 3.62 cores, 28.1 GiB, 194.7 GiB of scratch for pods";
    assert.deepEqual(
      lines("large", { scratch: { type: "r6id.xlarge", minNodes: 3, maxNodes: 9 } }),
      [
        "logfire-ff-query-api asks for 4 cores, 8 GiB, 7 GiB",
        "logfire-ff-maintenance-worker asks for 4 cores, 24 GiB, 129 GiB",
        "logfire-ff-compaction-worker asks for 6 cores, 32 GiB, 129 GiB",
      ].map(
        (pod) =>
          `aws.nodes.scratch.type: a pod of ${pod} of scratch, ${has}; write a larger type, such as r6id.2xlarge`,
      ),
    );
  });

  it("is refused with too little local SSD", () =>
    assert.deepEqual(lines("tiny", { scratch: { type: "m6id.xlarge", minNodes: 2, maxNodes: 9 } }), [
      "aws.nodes.scratch.minNodes: 2 × m6id.xlarge have 2 × 237 = 474 GB of local SSD, and Logfire needs 512 GB; " +
        "write at least 3, or a type with larger disks",
    ]));

  it("refuses types that are unknown, of the other architecture, or without disks for scratch", () => {
    const of = (general: string, scratch: string) =>
      lines("standard", {
        general: { type: general, minNodes: 3, maxNodes: 9 },
        scratch: { type: scratch, minNodes: 3, maxNodes: 9 },
      });
    const [unknown = "", graviton = ""] = of("m9x.2xlarge", "r7gd.4xlarge");
    assert.match(
      unknown,
      /^aws\.nodes\.general\.type: "m9x\.2xlarge" is not a machine type .* choose from .*m7i\.2xlarge/,
    );
    assert.match(graviton, /^aws\.nodes\.scratch\.type: "r7gd\.4xlarge" is an arm64 machine, .* amd64 only/);
    assert.match(of("m7i.2xlarge", "r7i.2xlarge")[0] ?? "", /"r7i\.2xlarge" has no local SSD .* r6id\.2xlarge/);
  });
});
