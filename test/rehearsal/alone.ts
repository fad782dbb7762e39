import assert from "node:assert/strict";
import { rehearsalRequest } from "../../cli/rehearse";
import program from "../../index";
import { ownerParts, type OwnerPart, type RehearsedCloud } from "../../sandbox/rehearsal/cloud";
import { rehearseMatrix, type MatrixCase } from "../../sandbox/rehearsal/matrix";
import { toolset } from "../support/tools";

/**
 * A part of the matrix that `npm run rehearse -- --matrix` plays as a whole: everything adopted, and the one part that
 * changes most for the others. Between them and the stacks of the other files every part is made and adopted, with three
 * of the four presets; `large` is the matrix' own.
 */
const cases: readonly MatrixCase[] = [
  { preset: "tiny", adopt: ownerParts, scope: "platform" },
  { preset: "standard", adopt: ["cluster"], scope: "platform" },
];

export interface AlonePlatform {
  readonly cloud: RehearsedCloud;
  readonly stack: string;
  /** Types, without the package, of which nothing is made where a part is the owner's. */
  readonly madeOf: Readonly<Record<OwnerPart, string>>;
  /** What is made whatever is the owner's. */
  readonly always: string;
}

/** A platform without Logfire in it, with parts of its owner's. */
export function describeAlone({ cloud, stack, madeOf, always }: AlonePlatform): void {
  describe(`a platform on ${cloud.title} without Logfire in it`, function () {
    this.timeout(600_000);

    for (const each of cases)
      it(`rehearses clean with preset ${each.preset} and ${each.adopt.join(", ")} of the owner's`, async () => {
        const tools = await toolset();
        const options = { fault: [], scenario: [], speed: 1000, quota: {} } as const;
        let types = new Set<string>();
        const [row] = await rehearseMatrix(
          [each],
          ({ preset, adopt }) => ({
            ...rehearsalRequest({ stack, preset, adopt, ...options }, cloud, tools, program),
            visit: async (stage) => {
              types = new Set((await stage.state()).map(({ type }) => type.slice(type.indexOf(":") + 1)));
            },
          }),
          () => undefined,
        );
        assert.deepEqual(row?.problems, []);
        // A cluster lies in its owner's network.
        const adopted = new Set([...each.adopt, ...(each.adopt.includes("cluster") ? ["network" as const] : [])]);
        for (const part of ownerParts) assert.equal(types.has(madeOf[part]), !adopted.has(part), part);
        assert.ok(types.has(always), always);
      });
  });
}
