import type { Problem } from "./lib/errors";
import * as aws from "./platform/aws/adopt";
import * as azure from "./platform/azure/adopt";
import * as gcp from "./platform/gcp/adopt";
import type { Adopting } from "./platform/shared/adopt";
import { Encrypted, type RawConfig } from "./settings/raw";
import type { SecretValues } from "./settings/types";

/** Parts of a cloud that a program hands over. */
export type Adoption = aws.AwsAdoption | gcp.GcpAdoption | azure.AzureAdoption;

/** By the platform that the program names. */
const adopting: Readonly<Record<string, Adopting<Adoption>>> = { aws, gcp, azure };

export interface ProgramConfig {
  /**
   * By path below `secrets`: `registryPassword`, `connectors.<id>.clientSecret`. Which are there is plain, what they are may
   * be an output. Hand the same to the platform and to `Logfire`. Default none.
   */
  readonly secrets?: SecretValues;
  /** Parts of the cloud that the program hands over. Hand the same to the platform. Default none. */
  readonly adopt?: Adoption;
}

/**
 * Configuration that a program writes itself, instead of a stack's file. `values` has the keys of docs/settings.md:
 * `{ platform: "aws", hostname: "logfire.example.com", … }`. For `resolveSettings`, which says what is wrong with it.
 */
export function fromProgram(
  values: Readonly<Record<string, unknown>>,
  { secrets = {}, adopt = {} }: ProgramConfig = {},
): RawConfig {
  const { platform } = values;
  const known = typeof platform === "string" ? adopting[platform] : undefined;
  const handedOver = known?.adoptedConfiguration(adopt) ?? {};
  return {
    values: {
      ...values,
      ...(typeof platform !== "string" || Object.keys(handedOver).length === 0
        ? {}
        : { [platform]: beside(values[platform], handedOver) }),
      ...(Object.keys(secrets).length === 0 ? {} : { secrets: standIns(Object.keys(secrets)) }),
    },
    secretKeys: new Set(Object.keys(secrets).length === 0 ? [] : ["secrets"]),
    origin: "the program",
    problems: known?.problemsIn(adopt) ?? noCloud(adopt),
    ...(known === undefined ? {} : { inOwnTerms: known.inAdoptedTerms(adopt) }),
  };
}

/** Nothing is handed over to a place that is the owner's anyway. */
const noCloud = (adopt: Adoption): readonly Problem[] =>
  Object.keys(adopt).length === 0
    ? []
    : [
        {
          key: "adopt",
          problem: "has parts of a cloud, and the settings are for none",
          remedy: `write platform: ${Object.keys(adopting).join(" or ")}, or hand nothing over`,
        },
      ];

type Values = Readonly<Record<string, unknown>>;
const isValues = (value: unknown): value is Values =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What the program wrote stays, so that a contradiction is found where all are. */
function beside(written: unknown, handedOver: Values): unknown {
  if (written === undefined) return handedOver;
  if (!isValues(written)) return written;
  const parts = Object.entries(handedOver).map(([part, made]) => {
    const own = written[part];
    return [part, isValues(own) && isValues(made) ? { ...made, ...own } : (own ?? made)] as const;
  });
  return { ...written, ...Object.fromEntries(parts) };
}

/** What a secret is, is nobody's business here: only that it is given. `connectors.<id>.<key>` and `objectStore.<NAME>` nest. */
function standIns(paths: readonly string[]): Values {
  const tree: Record<string, unknown> = {};
  for (const path of paths) {
    const parts = partsOf(path);
    const leaf = parts.at(-1) ?? path;
    const place = parts.slice(0, -1).reduce<Record<string, unknown>>((at, part) => {
      const next = isValues(at[part]) ? { ...at[part] } : {};
      at[part] = next;
      return next;
    }, tree);
    place[leaf] = new Encrypted();
  }
  return tree;
}

function partsOf(path: string): readonly string[] {
  const [first = "", second, ...rest] = path.split(".");
  return first === "connectors" && second !== undefined ? [first, second, rest.join(".")] : path.split(".");
}
