import type { Problem } from "../../../lib/errors";
import type { GcpPlatformSettings } from "../../../settings/gcp/types";
import { at } from "../../shared/problems";
import * as zones from "../../shared/zoneChecks";
import { gcpMachines } from "../figures/nodePlan";
import type { CheckedFacts } from "./types";

/** Three zones that offer every machine type, of a region that there is. */
export const checkZones = (settings: GcpPlatformSettings, facts: CheckedFacts): readonly Problem[] =>
  facts.zones.length === 0
    ? at(
        "gcp.region",
        `"${facts.region}" has no zones: there is no such region, or the project may not use it`,
        "write one that `gcloud compute regions list` names, such as europe-west3",
      )
    : zones.checkZones({ cloud: "gcp", owner: "project", catalogue: gcpMachines }, settings, facts);

/** Zones for the nodes, in an order of their own: nothing depends on how they are written. */
export const chooseZones = (settings: GcpPlatformSettings, facts: Pick<CheckedFacts, "zones">): readonly string[] =>
  [...zones.chooseZones(settings, facts)].sort();
