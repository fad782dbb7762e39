export {
  capacity,
  nodesFor,
  nodesNeeded,
  podsIn,
  totals,
  type NodeShape,
  type PoolCapacity,
  type Totals,
} from "./capacity";
export { checkSizes, scratchNeedMib } from "./check";
export { tuningRules } from "./checkTuning";
export {
  diskBesidesScratchMib,
  effectiveCpuMillis,
  effectiveMemoryMib,
  maxReplicas,
  minReplicas,
  resolveSize,
  resolveSizes,
  type Scaling,
  type Size,
  type Sizes,
  type SizingSettings,
} from "./sizes";
