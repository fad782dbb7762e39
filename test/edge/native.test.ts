import assert from "node:assert/strict";
import { Namespace } from "@pulumi/kubernetes/core/v1";
import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap";
import { Provider } from "@pulumi/kubernetes/provider";
import { edgeCharts } from "../../components/logfire/edge/charts";
import { Edge } from "../../components/logfire/edge/edge";
import { renderEdge } from "../../components/logfire/edge/objects";
import { createContext, renderLogfire } from "../../components/logfire/manifests";
import type { Entrance, NativeEdge } from "../../components/platform/contract";
import { computedPlatform, recorded } from "../component/programs";
import { valueOf } from "../support/harness";
import { asJson } from "../manifests/objects";
import { edgeOf, find, inputOf, nameOf, type Wanted } from "./renderings";

/** As a cloud offers it whose load balancer reaches pods by themselves, and which has two entries to append. */
const cloud: NativeEdge = {
  addresses: ["203.0.113.7"],
  sources: ["130.211.0.0/22", "35.191.0.0/16"],
  forwardedHops: 2,
};
const wanted = (native: Partial<NativeEdge> = {}, more: Wanted = {}): Wanted => ({
  ...more,
  edge: { mode: "native", certificate: { source: "none" }, ...more.edge },
  offers: { native: { ...cloud, ...native } },
});
const spec = (object: object) => (object as { readonly spec: Record<string, unknown> }).spec;

describe("what a native edge needs in the cluster", () => {
  it("is one Service, and nothing of Gateway API or cert-manager", () => {
    assert.deepEqual(edgeOf(wanted()).map(nameOf), ["Service/logfire-edge"]);
    assert.deepEqual(edgeCharts(inputOf(wanted())), []);
  });

  it("opens ports on the nodes only where the load balancer leads there", () => {
    const service = (native?: Partial<NativeEdge>) => spec(find(edgeOf(wanted(native)), "Service/logfire-edge"));
    const { type, ports } = service();
    assert.equal(type, "ClusterIP");
    assert.ok((ports as object[]).every((port) => !("nodePort" in port)));
    const onNodes = service({ nodePorts: { http: 30001, grpc: 30002, health: 30003 } });
    assert.deepEqual(
      (onNodes["ports"] as { nodePort: number }[]).map(({ nodePort }) => nodePort),
      [30001, 30002, 30003],
    );
  });

  it("finds the same pods as Logfire's own Service, by ports that they have", () => {
    const objects = renderLogfire(inputOf(wanted())).map(asJson);
    const [own, edge] = ["logfire-service", "logfire-edge"].map((name) => spec(find(objects, `Service/${name}`)));
    assert.deepEqual(edge?.["selector"], own?.["selector"]);
    const pod = JSON.stringify(find(objects, "Deployment/logfire-service"));
    for (const { targetPort } of edge?.["ports"] as { targetPort: string }[])
      assert.ok(pod.includes(`"name":"${targetPort}"`), targetPort);
  });

  it("lets in the load balancer and the namespaces that the owner names, and nobody else", () => {
    const { network } = inputOf().settings;
    const input = inputOf(wanted({}, { settings: { network: { ...network, edgeNamespaces: ["monitoring"] } } }));
    const policy = spec(find(renderLogfire(input).map(asJson), "NetworkPolicy/logfire-service"));
    const from = [
      { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "monitoring" } } },
      ...cloud.sources.map((cidr) => ({ ipBlock: { cidr } })),
    ];
    assert.deepEqual(
      (policy["ingress"] as { from: unknown; ports: { port: number }[] }[]).map((rule) => [
        rule.from,
        rule.ports[0]?.port,
      ]),
      [
        [from, 8080],
        [from, 8181],
      ],
    );
  });

  it("believes as many entries of X-Forwarded-For as the cloud and the owner's proxies append", () => {
    const haproxy = (proxiesInFront: number) => {
      const objects = renderLogfire(inputOf(wanted({}, { edge: { proxiesInFront } }))).map(asJson);
      return JSON.stringify(find(objects, "ConfigMap/logfire-haproxy-config"));
    };
    assert.match(haproxy(0), /x-forwarded-for,-2\)/);
    assert.match(haproxy(1), /x-forwarded-for,-3\)/);
  });
});

/** Against mocks. */
describe("a cloud whose native edge is an object in the cluster", () => {
  const deployed = (more: Wanted = {}) => {
    const seen: Entrance[] = [];
    const program = () => {
      const provider = new Provider("elsewhere", { kubeconfig: "{}" });
      const namespace = new Namespace("logfire", { metadata: { name: "logfire" } }, { provider });
      const register: NativeEdge["register"] = (component, entrance, opts) => {
        seen.push(entrance);
        return [new ConfigMap(`${component}-entrance`, {}, opts)];
      };
      const { settings, platform: facts, redisInCluster } = inputOf(wanted({}, more));
      const platform = {
        ...computedPlatform({ provider, ready: [] }, (name) => name),
        edge: { ...facts.edge, native: { ...cloud, register } },
      };
      const objects = renderEdge(createContext({ settings, platform: facts, redisInCluster }));
      const args = { settings, platform, objects, charts: [], values: {}, namespace };
      return new Edge("edge", args, { providers: { kubernetes: provider } });
    };
    return recorded(program).then((recording) => ({ ...recording, seen }));
  };

  it("is told which Service it leads to, and makes it after that one, in the cluster", async () => {
    const { seen, named } = await deployed();
    assert.deepEqual(seen, [
      {
        ...{ namespace: "logfire", service: "logfire-edge", hostnames: ["logfire.example.org"] },
        ...{ ports: { http: 8080, grpc: 8081, health: 8181 }, healthPath: "/stats", https: false },
      },
    ]);
    const { dependsOn, parent } = named("edge-entrance");
    assert.ok(dependsOn.includes("edge-service-logfire-edge"));
    assert.equal(parent, "edge");
    const tls = { inClusterTls: { certificates: "certManager", secretPrefix: "logfire" } } as const;
    const [withTls] = (await deployed({ settings: tls })).seen;
    assert.deepEqual([withTls?.ports, withTls?.https], [{ http: 8443, grpc: 8443, health: 8181 }, true]);
  });

  it("says which records to make where nobody here can", async () => {
    const { result } = await deployed();
    const [addresses, pending] = await Promise.all([
      valueOf(result.outputs.addresses),
      valueOf(result.outputs.pending),
    ]);
    assert.deepEqual(addresses, cloud.addresses);
    assert.deepEqual(pending, ["Make the DNS record logfire.example.org A 203.0.113.7, unless it is there."]);
  });
});
