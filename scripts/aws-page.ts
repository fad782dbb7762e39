import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { type PresetName, presetNames } from "../components/logfire/catalogue/names";
import { resolveSizes } from "../components/logfire/sizing";
import { awsPlan, type AwsPlan } from "../cli/planAws";
import { billedByUse } from "../components/platform/aws/figures/cost";
import { actionsByService } from "../components/platform/aws/figures/permissions";
import { machinePrices, priceRegion, type Price } from "../components/platform/aws/figures/prices";
import { resolveSettings } from "../components/settings";

export const awsPage = join(__dirname, "..", "docs", "aws.md");

/** A stack with nothing but what is required. */
function planOf(preset: PresetName): AwsPlan {
  const settings = resolveSettings({
    values: {
      platform: "aws",
      preset,
      hostname: "logfire.mycompany.dev",
      adminEmail: "sre@mycompany.dev",
      aws: { region: priceRegion, cluster: { apiAccess: ["203.0.113.7/32"] } },
    },
    secretKeys: new Set(),
  });
  const plan = awsPlan(settings, resolveSizes(settings.logfire));
  if (plan === undefined) throw new Error("no plan for AWS");
  return plan;
}

const table = (head: readonly string[], rows: readonly (readonly (string | number)[])[]): string =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

const usd = (amount: number): string => Math.round(amount).toLocaleString("en-US");

/** What a line is for, apart from the machine that a preset chooses. */
const partOf = (what: string): string => what.replace(/ (m|r|i|db\.|cache\.)[a-z0-9]+\.\S+$/, "");

function costTable(plans: Readonly<Record<PresetName, AwsPlan>>): string {
  const parts = [...new Set(presetNames.flatMap((preset) => plans[preset].cost.lines.map(({ what }) => partOf(what))))];
  const cell = (preset: PresetName, part: string): string => {
    const line = plans[preset].cost.lines.find(({ what }) => partOf(what) === part);
    if (line === undefined) return "-";
    const machine = line.what.slice(part.length).trim();
    const count = `${line.count}${machine === "" ? "" : ` × ${machine}`}`;
    return line.usdPerMonth === undefined ? `${count}: no price` : `${count}: ${usd(line.usdPerMonth)}`;
  };
  return table(
    ["a month, USD", ...presetNames.map((preset) => `\`${preset}\``)],
    [
      ...parts.map((part) => [part, ...presetNames.map((preset) => cell(preset, part))]),
      ["**together**", ...presetNames.map((preset) => `**${usd(plans[preset].cost.totalUsd)}**`)],
    ],
  );
}

function priceTable(plans: Readonly<Record<PresetName, AwsPlan>>): string {
  const used = new Map<string, Price>();
  for (const { cost } of Object.values(plans))
    for (const { what, price } of cost.lines) {
      const name = what.replace(`${partOf(what)} `, "");
      if (price !== undefined) used.set(machinePrices[name] === undefined ? partOf(what) : name, price);
    }
  const rows = [...used].map(([name, { usd: amount, per, source, date }]) => [name, amount, per, source, date]);
  return table(["of", "USD", "per", "source", "date"], rows);
}

function costs(): string {
  const plans = Object.fromEntries(presetNames.map((preset) => [preset, planOf(preset)])) as Record<
    PresetName,
    AwsPlan
  >;
  const missing = [...new Set(Object.values(plans).flatMap(({ cost }) => cost.unpriced))];
  return [
    costTable(plans),
    "",
    `Nodes are at their minimum. Left out, because no price of it has a source: ${missing.join(", ") || "nothing"}. ` +
      `Left out, because it grows with use: ${billedByUse.join("; ")}.`,
    "",
    "The prices:",
    "",
    priceTable(plans),
  ].join("\n");
}

function limits(): string {
  const plans = presetNames.map((preset) => planOf(preset).quotas);
  const [first = []] = plans;
  return table(
    ["limit", "code", "a new account has", ...presetNames.map((preset) => `\`${preset}\``)],
    first.map(({ name, code, initial }) => [
      name,
      `\`${code}\``,
      initial,
      ...plans.map((needs) => {
        const need = needs.find((one) => one.code === code);
        if (need === undefined) return "-";
        return need.least === need.most ? need.least : `${need.least}, at full scale ${need.most}`;
      }),
    ]),
  );
}

const actions = (): string =>
  table(
    ["service", "actions"],
    Object.entries(actionsByService()).map(([service, list]) => [
      `\`${service}\``,
      list.map((action) => `\`${action.slice(service.length + 1)}\``).join(" "),
    ]),
  );

/** Parts of the page that follow from the code, by the name in their comments. */
const generated: Readonly<Record<string, () => string>> = { costs, limits, actions };

/** The page with its generated parts as the code says them now. */
export const withGenerated = (page: string): string =>
  Object.entries(generated).reduce(
    (text, [name, make]) =>
      text.replace(
        new RegExp(`(<!-- ${name}: generated -->)[^]*?(<!-- end -->)`),
        (_, start: string, end: string) => `${start}\n\n${make()}\n\n${end}`,
      ),
    page,
  );

export const formatted = async (page: string): Promise<string> =>
  format(page, { ...(await resolveConfig(awsPage)), filepath: awsPage });

/** Writes the generated parts of `docs/aws.md`; a test fails while they are stale. */
async function main(): Promise<void> {
  writeFileSync(awsPage, await formatted(withGenerated(readFileSync(awsPage, "utf8"))));
}

if (require.main === module) void main();
