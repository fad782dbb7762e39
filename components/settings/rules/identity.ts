import { nearest, type Problem } from "../../lib/errors";
import { type ConnectorType, connectorTypes } from "../connectorTypes";
import { isObject } from "../maps";
import { setSecret } from "../secretForms";
import { valueAt } from "../walk";
import { type Connector, type Rule, type RuleInput, when } from "./rule";

export const secretKeysOf = (given: readonly string[], id: string) =>
  given
    .map((path) => /^connectors\.([^.]+)\.(.+)$/.exec(path))
    .flatMap((match) => (match?.[1] === id && match[2] !== undefined ? [match[2]] : []));

const isSet = (config: unknown, key: string) => {
  const value = valueAt(config, key.split("."));
  return value !== undefined && value !== null && value !== "" && value !== false;
};

function completeness(input: RuleInput, connector: Connector, index: number): readonly Problem[] {
  const type: ConnectorType = connectorTypes[connector.type];
  const at = `identity.connectors[${index}]`;
  const known = (key: string) => isSet(connector.config, key) || secretKeysOf(input.given, connector.id).includes(key);
  const secrets = [
    ...type.secrets,
    ...Object.entries(type.secretWith ?? {}).flatMap(([key, secret]) => (known(key) ? [secret] : [])),
  ];
  const choices = type.oneOf ?? [];
  return [
    ...type.required
      .filter((key) => !known(key))
      .flatMap((key) => when(true, `${at}.config.${key}`, missing(type), remedyFor(key, connector.config))),
    ...when(
      choices.length > 0 && !choices.some(known),
      `${at}.config.${choices[0] ?? ""}`,
      missing(type),
      `write it, or ${choices.slice(1).join(" or ")}`,
    ),
    ...secrets
      .filter((key) => !known(key) && input.readable(["secrets", "connectors", connector.id, key]))
      .flatMap((key) => {
        const path = `connectors.${connector.id}.${key}`;
        return when(true, `secrets.${path}`, missing(type), `set it with \`${setSecret(path)}\``);
      }),
  ];
}

const missing = (type: ConnectorType) => `is missing: ${type.title} needs it`;

/** Dex reads keys with their capitals and ignores what it does not know. */
function remedyFor(key: string, config: unknown): string {
  const leaf = key.split(".").at(-1) ?? key;
  const parent = valueAt(config, key.split(".").slice(0, -1));
  const near = nearest(leaf, isObject(parent) ? Object.keys(parent) : []);
  return near === undefined || near === leaf ? "write it as Dex documents it" : `rename ${near} to ${leaf}`;
}

const connectors: Rule = (input) =>
  input.connectors.flatMap(({ connector, index }, position, all) => [
    ...completeness(input, connector, index),
    ...when(
      all.findIndex((other) => other.connector.id === connector.id) !== position,
      `identity.connectors[${index}].id`,
      `"${connector.id}" is the id of another connector`,
      "write another id",
    ),
    ...when(
      connector.id === "local" && input.config.identity.passwordLogin,
      `identity.connectors[${index}].id`,
      '"local" is the id of the password login',
      "write another id",
    ),
    ...when(
      "redirectURI" in connector.config,
      `identity.connectors[${index}].config.redirectURI`,
      "follows from the hostname",
      "remove it",
    ),
  ]);

const someLogin: Rule = ({ config, readable }) =>
  when(
    !config.identity.passwordLogin && config.identity.connectors.length === 0 && readable(["identity", "connectors"]),
    "identity.passwordLogin",
    "is false and there is no connector, so that nobody could sign in",
    "write identity.connectors, or leave passwordLogin on",
  );

/** Secrets of connectors that are not there. */
const strays: Rule = ({ config, given, readable }) => {
  const ids = config.identity.connectors.map(({ id }) => id);
  const stray = given.filter((path) => path.startsWith("connectors.") && !ids.includes(path.split(".")[1] ?? ""));
  if (!readable(["identity"])) return [];
  return stray.flatMap((path) => {
    const near = nearest(path.split(".")[1] ?? "", ids);
    const remedy =
      near === undefined ? "write identity.connectors with this id, or remove it" : `did you mean connectors.${near}?`;
    return when(true, `secrets.${path}`, "belongs to no connector", remedy);
  });
};

export const identityRules: readonly Rule[] = [connectors, someLogin, strays];
