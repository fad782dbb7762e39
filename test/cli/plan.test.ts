import assert from "node:assert/strict";
import { formatPlan, planFigures, type PlanFigures } from "../../cli/plan";
import { stackFacts } from "../../cli/objects";
import { inspectStack, type InspectedStack } from "../../cli/stack";
import { presetNames } from "../../components/logfire/catalogue/names";
import { edgeCharts } from "../../components/logfire/edge/charts";
import type { ObjectManifest } from "../../components/logfire/manifests";
import { maxReplicas, minReplicas, totals } from "../../components/logfire/sizing";
import { toMib, toMillis } from "../../components/lib/quantities";
import { command, terminalCodes } from "./command";

const stacks = ["sandbox", "existing", "aws-prod", "gcp-prod", "azure-prod"] as const;
const asPlain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

interface Scaler {
  readonly spec: {
    readonly scaleTargetRef: { readonly name: string };
    readonly minReplicas: number;
    readonly maxReplicas: number;
  };
}
interface Owner {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly replicas?: number;
    readonly template: {
      readonly spec: {
        readonly containers: readonly { readonly resources: { readonly requests: Record<string, string> } }[];
      };
    };
  };
}

interface Proxies {
  readonly spec: {
    readonly provider: {
      readonly kubernetes: {
        readonly envoyDeployment: {
          readonly replicas?: number;
          readonly container: { readonly resources: { readonly requests: Record<string, string> } };
        };
        readonly envoyHpa?: { readonly minReplicas: number; readonly maxReplicas: number };
      };
    };
  };
}

/** What Envoy Gateway's drainer asks for in each of Envoy's pods, by its defaults. */
const drainer = { cpu: "10m", memory: "32Mi" };

/** What the pods of the rendered objects ask for, added up without the sizes that they were rendered from. */
function requestsOf(objects: readonly ObjectManifest[], bound: "minReplicas" | "maxReplicas") {
  const scalers = objects.filter(({ kind }) => kind === "HorizontalPodAutoscaler") as unknown as Scaler[];
  const owners = objects.filter(({ kind }) => /^(Deployment|StatefulSet)$/.test(kind)) as unknown as Owner[];
  const sum = { pods: 0, cpuMillis: 0, memoryMib: 0 };
  for (const { metadata, spec } of owners) {
    const scaler = scalers.find((candidate) => candidate.spec.scaleTargetRef.name === metadata.name);
    const pods = scaler?.spec[bound] ?? spec.replicas ?? 1;
    sum.pods += pods;
    for (const { resources } of spec.template.spec.containers) {
      sum.cpuMillis += pods * toMillis(resources.requests["cpu"] ?? "0");
      sum.memoryMib += pods * toMib(resources.requests["memory"] ?? "0Mi");
    }
  }
  for (const { spec } of objects.filter(({ kind }) => kind === "EnvoyProxy") as unknown as Proxies[]) {
    const { envoyDeployment, envoyHpa } = spec.provider.kubernetes;
    const pods = envoyHpa?.[bound] ?? envoyDeployment.replicas ?? 1;
    sum.pods += pods;
    for (const requests of [envoyDeployment.container.resources.requests, drainer]) {
      sum.cpuMillis += pods * toMillis(requests["cpu"] ?? "0");
      sum.memoryMib += pods * toMib(requests["memory"] ?? "0Mi");
    }
  }
  return sum;
}

/** Rows of one of the printed tables, its head first. */
function rowsBelow(text: string, heading: string): readonly (readonly string[])[] {
  const lines = text.split("\n");
  const first = lines.findIndex((line) => line.startsWith(heading)) + 1;
  const rows = lines.slice(first).map((line) => line.trim().split(/\s{2,}/));
  return rows.slice(
    0,
    rows.findIndex((cells) => cells.length < 3),
  );
}

const written = (value: number): string => String(Math.round(value * 100) / 100);

type Values = Readonly<Record<string, unknown>>;

/** What a Helm chart of the edge asks for by its own defaults, by its values; another test compares them. */
const charts: Readonly<Record<string, (values: Values) => Requests>> = {
  "envoy-gateway": ({ deployment }) => {
    const { replicas } = deployment as { readonly replicas: number };
    return { pods: replicas, cpuMillis: replicas * 100, memoryMib: replicas * 256 };
  },
  // Controller, webhook and cainjector, which ask for nothing.
  "cert-manager": ({ replicaCount }) => ({ pods: 3 * Number(replicaCount), cpuMillis: 0, memoryMib: 0 }),
};

