import type { EngineEvent } from "@pulumi/pulumi/automation";

/** When the engine worked on a resource. Milliseconds since 1970. */
export interface Span {
  readonly op: string;
  readonly begun: number;
  readonly ended: number;
}

/** Follows one update by its events. */
export class Timeline {
  readonly spans = new Map<string, Span>();
  /** What was done, without what stayed the same: `create urn:…`. */
  readonly steps: string[] = [];

  readonly onEvent = ({ resourcePreEvent, resOutputsEvent }: EngineEvent): void => {
    const at = Date.now();
    if (resourcePreEvent !== undefined) {
      const { op, urn } = resourcePreEvent.metadata;
      if (op === "same" || op === "read") return;
      this.steps.push(`${op} ${urn}`);
      this.spans.set(urn, { op, begun: at, ended: at });
    }
    if (resOutputsEvent === undefined) return;
    const known = this.spans.get(resOutputsEvent.metadata.urn);
    if (known !== undefined) this.spans.set(resOutputsEvent.metadata.urn, { ...known, ended: at });
  };
}
