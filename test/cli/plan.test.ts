import assert from "node:assert/strict";
import { formatPlan, planFigures, type PlanFigures } from "../../cli/plan";
import { inspectStack } from "../../cli/stack";
import { presetNames } from "../../components/logfire/catalogue/names";
import type { ObjectManifest } from "../../components/logfire/manifests";
import { maxReplicas, minReplicas, totals } from "../../components/logfire/sizing";
import { toMib, toMillis } from "../../components/lib/quantities";
import { command, terminalCodes } from "./command";

const stacks = ["sandbox", "existing"] as const;
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

/** The rows of the capacity table, worked out from the figures. */
function expectedRows({ capacity, stores, total }: PlanFigures): readonly (readonly string[])[] {
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
          assert.deepEqual(rest, requestsOf(inspected.objects(), bound));
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
