import type { Problem } from "../../../lib/errors";
import * as shared from "../../shared/hostnameChecks";
import type { PlannedSettings } from "./types";

/** An owner's zone is found by its name, and so needs no check of its own. */
export const checkHostnames = (settings: PlannedSettings): readonly Problem[] =>
  shared.checkHostnames("azure", settings);
