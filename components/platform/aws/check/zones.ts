import type { Problem } from "../../../lib/errors";
import type { AwsPlatformSettings } from "../../../settings/aws/types";
import * as zones from "../../shared/zoneChecks";
import { awsMachines } from "../figures/nodePlan";
import type { CheckedFacts } from "./types";

export { chooseZones } from "../../shared/zoneChecks";

/** Three zones that offer every machine type. */
export const checkZones = (settings: AwsPlatformSettings, facts: CheckedFacts): readonly Problem[] =>
  zones.checkZones({ cloud: "aws", owner: "account", catalogue: awsMachines }, settings, facts);
