import type { Problem } from "../../lib/errors";
import type { SecretName } from "../../logfire/catalogue/names";
import type { Configuration } from "../schema";
import { setSecret } from "../secretForms";
import type { Path } from "../walk";

export type Connector = Configuration["identity"]["connectors"][number];

export interface RuleInput {
  readonly config: Configuration;
  /** Connectors that are right by themselves, with their place in the list, even where others are not. */
  readonly connectors: readonly { readonly index: number; readonly connector: Connector }[];
  /** Secrets that the encrypted configuration gives, by path. */
  readonly given: readonly string[];
  /** Whether all that is at a path was readable, so that what is absent there is really not written. */
  readonly readable: (path: Path) => boolean;
  /** Keys at the top that are written, whatever is in them. */
  readonly written: readonly string[];
  /** For certificates, which end. */
  readonly now: Date;
}

/** Judges settings against each other; values by themselves are the schema's. */
export type Rule = (input: RuleInput) => readonly Problem[];

/** Problems whose condition holds. */
export const when = (condition: boolean, key: string, problem: string, remedy: string): readonly Problem[] =>
  condition ? [{ key, problem, remedy }] : [];

/** Whether a secret is given or exists; unreadable secrets count as given, since they are reported already. */
export function has({ config, given, readable }: RuleInput, name: string): boolean {
  return (
    given.includes(name) || !readable(["secrets", name]) || config.existingSecrets[name as SecretName] !== undefined
  );
}

/** A secret that another setting demands. */
export const demand = (input: RuleInput, name: string, because: string): readonly Problem[] =>
  when(!has(input, name), `secrets.${name}`, `is missing: ${because}`, `set it with \`${setSecret(name)}\``);
