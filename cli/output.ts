import Table from "cli-table3";

const plain = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "  ",
};

/** A table for a terminal or a pipe: aligned columns, no lines; numbers to the right. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const right = head.map(
    (_, column) => rows.length > 0 && rows.every((row) => /^[\d.,–-]/.test(String(row[column] ?? ""))),
  );
  const made = new Table({
    head: [...head],
    chars: plain,
    style: { head: process.stdout.isTTY ? ["bold"] : [], border: [], "padding-left": 0, "padding-right": 0 },
    colAligns: right.map((yes) => (yes ? "right" : "left")),
  });
  made.push(...rows.map((row) => row.map(String)));
  return made
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}

// Two decimals, because a pod may ask for a quarter of a core; no more of them than the number has.
const rounded = (value: number): string => String(Math.round(value * 100) / 100);

export const cores = (millis: number): string => rounded(millis / 1000);
export const gib = (mib: number): string => rounded(mib / 1024);
