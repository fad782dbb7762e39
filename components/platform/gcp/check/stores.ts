import type { Problem } from "../../../lib/errors";
import { at } from "../../shared/problems";
import { databasePlans, parseTier, tierFault } from "../figures/databaseSizes";
import type { PlannedSettings } from "./types";

export function checkDatabase({ platform: { postgres }, logfire: { preset } }: PlannedSettings): readonly Problem[] {
  if (postgres.kind === "external") return [];
  const key = "gcp.postgres";
  const { storageGib, maxStorageGib } = postgres;
  return [
    ...checkTier(`${key}.tier`, postgres.tier, preset),
    ...(maxStorageGib < storageGib
      ? at(
          `${key}.maxStorageGib`,
          `${maxStorageGib} is less than storageGib, ${storageGib}`,
          `write at least ${storageGib}`,
        )
      : []),
  ];
}

function checkTier(key: string, name: string, preset: keyof typeof databasePlans): readonly Problem[] {
  const tier = parseTier(name);
  const { least, tier: usual } = databasePlans[preset];
  if (tier === undefined) return at(key, `"${name}" is not a machine of Cloud SQL`, `write one such as ${usual}`);
  const fault = tierFault(tier);
  if (fault !== undefined) return at(key, `Cloud SQL makes no "${name}": ${fault}`, `write one such as ${usual}`);
  return tier.cpus >= least.cpus && tier.memoryMib >= least.memoryMib
    ? []
    : at(
        key,
        `${name} has ${tier.cpus} vCPUs and ${tier.memoryMib} MiB, and the preset ${preset} needs ${least.cpus} and ${least.memoryMib}`,
        `write ${usual} or larger, or a smaller preset`,
      );
}
