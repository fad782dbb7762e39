import { mkdirSync } from "node:fs";
import { basename } from "node:path";
import { onInterrupt } from "../../cli/interrupt";
import { root } from "../../cli/root";
import { down } from "../../sandbox";
import { layout } from "../../sandbox/controlPlane/components";
import { launch } from "../../sandbox/controlPlane/processes";
import { announce, markKept } from "../../sandbox/rehearsal/remains";
import { createProgress } from "../../sandbox/tools/progress";

/** What is `stuck` does not end when it is asked to: a step that hangs. */
type Kind = "stuck" | "obedient" | "kept";

/** A rehearsal's command with two sleeping processes for a control plane: announced, recorded and ended as a real one. */
async function main(kind: Kind, stateDir: string): Promise<void> {
  const interruption = onInterrupt(createProgress());
  announce(stateDir, "aws-dev");
  mkdirSync(layout(stateDir).records);
  for (const component of ["etcd", "kwok"] as const)
    await launch({
      ...{ binary: "sleep", args: ["600"], cwd: stateDir, log: "/dev/null" },
      record: layout(stateDir).record(component),
    });
  if (kind === "kept") {
    markKept(stateDir);
    return;
  }
  process.send?.("begun");
  await new Promise<void>((resolve) => {
    setInterval(() => undefined, 1000);
    if (kind === "obedient") interruption.signal.addEventListener("abort", () => resolve());
  });
  await down({ checkout: root, name: basename(stateDir) });
  interruption.endIfAsked();
}

const [kind, stateDir = ""] = process.argv.slice(2);
void main(kind as Kind, stateDir);
