export { fromPulumi, readSecrets } from "./pulumi";
export type { RawConfig } from "./raw";
export { resolveSettings } from "./resolve";
export { fromStackFile, stacksIn } from "./stackFile";
export type * from "./types";
