import { resolve } from "node:path";

/** The folder with Pulumi.yaml. */
export const root = resolve(__dirname, "..");
