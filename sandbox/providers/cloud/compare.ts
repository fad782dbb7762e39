export const differ = (one: unknown, other: unknown): boolean => canonical(one) !== canonical(other);

/** Text that is the same for what a cloud takes to be the same: order of keys and of plain lists, and JSON within text. */
function canonical(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "string") return canonicalText(value);
  if (Array.isArray(value)) {
    const items = value.map((item) => canonical(item));
    return `[${(value.every((item) => typeof item !== "object") ? items.sort() : items).join(",")}]`;
  }
  if (typeof value === "object")
    return `{${Object.entries(value)
      .filter(([, item]) => item !== undefined && item !== null)
      .map(([key, item]) => `${key}:${canonical(item)}`)
      .sort()
      .join(",")}}`;
  return JSON.stringify(value);
}

function canonicalText(value: string): string {
  if (!/^\s*\{/.test(value)) return JSON.stringify(value);
  try {
    return canonical(JSON.parse(value));
  } catch {
    return JSON.stringify(value);
  }
}
