import type { Problem } from "../../../lib/errors";
import type { AzurePlatformSettings } from "../../../settings/azure/types";
import { at } from "../../shared/problems";
import { databasePlans, databaseSkus, redisSkus, storageSizes } from "../figures/databaseSizes";
import type { PlannedSettings } from "./types";

export function checkDatabase({ platform: { postgres }, logfire: { preset } }: PlannedSettings): readonly Problem[] {
  if (postgres.kind === "external") return [];
  const key = "azure.postgres";
  const { sku, storageGib, zoneRedundant, restoreFrom } = postgres;
  const { least, sku: usual } = databasePlans[preset];
  const found = databaseSkus[sku];
  const small = found !== undefined && (found.memoryGib < least.memoryGib || found.cpus < least.cpus);
  return [
    ...(found === undefined
      ? at(
          `${key}.sku`,
          `"${sku}" is not a size whose figures are known`,
          `choose from ${Object.keys(databaseSkus).join(", ")}`,
        )
      : []),
    ...(small
      ? at(
          `${key}.sku`,
          `${sku} has ${found.cpus} vCores and ${found.memoryGib} GiB, and the preset ${preset} needs ${least.cpus} and ${least.memoryGib}`,
          `write ${usual} or larger, or a smaller preset`,
        )
      : []),
    ...(zoneRedundant && found?.tier === "Burstable"
      ? at(
          `${key}.zoneRedundant`,
          `is true, and ${sku} is a burstable size, which never has a standby`,
          "write azure.postgres.sku: Standard_D2ds_v5 or larger, or zoneRedundant: false",
        )
      : []),
    // It says nothing, and the stack would take the standby for made: Azure/azure-rest-api-specs#20600.
    ...(zoneRedundant && restoreFrom !== undefined
      ? at(
          `${key}.zoneRedundant`,
          "is true, and Azure restores a server without a standby",
          `write ${key}.zoneRedundant: false; when the server is there, remove that and restoreFrom, and the next update adds the standby`,
        )
      : []),
    ...checkStorage(`${key}.storageGib`, storageGib),
  ];
}

function checkStorage(key: string, storageGib: number): readonly Problem[] {
  if (storageSizes.some((size) => size === storageGib)) return [];
  const larger = storageSizes.find((size) => size > storageGib) ?? storageSizes.at(-1) ?? 0;
  return at(key, `${storageGib} is not a size of a disk, each of which is twice the one before`, `write ${larger}`);
}

export function checkCache({ redis }: AzurePlatformSettings): readonly Problem[] {
  if (redis.kind !== "create" || redisSkus[redis.sku] !== undefined) return [];
  return at(
    "azure.redis.sku",
    `"${redis.sku}" is not a size of Azure Managed Redis that is one shard, which every client can use`,
    `choose from ${Object.keys(redisSkus).join(", ")}`,
  );
}