interface Requests {
  readonly pods: number;
  readonly cpuMillis: number;
  readonly memoryMib: number;
}
const sumOf = (parts: readonly Requests[]): Requests =>
  parts.reduce(
    (sum, { pods, cpuMillis, memoryMib }) => ({
      pods: sum.pods + pods,
      cpuMillis: sum.cpuMillis + cpuMillis,
      memoryMib: sum.memoryMib + memoryMib,
    }),
    { pods: 0, cpuMillis: 0, memoryMib: 0 },
  );

/** Pods that the stack's Helm charts bring, by the values that it gives them. */
const requestsOfCharts = ({ settings }: InspectedStack): Requests =>
  sumOf(
    edgeCharts({ settings: settings.logfire, platform: stackFacts(settings) }).flatMap(({ release, values }) => {
      const asks = charts[release];
      return asks === undefined ? [] : [asks(values)];
    }),
  );

/** Pods that run in a cluster that is made and that nobody renders here, fewest and most: pods, millicores, MiB of one. */
const addons: Readonly<Record<string, readonly (readonly [min: number, max: number, cpu: number, memory: number])[]>> =
  {
    // CoreDNS, metrics-server, the EBS driver, cert-manager's three.
    aws: [
      [2, 2, 100, 70],
      [2, 2, 100, 200],
      [2, 2, 60, 240],
      [3, 3, 0, 0],
    ],
    // kube-dns, konnectivity-agent, their autoscalers, metrics-server, event-exporter, the default backend, gmp-operator.
    gcp: [
      [2, 4, 265, 140],
      [3, 6, 15, 60],
      [2, 2, 20, 10],
      [1, 2, 43, 55],
      [1, 1, 3, 100],
      [1, 1, 10, 20],
      [1, 1, 1, 16],
    ],
    // CoreDNS, its autoscaler, metrics-server, konnectivity-agent, cilium-operator, the identity's webhook, eraser.
    azure: [
      [2, 5, 100, 70],
      [1, 1, 20, 10],
      [2, 2, 150, 300],
      [2, 2, 20, 20],
      [2, 2, 0, 0],
      [2, 2, 100, 20],
      [1, 1, 50, 30],
    ],
  };

const requestsOfAddons = ({ settings: { platform } }: InspectedStack, bound: "minReplicas" | "maxReplicas"): Requests =>
  sumOf(
    (addons[platform.kind] ?? []).map(([min, max, cpuMillis, memoryMib]) => {
      const pods = bound === "minReplicas" ? min : max;
      return { pods, cpuMillis: pods * cpuMillis, memoryMib: pods * memoryMib };
    }),
  );

/** The rows of the capacity table, worked out from the figures. */
function expectedRows({ capacity, stores, services, total }: PlanFigures): readonly (readonly string[])[] {
  const own = totals([], minReplicas);
  const store = stores.reduce(
    (sum, { cpuMillis, memoryMib }) => ({
      ...sum,
      pods: sum.pods + 1,
      cpuMillis: sum.cpuMillis + cpuMillis,
      memoryMib: sum.memoryMib + memoryMib,
    }),
    own,
  );
  const rows = [
    ...capacity.map(({ pool, min, max }) => ({ name: String(pool), min, max })),
    ...(stores.length === 0 ? [] : [{ name: "stores", min: store, max: store }]),
    ...(services.length === 0
      ? []
      : [{ name: "services", min: totalOf(services, 0, own), max: totalOf(services, 1, own) }]),
    { name: "total", ...total },
  ];
  return rows.map(({ name, min, max }) => [
    name,
    ...[min, max].flatMap((part) => [
      String(part.pods),
      written(part.cpuMillis / 1000),
      written(part.memoryMib / 1024),
      written(part.scratchMib / 1024),
    ]),
  ]);
}

const totalOf = (services: PlanFigures["services"], bound: 0 | 1, nothing: ReturnType<typeof totals>) =>
  services.reduce(
    (sum, { pods, cpuMillis, memoryMib }) => ({
      ...sum,
      pods: sum.pods + pods[bound],
      cpuMillis: sum.cpuMillis + pods[bound] * cpuMillis,
      memoryMib: sum.memoryMib + pods[bound] * memoryMib,
    }),
    nothing,
  );

