import type { Problem } from "../../../lib/errors";
import type { AwsPlatformSettings } from "../../../settings/aws/types";
import { at } from "../../shared/problems";
import { cacheNodes, databaseClasses, databasePlans } from "../figures/databaseSizes";
import type { PlannedSettings } from "./types";

export function checkDatabase({ platform: { postgres }, logfire: { preset } }: PlannedSettings): readonly Problem[] {
  if (postgres.kind === "external") return [];
  const key = "aws.postgres";
  const { instanceClass, storageGib, maxStorageGib } = postgres;
  const { least, instanceClass: usual } = databasePlans[preset];
  const found = databaseClasses[instanceClass];
  const known = Object.keys(databaseClasses).join(", ");
  const small = found !== undefined && (found.memoryGib < least.memoryGib || found.cpus < least.cpus);
  return [
    ...(found === undefined
      ? at(`${key}.instanceClass`, `"${instanceClass}" is not a class whose figures are known`, `choose from ${known}`)
      : []),
    ...(small
      ? at(
          `${key}.instanceClass`,
          `${instanceClass} has ${found.cpus} vCPUs and ${found.memoryGib} GiB, and the preset ${preset} needs ${least.cpus} and ${least.memoryGib}`,
          `write ${usual} or larger, or a smaller preset`,
        )
      : []),
    // RDS begins to grow only towards a bound that is a tenth away.
    ...(10 * maxStorageGib < 11 * storageGib
      ? at(
          `${key}.maxStorageGib`,
          `${maxStorageGib} leaves no room to grow from ${storageGib}`,
          `write at least ${Math.ceil((11 * storageGib) / 10)}`,
        )
      : []),
  ];
}

export function checkCache({ redis }: AwsPlatformSettings): readonly Problem[] {
  if (redis.kind !== "create" || cacheNodes[redis.nodeType] !== undefined) return [];
  const known = Object.keys(cacheNodes).join(", ");
  return at("aws.redis.nodeType", `"${redis.nodeType}" is not a type whose figures are known`, `choose from ${known}`);
}
