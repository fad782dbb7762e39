import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { runningPid, signal, startOf, terminate } from "../controlPlane/processes";

/** A process that the engine's start scripts recorded, by the name of its record: `PROGRAM.PARENT.PID`. */
interface EngineProcess {
  readonly record: string;
  readonly program: string;
  readonly parent: number;
}

/**
 * Ends what a killed update left behind. An engine whose program is gone cannot go on: interrupted, it lets go of what
 * it waits for, writes the state and ends; after `graceMs` it is ended by force. Providers go with their engine.
 */
export async function endOrphans(records: string, graceMs: number): Promise<void> {
  const engines = processes(records).filter(({ program }) => program === "pulumi");
  await Promise.all(engines.filter(isOrphan).map((engine) => interrupt(engine, graceMs)));
  const providers = processes(records).filter(({ program }) => program !== "pulumi");
  await Promise.all(providers.filter(isOrphan).map(({ record }) => terminate(record, 2000)));
  for (const { record } of processes(records)) if (runningPid(record) === undefined) rmSync(record, { force: true });
}

const isOrphan = ({ record, parent }: EngineProcess): boolean =>
  runningPid(record) !== undefined && startOf(parent) === undefined;

async function interrupt({ record }: EngineProcess, graceMs: number): Promise<void> {
  const pid = runningPid(record);
  if (pid !== undefined) signal(pid, "SIGINT");
  const deadline = Date.now() + graceMs;
  while (runningPid(record) !== undefined && Date.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 50));
  await terminate(record, 0);
}

function processes(records: string): readonly EngineProcess[] {
  if (!existsSync(records)) return [];
  return readdirSync(records).flatMap((name) => {
    const [, program, parent] = /^(pulumi[a-z-]*)\.(\d+)\.\d+$/.exec(name) ?? [];
    return program === undefined ? [] : [{ record: join(records, name), program, parent: Number(parent) }];
  });
}
