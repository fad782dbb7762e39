import type { Context, Workload } from "../catalogue/workload";
import type { RenderedObject } from "./types";

/** What gives each service its certificate, where Logfire's own services talk HTTPS. */
export function renderCertificates(_context: Context, _workloads: readonly Workload[]): RenderedObject[] {
  return [];
}
