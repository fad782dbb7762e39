import type { Problem } from "../lib/errors";
import { Encrypted, type RawConfig } from "./raw";
import { givableSecretNames, setSecret } from "./secretForms";
import { formatPath, type Path } from "./walk";

/** Encrypted where it may not be, or as a whole where only its parts may be. */
export const isUnusable = (raw: RawConfig, key: string) =>
  key === "secrets" ? raw.values[key] instanceof Encrypted : raw.secretKeys.has(key) && Object.hasOwn(raw.values, key);

/** Whether each key is encrypted that has to be, and no other: what is not below `secrets` ends up in plain objects. */
export function encryption(raw: RawConfig): readonly Problem[] {
  const wrong = [...raw.secretKeys].filter((key) => key !== "secrets" && Object.hasOwn(raw.values, key));
  const misplaced = wrong.map((key): Problem => {
    const secret = givableSecretNames.find((name) => name === key);
    return secret === undefined
      ? {
          key,
          problem: "is encrypted, but is used in plain objects",
          remedy: `set it again without --secret, and secrets below \`secrets\``,
        }
      : { key, problem: "is not a setting", remedy: `run \`${setSecret(secret)}\` and \`pulumi config rm ${key}\`` };
  });
  const secrets = raw.values["secrets"];
  if (secrets === undefined) return misplaced;
  if (secrets instanceof Encrypted) return [...misplaced, wholeSecrets];
  const open = raw.secretKeys.has("secrets") ? (raw.plainBelowSecrets ?? []) : namesBelow(secrets);
  return [
    ...misplaced,
    ...open.map((path) => ({
      key: path === "" ? "secrets" : `secrets.${path}`,
      problem: "is in plain text",
      remedy: `encrypt it with \`${setSecret(path === "" ? "NAME" : path)}\``,
    })),
  ];
}

const wholeSecrets: Problem = {
  key: "secrets",
  problem: "is encrypted in one piece, which hides from a plan which secrets are given",
  remedy: `run \`pulumi config rm secrets\` and \`${setSecret("NAME")}\` for each`,
};

/** Paths of the leaves; one empty path where there is no object. */
function namesBelow(value: unknown, path: Path = []): readonly string[] {
  if (typeof value !== "object" || value === null || value instanceof Encrypted) return [formatPath(path)];
  return Object.entries(value).flatMap(([key, entry]) => namesBelow(entry, [...path, key]));
}
