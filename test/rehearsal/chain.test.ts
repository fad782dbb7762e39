import assert from "node:assert/strict";
import fc from "fast-check";
import { durationOf, longestChain, waitsFor, type StateResource } from "../../sandbox/rehearsal/chain";
import type { Span } from "../../sandbox/rehearsal/timeline";

const urn = (name: string): string => `urn:pulumi:s::p::aws:ec2/vpc:Vpc::${name}`;
const resource = (name: string, needs: readonly string[] = [], more: Partial<StateResource> = {}): StateResource => ({
  ...{ urn: urn(name), id: name, type: "aws:ec2/vpc:Vpc", dependencies: needs.map(urn) },
  ...more,
});
/** Real milliseconds from and to. */
const spans = (entries: Readonly<Record<string, readonly [number, number]>>): ReadonlyMap<string, Span> =>
  new Map(Object.entries(entries).map(([name, [begun, ended]]) => [urn(name), { op: "create", begun, ended }]));
const calls = (entries: Readonly<Record<string, number>>) =>
  Object.entries(entries).map(([name, simulatedSeconds]) => ({ urn: urn(name), simulatedSeconds }));

describe("the longest chain of an update", () => {
  it("follows what a resource names, what it reads, its parent and its provider", () => {
    const all = {
      ...{ urn: urn("x"), type: "t", dependencies: [urn("a")], parent: urn("p") },
      ...{ propertyDependencies: { vpcId: [urn("b")], tags: null }, provider: `${urn("aws")}::0d0e` },
    };
    assert.deepEqual([...waitsFor(all)].sort(), ["a", "aws", "b", "p"].map(urn).sort());
  });

  it("adds up the slowest way from the first resource to the last", () => {
    const seconds: Readonly<Record<string, number>> = { net: 10, cluster: 600, nodes: 150, database: 900 };
    const resources = [
      resource("nodes", ["cluster"]),
      resource("cluster", ["net"]),
      resource("net"),
      resource("database", ["net"]),
    ];
    const chain = longestChain(resources, (of) => seconds[of.split("::").at(-1) ?? ""] ?? 0);
    assert.deepEqual(chain, { seconds: 910, path: [urn("net"), urn("database")] });
  });

  it("is never shorter than any resource, nor longer than all of them together", () => {
    const graph = fc.array(fc.tuple(fc.nat(900), fc.array(fc.nat(30), { maxLength: 4 })), {
      minLength: 1,
      maxLength: 30,
    });
    fc.assert(
      fc.property(graph, (nodes) => {
        const resources = nodes.map(([, needs], at) =>
          resource(String(at), needs.filter((other) => other < at).map(String)),
        );
        const secondsOf = (of: string) => nodes[Number(of.split("::").at(-1))]?.[0] ?? 0;
        const { seconds, path } = longestChain(resources, secondsOf);
        assert.ok(seconds >= Math.max(...nodes.map(([own]) => own)));
        assert.ok(seconds <= nodes.reduce((sum, [own]) => sum + own, 0));
        assert.equal(
          path.reduce((sum, of) => sum + secondsOf(of), 0),
          seconds,
        );
      }),
    );
  });
});

describe("the simulated time of an update", () => {
  const resources = [resource("net"), resource("cluster", ["net"]), resource("database", ["net"])];
  const times = calls({ net: 10, cluster: 600, database: 900 });

  it("is that of the longest chain where slow resources are made side by side", () => {
    const beside = spans({ net: [0, 100], cluster: [120, 6120], database: [130, 9130] });
    const { seconds, ratio, late } = durationOf(resources, beside, times);
    assert.deepEqual([seconds, ratio, late], [910, 1, []]);
  });

  it("is longer, and says why, where one waited for another that it does not depend on", () => {
    const behind = spans({ net: [0, 100], cluster: [120, 6120], database: [6200, 15200] });
    const { seconds, chain, late } = durationOf(resources, behind, times);
    assert.deepEqual([seconds, chain.seconds], [1510, 910]);
    assert.deepEqual(late, [{ urn: urn("database"), after: urn("cluster") }]);
  });

  it("leaves out what the engine itself takes", () => {
    const slowEngine = spans({ net: [0, 900], cluster: [2000, 8000], database: [2100, 11_100] });
    assert.equal(durationOf(resources, slowEngine, times).ratio, 1);
  });

  it("takes what is not of AWS as long as it really took, and a component not at all", () => {
    const component = resource("platform", [], { id: undefined });
    const job = resource("job", ["database"], { parent: component.urn });
    const all = spans({
      net: [0, 100],
      cluster: [120, 6120],
      database: [130, 9130],
      platform: [0, 20_000],
      job: [9140, 12_140],
    });
    assert.equal(durationOf([component, ...resources, job], all, times).seconds, 913);
  });

  it("leaves out what the update did not touch", () => {
    const only = spans({ database: [0, 9000] });
    const { seconds, ratio } = durationOf(resources, only, calls({ database: 900 }));
    assert.deepEqual([seconds, ratio], [900, 1]);
  });
});
