import Table from "cli-table3";

const noLines = {
  ...{ top: "", "top-mid": "", "top-left": "", "top-right": "" },
  ...{ bottom: "", "bottom-mid": "", "bottom-left": "", "bottom-right": "" },
  ...{ left: "", "left-mid": "", mid: "", "mid-mid": "", right: "", "right-mid": "", middle: "  " },
};

export type Cell = string | number;

/** Aligned columns without lines, for a terminal, `grep` and logs; columns of numbers to the right. */
export function table(
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
  terminal = process.stdout.isTTY,
): string {
  const right = head.map(
    (_, column) => rows.length > 0 && rows.every((row) => /^[\d.,–-]/.test(String(row[column] ?? ""))),
  );
  const made = new Table({
    head: [...head],
    chars: noLines,
    style: { head: terminal ? ["bold"] : [], border: [], "padding-left": 0, "padding-right": 0 },
    colAligns: right.map((yes) => (yes ? "right" : "left")),
  });
  made.push(...rows.map((row) => row.map(String)));
  return made
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}
