import type { EngineEvent } from "@pulumi/pulumi/automation";

/** A resource's name as people know it. `urn:pulumi:s::p::kubernetes:apps/v1:Deployment::web` -> `Deployment web`. */
export function displayName(urn: string): string {
  const [, , type = "", ...name] = urn.split("::");
  return `${type.split(":").at(-1) ?? type} ${name.join("::")}`;
}

/** Follows an update by its events. */
export class UpdateProgress {
  private readonly inFlight = new Map<string, number>();
  private finished = 0;

  constructor(private readonly now: () => number = Date.now) {}

  record({ resourcePreEvent, resOutputsEvent, resOpFailedEvent }: EngineEvent): void {
    if (resourcePreEvent !== undefined && resourcePreEvent.metadata.op !== "same")
      this.inFlight.set(stepKey(resourcePreEvent.metadata), this.now());
    const ended = resOutputsEvent ?? resOpFailedEvent;
    if (ended === undefined) return;
    this.inFlight.delete(stepKey(ended.metadata));
    this.finished += 1;
  }

  /** `31 of 44 so far; waiting for Deployment web (12 s)`. What is not begun yet is not known to the engine. */
  describe(): string {
    const seen = this.finished + this.inFlight.size;
    const waiting = [...this.inFlight]
      .map(([key, since]) => ({
        name: displayName(key.slice(key.indexOf(" ") + 1)),
        seconds: (this.now() - since) / 1000,
      }))
      .filter(({ seconds }) => seconds >= 3)
      .sort((a, b) => b.seconds - a.seconds);
    const longest = waiting.slice(0, 2).map(({ name, seconds }) => `${name} (${Math.floor(seconds)} s)`);
    const more = waiting.length > 2 ? ` and ${waiting.length - 2} more` : "";
    return `${this.finished} of ${seen} so far${longest.length > 0 ? `; waiting for ${longest.join(", ")}${more}` : ""}`;
  }
}

/** A replacement has several steps for one resource. */
const stepKey = ({ op, urn }: { readonly op: string; readonly urn: string }): string => `${op} ${urn}`;
