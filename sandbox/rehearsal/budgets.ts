import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { ControlPlane } from "../controlPlane/controlPlane";
import type { Programs } from "../toolset";

interface Budget {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly selector: { readonly matchLabels?: Readonly<Record<string, string>> } };
  readonly status: { readonly desiredHealthy: number };
}
interface Pod {
  readonly metadata: {
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
  };
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

export interface BudgetWatch {
  /** Ends the watch. Each moment at which fewer pods were Ready than a disruption budget demands, and how many pods went. */
  end(): Promise<{ readonly violations: readonly string[]; readonly evicted: number }>;
}

/** Follows the pods of a namespace by their events, and holds each against the disruption budgets there are now. */
export async function watchBudgets(
  { kubectl, kubeconfig }: Pick<ControlPlane, "kubectl" | "kubeconfig">,
  toolset: Programs,
  namespace: string,
): Promise<BudgetWatch> {
  const read = async <T>(kind: string) =>
    (JSON.parse(await kubectl(["get", kind, "-n", namespace, "-o", "json"])) as { readonly items: readonly T[] }).items;
  const budgets = await read<Budget>("poddisruptionbudgets");
  const expected = (await read<Pod>("pods")).map(({ metadata }) => metadata.name);
  const seen = new Set<string>();
  const ready = new Map<string, Pod>();
  const violations = new Set<string>();
  let evicted = 0;
  const check = () => {
    for (const { metadata, spec, status } of budgets) {
      const count = [...ready.values()].filter((pod) => matches(pod, spec.selector.matchLabels ?? {})).length;
      if (count < status.desiredHealthy)
        violations.add(`${metadata.name}: ${count} Ready, ${status.desiredHealthy} have to be`);
    }
  };
  const child = spawn(toolset.path("kubectl"), [
    ...["--kubeconfig", kubeconfig, "-n", namespace, "get", "pods", "--watch", "--output-watch-events"],
    ...["--no-headers", "-o", `custom-columns=${columns.join(",")}`],
  ]);
  createInterface({ input: child.stdout }).on("line", (line) => {
    const { event, name, pod } = readLine(line);
    seen.add(name);
    if (event !== "DELETED" && isReady(pod)) ready.set(name, pod);
    else if (ready.delete(name)) {
      evicted += 1;
      check();
    }
  });
  // What goes before the watch has begun is not seen to go.
  for (const late = Date.now() + 10_000; Date.now() < late && !expected.every((name) => seen.has(name));)
    await new Promise((resolve) => setTimeout(resolve, 20));
  return {
    end: async () => {
      // The events under way.
      await new Promise((resolve) => setTimeout(resolve, 500));
      child.kill();
      return { violations: [...violations], evicted };
    },
  };
}

const columns = [
  "EVENT:.type",
  "NAME:.object.metadata.name",
  "READY:.object.status.conditions[?(@.type=='Ready')].status",
  "DELETED:.object.metadata.deletionTimestamp",
  "LABELS:.object.metadata.labels",
];

/** `MODIFIED web-1 True <none> map[app:web tier:front]` */
function readLine(line: string): { readonly event: string; readonly name: string; readonly pod: Pod } {
  const [event = "", name = "", ready = "", deleted = "", ...labels] = line.trim().split(/\s+/);
  const pairs = labels
    .join(" ")
    .replaceAll(/^map\[|\]$/g, "")
    .split(" ");
  return {
    ...{ event, name },
    pod: {
      metadata: {
        name,
        labels: Object.fromEntries(pairs.map((pair) => pair.split(":"))) as Record<string, string>,
        ...(deleted === "<none>" ? {} : { deletionTimestamp: deleted }),
      },
      status: { conditions: [{ type: "Ready", status: ready }] },
    },
  };
}

const isReady = ({ metadata, status }: Pod): boolean =>
  metadata.deletionTimestamp === undefined &&
  status?.conditions?.some(({ type, status: value }) => type === "Ready" && value === "True") === true;

const matches = ({ metadata }: Pod, labels: Readonly<Record<string, string>>): boolean =>
  Object.entries(labels).every(([name, value]) => metadata.labels?.[name] === value);
