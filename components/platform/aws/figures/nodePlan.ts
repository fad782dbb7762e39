import type { PresetName } from "../../../logfire/catalogue/names";
import { imageArchitecture } from "../../shared/machines";
import type { MachineCatalogue, PoolName } from "../../shared/nodePlan";
import { instanceTypes } from "./machineTypes";

/** Machine types by preset: the smallest whose nodes hold the preset's largest pods without much left over. */
export const defaultTypes: Readonly<Record<PresetName, Readonly<Record<PoolName, string>>>> = {
  tiny: { general: "m7i.xlarge", scratch: "m6id.xlarge" },
  small: { general: "m7i.xlarge", scratch: "m6id.2xlarge" },
  standard: { general: "m7i.2xlarge", scratch: "r6id.2xlarge" },
  large: { general: "m7i.2xlarge", scratch: "r6id.4xlarge" },
};

/** Machine types of EC2 as pools use them. */
export const awsMachines: MachineCatalogue = {
  key: "aws.nodes",
  machineOf: ({ type }) => instanceTypes[type],
  usable: (pool) =>
    Object.fromEntries(
      Object.entries(instanceTypes).filter(
        ([, type]) => type.architecture === imageArchitecture && (pool === "general") === (type.localSsdGb === 0),
      ),
    ),
  arm: "Graviton",
  examples: { general: "m7i.2xlarge", scratch: "r6id.2xlarge" },
};
