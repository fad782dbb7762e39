import assert from "node:assert/strict";
import { rehearsedAws } from "../../sandbox/providers/aws/rehearsed";
import { rehearsedGcp } from "../../sandbox/providers/gcp/rehearsed";
import type { Span } from "../../sandbox/rehearsal/timeline";
import { orderSaid, outOfOrder } from "../../sandbox/rehearsal/upgrade";

const { upgradeOrder } = rehearsedAws;
const types = {
  Cluster: "aws:eks/cluster:Cluster",
  Addon: "aws:eks/addon:Addon",
  NodeGroup: "aws:eks/nodeGroup:NodeGroup",
};
/** Real milliseconds from and to, by `Type name`. */
const spans = (entries: Readonly<Record<string, readonly [number, number]>>): ReadonlyMap<string, Span> =>
  new Map(
    Object.entries(entries).map(([each, [begun, ended]]) => {
      const [kind = "", name = ""] = each.split(" ");
      const type = types[kind as keyof typeof types] ?? `kubernetes:apps/v1:${kind}`;
      return [`urn:pulumi:s::p::${type}::${name}`, { op: "update", begun, ended }] as const;
    }),
  );
const inOrder = {
  "Cluster platform-cluster": [0, 100],
  "Addon platform-kube-proxy": [110, 200],
  "NodeGroup platform-scratch": [210, 300],
  "NodeGroup platform-general-0": [220, 320],
  "Addon platform-coredns": [330, 340],
  "Deployment platform-deployment-cluster-autoscaler": [330, 350],
} as const;

describe("the order of an update to the next Kubernetes version", () => {
  it("is control plane, add-ons of nodes, nodes, what runs on them", () => {
    assert.deepEqual(outOfOrder(upgradeOrder, spans(inOrder)), []);
    assert.equal(
      orderSaid(upgradeOrder, spans(inOrder)),
      "1 control plane, then 1 add-ons of the nodes, then 2 nodes, then 2 add-ons on nodes, autoscaler",
    );
  });

  it("is broken by nodes that do not wait for the control plane", () => {
    const early = spans({ ...inOrder, "NodeGroup platform-scratch": [50, 300] });
    assert.deepEqual(outOfOrder(upgradeOrder, early), [
      "NodeGroup platform-scratch was changed before Cluster platform-cluster was through",
    ]);
  });

  it("is broken by an autoscaler that is changed beside the nodes", () => {
    const early = spans({ ...inOrder, "Deployment platform-deployment-cluster-autoscaler": [310, 350] });
    assert.deepEqual(outOfOrder(upgradeOrder, early), [
      "Deployment platform-deployment-cluster-autoscaler was changed before NodeGroup platform-general-0 was through",
    ]);
  });

  it("is not kept where something is left as it was", () => {
    const left = Object.fromEntries(Object.entries(inOrder).filter(([name]) => !name.startsWith("NodeGroup")));
    assert.deepEqual(outOfOrder(upgradeOrder, spans(left)), ["the update changed nothing of: nodes"]);
  });

  it("is control plane, nodes on GKE", () => {
    const of = (cluster: readonly [number, number], pool: readonly [number, number]): ReadonlyMap<string, Span> =>
      new Map(
        Object.entries({ "container/cluster:Cluster": cluster, "container/nodePool:NodePool": pool }).map(
          ([type, [begun, ended]]) =>
            [`urn:pulumi:s::p::gcp:${type}::platform`, { op: "update", begun, ended }] as const,
        ),
      );
    assert.deepEqual(outOfOrder(rehearsedGcp.upgradeOrder, of([0, 100], [110, 200])), []);
    assert.deepEqual(outOfOrder(rehearsedGcp.upgradeOrder, of([0, 100], [50, 200])), [
      "NodePool platform was changed before Cluster platform was through",
    ]);
  });
});
