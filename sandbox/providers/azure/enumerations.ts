import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Rule } from "../cloud/model";

const root = dirname(require.resolve("@pulumi/azure-native/package.json"));
const texts = new Map<string, string>();

/**
 * The values of an enumeration of the SDK, which has them from Azure's own API definitions:
 * `enumeration("containerservice", "OSDiskType")`. Read from the declarations: loading the module takes longer.
 */
export function enumeration(module: string, name: string): readonly string[] {
  const text = texts.get(module) ?? readFileSync(join(root, "types/enums", module, "index.d.ts"), "utf8");
  texts.set(module, text);
  const body = new RegExp(`^export declare const ${name}: \\{([^}]*)\\}`, "m").exec(text)?.[1];
  if (body === undefined) throw new Error(`@pulumi/azure-native has no enumeration ${name} in ${module}`);
  return [...body.matchAll(/^ *readonly \w+: "([^"]*)";/gm)].map(([, value]) => value ?? "");
}

/** A value of an enumeration of the SDK. The SDK takes any text in its place, ARM does not. */
export const valueOf =
  (module: string, name: string): Rule =>
  (value) => {
    const values = enumeration(module, name);
    if (values.includes(String(value))) return undefined;
    return `not one of Azure's ${name}${values.length > 12 ? "" : `: ${values.join(", ")}`}`;
  };
