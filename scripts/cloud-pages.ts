import { join } from "node:path";
import { cloudPlan, type CloudPlan } from "../cli/planCloud";
import { type PresetName, presetNames } from "../components/logfire/catalogue/names";
import { resolveSizes } from "../components/logfire/sizing";
import { awsFigures } from "../components/platform/aws/figures";
import { azureFigures } from "../components/platform/azure/figures";
import { gcpFigures } from "../components/platform/gcp/figures";
import { type CostLine, nameOf, type Price } from "../components/platform/shared/cost";
import type { CloudFigures } from "../components/platform/shared/figures";
import { resolveSettings, type Settings } from "../components/settings";
import { type GeneratedPage, table, writeGenerated } from "./generated";

/** A cloud as its page shows it. */
export interface ShownCloud {
  /** Its name in the settings. */
  readonly platform: string;
  readonly figures: Pick<CloudFigures, "title" | "quotaOwner" | "actionsByService">;
  /** Settings of a stack with nothing but what is required, besides what every stack says. */
  readonly required: Readonly<Record<string, unknown>>;
}

/** A page for a new user of one cloud. */
const pageOf = <C extends ShownCloud>(cloud: C): C & GeneratedPage => ({
  ...cloud,
  path: join(__dirname, "..", "docs", `${cloud.platform}.md`),
  parts: () => {
    const plans = plansOf(cloud);
    return { costs: costs(plans), limits: limits(plans, cloud), actions: actions(cloud) };
  },
});

export const pages = {
  aws: pageOf({
    platform: "aws",
    figures: awsFigures,
    required: { aws: { region: awsFigures.priceRegion, cluster: { apiAccess: ["203.0.113.7/32"] } } },
  }),
  gcp: pageOf({
    platform: "gcp",
    figures: gcpFigures,
    required: { gcp: { project: "example-logfire", region: gcpFigures.priceRegion } },
  }),
  azure: pageOf({
    platform: "azure",
    figures: azureFigures,
    required: { azure: { location: azureFigures.priceRegion, cluster: { apiAccess: ["203.0.113.7/32"] } } },
  }),
} as const;

/** The smallest stack of a cloud with a preset. */
export const settingsOf = ({ platform, required }: ShownCloud, preset: PresetName): Settings =>
  resolveSettings({
    values: { platform, preset, hostname: "logfire.mycompany.dev", adminEmail: "sre@mycompany.dev", ...required },
    secretKeys: new Set(),
  });

export type Plans = Readonly<Record<PresetName, CloudPlan>>;

/** What a stack with each preset has and costs. */
export const plansOf = (cloud: ShownCloud): Plans =>
  Object.fromEntries(presetNames.map((preset) => [preset, planOf(cloud, preset)])) as unknown as Plans;

function planOf(cloud: ShownCloud, preset: PresetName): CloudPlan {
  const settings = settingsOf(cloud, preset);
  const plan = cloudPlan(settings, resolveSizes(settings.logfire));
  if (plan === undefined) throw new Error(`no plan for ${cloud.figures.title}`);
  return plan;
}

export const usd = (amount: number): string => Math.round(amount).toLocaleString("en-US");

function costTable(plans: Plans): string {
  const parts = [...new Set(presetNames.flatMap((preset) => plans[preset].cost.lines.map(({ what }) => what)))];
  const cell = (preset: PresetName, part: string): string => {
    const line = plans[preset].cost.lines.find(({ what }) => what === part);
    if (line === undefined) return "-";
    const count = `${line.count}${line.machine === undefined ? "" : ` × ${line.machine}`}`;
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

function priceTable(plans: Plans): string {
  const lines = Object.values(plans).flatMap(({ cost }) => cost.lines);
  // Azure calls the machines of its databases like those of its nodes.
  const isShared = ({ machine, price }: CostLine) =>
    lines.some((other) => other.machine === machine && other.price?.usd !== price?.usd);
  const used = new Map<string, Price>();
  for (const one of lines) {
    const { what, machine = what, price } = one;
    if (price !== undefined) used.set(one.machine !== undefined && isShared(one) ? nameOf(one) : machine, price);
  }
  const rows = [...used].map(([name, { usd: amount, per, source, date }]) => [
    name,
    Number(amount.toPrecision(6)),
    per,
    source,
    date,
  ]);
  return table(["of", "USD", "per", "source", "date"], rows);
}

function costs(plans: Plans): string {
  const missing = [...new Set(Object.values(plans).flatMap(({ cost }) => cost.unpriced))];
  const { billedByUse } = plans.standard;
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

/** In the order in which the presets first name them. */
function limits(plans: Plans, { figures }: ShownCloud): string {
  const needs = presetNames.map((preset) => plans[preset].quotas);
  const named = new Map(needs.flat().map(({ code, name, initial }) => [code, { name, initial }] as const));
  return table(
    ["limit", "code", `a new ${figures.quotaOwner} has`, ...presetNames.map((preset) => `\`${preset}\``)],
    [...named].map(([code, { name, initial }]) => [
      name,
      `\`${code}\``,
      initial,
      ...needs.map((quotas) => {
        const need = quotas.find((one) => one.code === code);
        if (need === undefined) return "-";
        return need.least === need.most ? need.least : `${need.least}, at full scale ${need.most}`;
      }),
    ]),
  );
}

const actions = ({ figures }: ShownCloud): string =>
  table(
    ["service", "actions"],
    Object.entries(figures.actionsByService()).map(([service, list]) => [
      `\`${service}\``,
      list.map((action) => `\`${action.slice(service.length + 1)}\``).join(" "),
    ]),
  );

/** Writes the generated parts of every cloud's page. */
async function main(): Promise<void> {
  for (const page of Object.values(pages)) await writeGenerated(page);
}

if (require.main === module) void main();
