import type { CheckedFacts } from "../../../components/platform/gcp/check";
import { machineTypes } from "../../../components/platform/gcp/figures/machineTypes";
import { quotas } from "../../../components/platform/gcp/figures/quotas";
import type { GcpPlatformSettings } from "../../../components/settings/gcp/types";
import { stacksOn } from "../../clouds/stacks";

export { presets, type Values } from "../../clouds/stacks";

export const own = { project: "mycompany-logfire", region: "europe-west3" };
export const gcp = stacksOn<GcpPlatformSettings>({ cloud: "gcp", title: "GCP", own });
export const { sixInputs, settings, problem, problems, checked, platformOf: gcpOf, withOwn: withGcp } = gcp;

const allTypes = Object.keys(machineTypes);
export const zone = (name: string, offers: readonly string[] = allTypes) => ({ name, offers });

/** A project with everything: three zones that offer every type, and generous limits. */
export const generous: CheckedFacts = {
  region: "europe-west3",
  zones: ["a", "b", "c"].map((letter) => zone(`europe-west3-${letter}`)),
  quotas: Object.fromEntries(Object.values(quotas).map(({ code }) => [code, 100_000])),
};

export const adoptedNetwork = {
  network: "shared",
  subnetwork: "nodes",
  podsRange: "pods",
  servicesRange: "services",
  storesRange: "stores",
};

/** As Google says it. */
export const adoptedFacts: Pick<CheckedFacts, "network" | "storesRange"> = {
  network: {
    network: "shared",
    cidr: "10.80.0.0/22",
    privateGoogleAccess: true,
    secondaryRanges: [
      { name: "pods", cidr: "10.96.0.0/16" },
      { name: "services", cidr: "10.80.16.0/20" },
    ],
  },
  storesRange: { cidr: "10.80.32.0/20", network: "shared", purpose: "VPC_PEERING" },
};
