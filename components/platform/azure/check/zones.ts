import { type Problem, suggest } from "../../../lib/errors";
import type { AzurePlatformSettings, AzurePostgres } from "../../../settings/azure/types";
import { at } from "../../shared/problems";
import { databaseOffer, locations, zonedLocations } from "../figures/regions";

/** A location with three zones. Whether each of them offers the machine types, nothing in the SDK answers. */
export function checkLocation({ location, postgres }: AzurePlatformSettings): readonly Problem[] {
  const key = "azure.location";
  const found = locations[location];
  if (found === undefined)
    return at(key, `"${location}" is not a location whose zones are known`, suggest(location, zonedLocations));
  if (!found.zones) return at(key, `${location} has no zones, and Logfire is spread over three`, otherThan(found.pair));
  return postgres.kind === "create" ? checkOffer(location, postgres) : [];
}

/** Sizes that Microsoft lists location by location; all others are everywhere, as far as is known. */
const ddsv5 = /^Standard_[DE]\d+ds_v5$/;

/** What Flexible Server has in a location, against what it is asked for. */
function checkOffer(location: string, { sku, zoneRedundant, geoBackup }: AzurePostgres): readonly Problem[] {
  const offer = databaseOffer(location);
  const key = "azure.postgres";
  return [
    ...(zoneRedundant && offer.standby === "none"
      ? at(
          `${key}.zoneRedundant`,
          `is true, and Flexible Server has no standby in another zone in ${location}`,
          `write ${key}.zoneRedundant: false, or another location, such as swedencentral`,
        )
      : []),
    ...(ddsv5.test(sku) && !offer.ddsv5
      ? at(
          `${key}.sku`,
          `${sku} is not offered in ${location}`,
          `write ${sku.replace("ds_v5", "ads_v5")} if \`az postgres flexible-server list-skus --location ${location}\` has it, or another location, such as swedencentral`,
        )
      : []),
    ...(geoBackup && !offer.geoBackup
      ? at(
          `${key}.geoBackup`,
          `is true, and Flexible Server in ${location} has no other location that could hold copies`,
          "remove it, or write a location that has one, such as swedencentral",
        )
      : []),
  ];
}

/** What Azure may refuse, and may as well allow to this subscription. */
export const locationWarnings = ({ location, postgres }: AzurePlatformSettings): readonly string[] =>
  postgres.kind === "create" && postgres.zoneRedundant && databaseOffer(location).standby === "blocked"
    ? [
        `azure.postgres.zoneRedundant: is true, and Azure makes no new standbys in another zone in ${location} for the time ` +
          "being, but for subscriptions that it lets in. Write azure.location: swedencentral, or ask Microsoft to let yours " +
          "in, or write azure.postgres.zoneRedundant: false and true later",
      ]
    : [];

function otherThan(pair: string | undefined): string {
  const near = pair !== undefined && locations[pair]?.zones === true ? pair : undefined;
  return near === undefined
    ? `choose from ${zonedLocations.join(", ")}`
    : `write another one, such as ${near}, which is its pair`;
}
