import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** AWS' clients that export their enumerations as values. */
export type Client =
  "acm" | "cloudwatch-logs" | "ec2" | "eks" | "elastic-load-balancing-v2" | "elasticache" | "kms" | "route-53" | "s3";

const texts = new Map<Client, string>();

/**
 * The values of an enumeration of AWS' own client: `enumeration("eks", "AMITypes")`. Read from the declarations, because
 * loading nine clients takes longer than a whole simulated update.
 */
export function enumeration(client: Client, name: string): readonly string[] {
  const text = texts.get(client) ?? readDeclarations(client);
  texts.set(client, text);
  const body = new RegExp(`^export declare const ${name}: \\{([^}]*)\\}`, "m").exec(text)?.[1];
  if (body === undefined) throw new Error(`@aws-sdk/client-${client} has no enumeration ${name}`);
  return [...body.matchAll(/: "([^"]*)";/g)].map(([, value]) => value ?? "");
}

const readDeclarations = (client: Client): string =>
  readFileSync(
    join(dirname(require.resolve(`@aws-sdk/client-${client}/package.json`)), "dist-types/models/enums.d.ts"),
    "utf8",
  );
