import { readFileSync, writeFileSync } from "node:fs";
import { format, resolveConfig } from "prettier";

/** A page of the documentation of which some parts follow from the code. */
export interface GeneratedPage {
  readonly path: string;
  /** The parts by name, as the code says them now. */
  readonly parts: () => Readonly<Record<string, string>>;
}

/** The text with its parts written anew. Each stands between `<!-- name: generated -->` and `<!-- end -->`. */
export const withGenerated = ({ path, parts }: GeneratedPage, text: string): string =>
  Object.entries(parts()).reduce((page, [name, made]) => {
    const begin = `<!-- ${name}: generated -->`;
    const end = "<!-- end -->";
    const from = page.indexOf(begin);
    const to = page.indexOf(end, from);
    const complete = from >= 0 && to >= 0 && !page.slice(from + begin.length, to).includes(": generated -->");
    if (!complete) throw new Error(`${path} has no part ${begin} … ${end}`);
    return `${page.slice(0, from + begin.length)}\n\n${made}\n\n${page.slice(to)}`;
  }, text);

/** As `npm run format` leaves it. */
export const formatted = async ({ path }: Pick<GeneratedPage, "path">, text: string): Promise<string> =>
  format(text, { ...(await resolveConfig(path)), filepath: path });

/** Writes the page's parts; a test fails while they are stale. */
export async function writeGenerated(page: GeneratedPage): Promise<void> {
  writeFileSync(page.path, await formatted(page, withGenerated(page, readFileSync(page.path, "utf8"))));
}

/** A table in Markdown. */
export const table = (head: readonly string[], rows: readonly (readonly (string | number)[])[]): string =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
