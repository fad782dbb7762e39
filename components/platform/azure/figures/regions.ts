/** Numbers of a location's zones, as a subscription counts them: another one may count the same buildings otherwise. */
export const zoneNumbers = ["1", "2", "3"] as const;

/** A location of Azure's public cloud. */
export interface Location {
  /** Three of them, or none. */
  readonly zones: boolean;
  /** Where geo-redundant backups go; absent where Azure pairs it with none. */
  readonly pair?: string;
}

const zoned = (pair?: string): Location => ({ zones: true, ...(pair === undefined ? {} : { pair }) });
const plain = (pair?: string): Location => ({ zones: false, ...(pair === undefined ? {} : { pair }) });

/**
 * Locations whose zones are known: what the Resource Manager answers for a subscription, as the module
 * `Azure/terraform-azurerm-avm-utl-regions` keeps it. The SDK has no call that lists them.
 */
export const locations: Readonly<Record<string, Location>> = {
  australiaeast: zoned("australiasoutheast"),
  austriaeast: zoned(),
  belgiumcentral: zoned(),
  brazilsouth: zoned("southcentralus"),
  canadacentral: zoned("canadaeast"),
  centralindia: zoned("southindia"),
  centralus: zoned("eastus2"),
  chilecentral: zoned(),
  eastasia: zoned("southeastasia"),
  eastus: zoned("westus"),
  eastus2: zoned("centralus"),
  francecentral: zoned("francesouth"),
  germanywestcentral: zoned("germanynorth"),
  indonesiacentral: zoned(),
  israelcentral: zoned(),
  italynorth: zoned(),
  japaneast: zoned("japanwest"),
  japanwest: zoned("japaneast"),
  koreacentral: zoned("koreasouth"),
  malaysiawest: zoned(),
  mexicocentral: zoned(),
  newzealandnorth: zoned(),
  northeurope: zoned("westeurope"),
  norwayeast: zoned("norwaywest"),
  polandcentral: zoned(),
  qatarcentral: zoned(),
  southafricanorth: zoned("southafricawest"),
  southcentralus: zoned("northcentralus"),
  southeastasia: zoned("eastasia"),
  spaincentral: zoned(),
  swedencentral: zoned("swedensouth"),
  switzerlandnorth: zoned("switzerlandwest"),
  uaenorth: zoned("uaecentral"),
  uksouth: zoned("ukwest"),
  westeurope: zoned("northeurope"),
  westus2: zoned("westcentralus"),
  westus3: zoned("eastus"),

  australiacentral: plain("australiacentral2"),
  australiacentral2: plain("australiacentral"),
  australiasoutheast: plain("australiaeast"),
  brazilsoutheast: plain("brazilsouth"),
  canadaeast: plain("canadacentral"),
  francesouth: plain("francecentral"),
  germanynorth: plain("germanywestcentral"),
  jioindiacentral: plain("jioindiawest"),
  jioindiawest: plain("jioindiacentral"),
  koreasouth: plain("koreacentral"),
  northcentralus: plain("southcentralus"),
  norwaywest: plain("norwayeast"),
  southafricawest: plain("southafricanorth"),
  southindia: plain("centralindia"),
  switzerlandwest: plain("switzerlandnorth"),
  uaecentral: plain("uaenorth"),
  ukwest: plain("uksouth"),
  westcentralus: plain("westus2"),
  westindia: plain("southindia"),
  westus: plain("eastus"),
};

/** What Flexible Server offers in a location. */
export interface DatabaseOffer {
  /** A standby in another zone: `blocked` where Azure makes no new ones for a time, but for whom it lets in. */
  readonly standby: "offered" | "blocked" | "none";
  /** Sizes such as Standard_D4ds_v5. */
  readonly ddsv5: boolean;
  /** Copies of backups in the pair. */
  readonly geoBackup: boolean;
}

const standbyBlocked = [
  ...["brazilsouth", "centralindia", "eastasia", "eastus", "eastus2", "germanywestcentral", "mexicocentral"],
  ...["northeurope", "qatarcentral", "southcentralus", "southeastasia", "westeurope", "westus2"],
];
const withoutStandby = ["japanwest"];
const withoutDdsv5 = [
  ...["eastus2", "israelcentral", "japaneast", "mexicocentral", "polandcentral", "qatarcentral", "southcentralus"],
  ...["southeastasia", "spaincentral", "westus2"],
];
const withoutGeoBackup = ["brazilsouth", "westus3"];

/**
 * Microsoft's table of Flexible Server's locations as of 2025-11-18, in MicrosoftDocs/azure-databases-docs. What is blocked
 * today may be open tomorrow, which is why that alone is no more than a warning.
 */
export const databaseOffer = (location: string): DatabaseOffer => ({
  standby: withoutStandby.includes(location) ? "none" : standbyBlocked.includes(location) ? "blocked" : "offered",
  ddsv5: !withoutDdsv5.includes(location),
  geoBackup: locations[location]?.pair !== undefined && !withoutGeoBackup.includes(location),
});

/** Those that a stack can lie in. */
export const zonedLocations: readonly string[] = Object.entries(locations).flatMap(([name, { zones }]) =>
  zones ? [name] : [],
);
