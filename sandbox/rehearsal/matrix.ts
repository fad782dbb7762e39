import { createRequire } from "node:module";
import { join } from "node:path";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { presetNames, type PresetName } from "../../components/logfire/catalogue/names";
import { ownerParts, type OwnerPart } from "./cloud";
import { rehearse, type RehearsalRequest } from "./rehearsal";
import type { RehearsalReport } from "./report";

/** One stack of the matrix, and how much of it is rehearsed. */
export interface MatrixCase {
  readonly preset: PresetName;
  /** What is the owner's; the rest is made. */
  readonly adopt: readonly OwnerPart[];
  /** `platform`: without Logfire in it, which takes a third of the time. */
  readonly scope: "stack" | "platform";
}

export interface MatrixRow extends MatrixCase {
  readonly seconds: number;
  /** Absent where an `up` failed that had to succeed. */
  readonly report?: RehearsalReport;
  readonly problems: readonly string[];
}

/**
 * Every preset x {everything made, each part adopted, all parts adopted}. With Logfire in it where everything is made or
 * everything is adopted, and for every part with the stack's own preset; the platform alone for the others: what of an
 * adopted part reaches Logfire is the same for every preset.
 */
export function matrixCases(own: PresetName): readonly MatrixCase[] {
  const adoptions: readonly (readonly OwnerPart[])[] = [[], ...ownerParts.map((part) => [part]), ownerParts];
  const presets = [own, ...presetNames.filter((preset) => preset !== own)];
  return presets.flatMap((preset) =>
    adoptions.map((adopt) => ({
      ...{ preset, adopt },
      scope: preset === own || adopt.length !== 1 ? ("stack" as const) : ("platform" as const),
    })),
  );
}

const alone = join(__dirname, "platformAlone.ts");

/**
 * Rehearses one after the other, each from nothing to nothing; a case that fails does not keep the next one back. Where it is
 * interrupted, it answers the cases that are through.
 */
export async function rehearseMatrix(
  cases: readonly MatrixCase[],
  requestFor: (each: MatrixCase) => RehearsalRequest,
  onRow: (row: MatrixRow) => void,
): Promise<readonly MatrixRow[]> {
  // Loaded when it is needed, with the SDKs of the platform.
  const platformAlone = createRequire(__filename)(alone) as PulumiFn;
  const rows: MatrixRow[] = [];
  for (const each of cases) {
    const request = requestFor(each);
    const scoped = each.scope === "stack" ? request : { ...request, program: platformAlone, module: alone };
    const begun = Date.now();
    const outcome = await rehearse(scoped).then(
      (report) => ({ report, problems: report.problems }),
      (error: unknown) => ({ problems: [error instanceof Error ? error.message : String(error)] }),
    );
    if (request.signal?.aborted === true) return rows;
    const row = { ...each, seconds: (Date.now() - begun) / 1000, ...outcome };
    rows.push(row);
    onRow(row);
  }
  return rows;
}
