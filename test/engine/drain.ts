import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { list, namespace, run, type KubeObject, type Rig } from "./support";

/** The message of an update that must fail. */
export async function ended(update: Promise<unknown>): Promise<string> {
  const outcome: unknown = await update.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (outcome instanceof Error) return outcome.message;
  throw new Error("the update succeeded");
}

/** As an administrator drains a node; pods that a budget protects are asked for again every 5 s. */
export const drainNode = (rig: Rig, node: string) =>
  run(rig.tools.path("kubectl"), [
    ...["--kubeconfig", rig.sandbox.controlPlane.kubeconfig, "drain", node],
    ...["--ignore-daemonsets", "--delete-emptydir-data", "--timeout=60s"],
  ]);

interface Budget extends KubeObject {
  readonly spec: { readonly selector: { readonly matchLabels: Readonly<Record<string, string>> } };
  readonly status: { readonly expectedPods: number; readonly desiredHealthy: number };
}

/** Follows every pod of the namespace and counts, at each event, the Ready ones under each disruption budget. */
export async function watchPods(rig: Rig) {
  const budgets = await list<Budget>(rig, "poddisruptionbudgets");
  const ready = new Map<string, string>();
  const evicted = new Set<string>();
  const violations: string[] = [];
  const columns = [
    "EVENT:.type",
    "NAME:.object.metadata.name",
    "COMPONENT:.object.metadata.labels.app\\.kubernetes\\.io/component",
    "READY:.object.status.conditions[?(@.type=='Ready')].status",
    "DELETED:.object.metadata.deletionTimestamp",
  ];
  const child = spawn(rig.tools.path("kubectl"), [
    ...["--kubeconfig", rig.sandbox.controlPlane.kubeconfig, "-n", namespace, "get", "pods", "--watch"],
    ...["--output-watch-events", "--no-headers", "-o", `custom-columns=${columns.join(",")}`],
  ]);
  let complete = false;
  const check = (component: string) => {
    const budget = budgets.find(({ spec }) => spec.selector.matchLabels["app.kubernetes.io/component"] === component);
    const count = [...ready.values()].filter((of) => of === component).length;
    if (complete && budget !== undefined && count < budget.status.desiredHealthy)
      violations.push(
        `${component}: ${count} Ready, ${budget.status.desiredHealthy} of ${budget.status.expectedPods} have to be`,
      );
  };
  createInterface({ input: child.stdout }).on("line", (line) => {
    const [event = "", name = "", component = "", isReady, deleted] = line.trim().split(/\s+/);
    if (event !== "DELETED" && isReady === "True" && deleted === "<none>") ready.set(name, component);
    else if (ready.delete(name)) {
      if (complete) evicted.add(component);
      check(component);
    }
  });
  const expected = budgets.reduce((sum, { status }) => sum + status.desiredHealthy, 0);
  for (let waited = 0; ready.size < Math.max(1, expected); waited++) {
    if (waited > 100) throw new Error(`kubectl get pods --watch shows ${ready.size} Ready pods of ${expected}`);
    await sleep(100);
  }
  complete = true;
  return {
    evicted,
    /** After the events under way have come in. */
    violations: async () => {
      await sleep(500);
      return violations;
    },
    end: () => void child.kill(),
  };
}
