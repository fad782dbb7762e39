import { setTimeout as sleep } from "node:timers/promises";
import { down, type DownReport } from "..";
import { signal } from "../controlPlane/processes";
import type { Progress } from "../tools/progress";
import { rehearsals, type Rehearsal } from "./remains";

/** What a command that is asked to end may take to take its rehearsal down. */
const graceMs = 60_000;

/** Ends a rehearsal and removes what it kept. Where its command is at work, that is asked to do it, and ended if it does not. */
export async function endRehearsal(rehearsal: Rehearsal, checkout: string, progress: Progress): Promise<DownReport> {
  const { name, condition, command, processes } = rehearsal;
  if (condition !== "at work" || command === undefined) return down({ checkout, name, progress });
  progress.note(`Rehearsal ${name} is at work; process ${command} is asked to take it down.`);
  signal(command, "SIGTERM");
  const deadline = Date.now() + graceMs;
  while (stillAtWork(rehearsal) && Date.now() < deadline) await sleep(100);
  if (stillAtWork(rehearsal)) signal(command, "SIGKILL");
  const rest = await down({ checkout, name, progress });
  return rest.existed ? rest : { name, existed: true, processesEnded: processes.length };
}

const stillAtWork = ({ name, command }: Rehearsal): boolean =>
  rehearsals().some((each) => each.name === name && each.command === command);
