import { connectorTypes } from "./connectorTypes";
import { schema } from "./schema";
import { keysOf, type Node, shapeOf } from "./walk";

const intro = `# Settings

Every key of a stack's configuration, as \`stacks/Pulumi.<stack>.yaml\` holds it below \`config:\`, with the project's
name in front: \`logfire-platform:adminEmail: sre@example.com\`. A value is set by
\`pulumi config set adminEmail sre@example.com\`, one inside an object by
\`pulumi config set --path existing.context production\`, a secret by
\`pulumi config set --path --secret secrets.registryPassword\`.

Everything is checked before anything is deployed, and all problems are reported at once.

This page is generated from the schema: \`npm run settings-reference\`.
`;

/** \`docs/settings.md\`, from the schema that checks the configuration. */
export function settingsReference(): string {
  const sections = Object.keys(shapeOf(schema)).map((key) => rowsOf(key));
  const flat = sections.filter((rows) => rows.length === 1).flat();
  const grouped = sections.filter((rows) => rows.length > 1);
  return [
    intro,
    "## Single keys\n",
    table(flat),
    ...grouped.flatMap((rows) => [`## \`${rows[0]?.path ?? ""}\`\n`, introOf(rows), table(rows.slice(1))]),
    connectorSection(),
  ].join("\n");
}

interface Row {
  readonly path: string;
  readonly node: Node;
}

const all = keysOf(schema);
const rowsOf = (key: string): readonly Row[] =>
  all.filter(({ path }) => path === key || path.startsWith(`${key}.`) || path.startsWith(`${key}[]`));

function introOf(rows: readonly Row[]): string {
  const about = rows[0]?.node.about;
  return about?.means === undefined ? "" : `${[about.means, about.change].filter(Boolean).join(" ")}\n`;
}

function table(rows: readonly Row[]): string {
  const lines = rows
    .filter(({ node }) => node.about.means !== undefined)
    .map(({ path, node }) => {
      const { means = "", change } = node.about;
      const cells = [
        `\`${path}\``,
        typeOf(node),
        defaultOf(node),
        change === undefined ? means : `${means} **Changing:** ${change}`,
      ];
      return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
    });
  return ["| key | type | default | meaning |", "| --- | --- | --- | --- |", ...lines, ""].join("\n");
}

function typeOf({ about, schema: bare }: Node): string {
  if (about.type !== undefined) return about.type;
  return bare.def.type === "array" ? "list" : "object";
}

function defaultOf({ about, optional, default: value }: Node): string {
  if (about.default !== undefined) return about.default;
  if (value !== undefined)
    return isEmpty(value) ? "none" : `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;
  return optional ? "none" : "required";
}

const isEmpty = (value: unknown) => typeof value === "object" && value !== null && Object.keys(value).length === 0;

function connectorSection(): string {
  const lines = Object.entries(connectorTypes).map(([name, type]) => {
    const { required, secrets, oneOf, secretWith } = { oneOf: [], secretWith: {}, ...type };
    const needed = [
      ...required.map((key) => `\`${key}\``),
      ...(oneOf.length > 0 ? [oneOf.map((key) => `\`${key}\``).join(" or ")] : []),
    ];
    const demanded = [
      ...secrets.map((key) => `\`${key}\``),
      ...Object.entries(secretWith).map(([key, secret]) => `\`${secret}\` with \`${key}\``),
    ];
    return `| \`${name}\` | ${needed.join(", ") || "nothing"} | ${demanded.join(", ") || "none"} |`;
  });
  return [
    "## Connector types\n",
    "What each type has to have in `identity.connectors[].config`, and as secrets below `secrets.connectors.<id>`.\n",
    "| type | keys | secrets |",
    "| --- | --- | --- |",
    ...lines,
    "",
  ].join("\n");
}