describe("plan", function () {
  this.timeout(30_000);

  for (const stack of stacks)
    for (const preset of presetNames) {
      it(`of ${stack} in ${preset} adds up to what the rendered pods ask for`, () => {
        const inspected = inspectStack(stack, preset);
        const { total, workloads, stores } = planFigures(inspected);
        for (const [which, bound, replicas] of [
          ["min", "minReplicas", minReplicas],
          ["max", "maxReplicas", maxReplicas],
        ] as const) {
          const { scratchMib, ...rest } = total[which];
          const parts = [
            requestsOf(inspected.objects(), bound),
            requestsOfCharts(inspected),
            requestsOfAddons(inspected, bound),
          ];
          assert.deepEqual(rest, sumOf(parts));
          assert.equal(scratchMib, totals(workloads, replicas).scratchMib);
        }
        assert.equal(stores.length, stack === "sandbox" ? 2 : 0);
      });

      it(`of ${stack} in ${preset} prints the figures that it gives to scripts`, () => {
        const inspected = inspectStack(stack, preset);
        const figures = planFigures(inspected);
        const text = formatPlan(inspected);
        assert.deepEqual(rowsBelow(text, "Required capacity").slice(1), expectedRows(figures));
        const workloads = rowsBelow(text, "Workloads").slice(1);
        assert.deepEqual(
          workloads.map(([name, , cpu, memory]) => [name, cpu, memory]),
          figures.workloads.map(({ name, requests }) => [
            name,
            written(requests.cpuMillis / 1000),
            written(requests.memoryMib / 1024),
          ]),
        );
      });
    }

  it("prints plain text into a pipe, and the same figures as JSON", async () => {
    const inspected = inspectStack("sandbox", "small");
    const args = ["plan", "--stack", "sandbox", "--preset", "small"];
    const [text, json] = await Promise.all([command(args), command([...args, "--json"])]);
    assert.deepEqual([text.code, text.stderr, json.code, json.stderr], [0, "", 0, ""]);
    assert.doesNotMatch(text.stdout, terminalCodes);
    assert.equal(text.stdout, `${formatPlan(inspected)}\n`);
    assert.deepEqual(JSON.parse(json.stdout), asPlain(planFigures(inspected)));
  });

  it("says how people reach Logfire, what it installs for that, and which records are left to make", () => {
    const [, edge, ...more] = formatPlan(inspectStack("sandbox")).split("\n");
    assert.equal(
      edge,
      "Edge: Gateway; public; https://logfire.localhost; certificate of a private authority, which clients have to trust",
    );
    assert.match(more[0] ?? "", /^DNS records for you to make, .*: logfire\.localhost$/);
    assert.ok(!more.some((line) => line.startsWith("Installs")));
    const existing = formatPlan(inspectStack("existing"));
    assert.match(existing, /^Installs into the cluster: gateway-crds v\S+, envoy-gateway v\S+/m);
  });

  it("lists every image for a mirror, those of the edge included", () => {
    const { images, objects } = planFigures(inspectStack("existing"));
    assert.ok((objects["Deployment"] ?? 0) > 10);
    for (const image of ["python-prod", "library/haproxy", "envoyproxy/envoy:", "envoyproxy/gateway:"])
      assert.ok(
        images.some((name) => name.includes(image)),
        image,
      );
    assert.ok(!planFigures(inspectStack("sandbox")).images.some((name) => name.includes("envoyproxy/gateway:")));
  });

  it("shows a quarter of a core as a quarter", () => {
    const rows = rowsBelow(formatPlan(inspectStack("sandbox", "standard")), "Workloads");
    assert.equal(rows.find(([name]) => name === "logfire-worker")?.[2], "0.25");
  });

  it("says that it does not know what an existing cluster has, and which volumes it takes", () => {
    const text = formatPlan(inspectStack("sandbox", "standard"));
    assert.match(text, /^Available capacity: not known/m);
    assert.deepEqual(rowsBelow(text, "Volumes on network storage").slice(1), [
      ["logfire-ff-ingest", "3–12", "16"],
      ["logfire-postgres", "1", "10"],
      ["logfire-minio", "1", "50"],
    ]);
  });
});
