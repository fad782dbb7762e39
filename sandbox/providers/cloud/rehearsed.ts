import { readFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../../components/lib/errors";
import { layout } from "../../controlPlane/components";
import type { ControlPlane } from "../../controlPlane/controlPlane";
import { AccountFolder, type AccountOptions } from "./account";
import type { Simulation } from "./simulation";

/** Where the account of one sandbox is on a cloud. */
export const accountFolder = <O extends AccountOptions>(
  { platform }: Pick<Simulation, "platform">,
  stateDir: string,
): AccountFolder<O> => new AccountFolder<O>(join(stateDir, platform));

/** An account with nothing in it whose Kubernetes clusters are the sandbox's control plane. */
export function makeAccount<O extends AccountOptions>(
  simulation: Pick<Simulation, "platform">,
  { stateDir, apiServer }: Pick<ControlPlane, "stateDir" | "apiServer">,
  options: Omit<O, "controlPlane">,
): AccountFolder<O> {
  const account = accountFolder<O>(simulation, stateDir);
  const authority = Buffer.from(readFileSync(layout(stateDir).ca, "utf8")).toString("base64");
  account.prepare({ ...options, controlPlane: { server: apiServer, authority } } as O);
  return account;
}

/** Limits that differ from the usual ones, together with those. An unknown code is a `UserError`. */
export function withQuotas(
  { title }: Pick<Simulation, "title">,
  usual: AccountOptions["quotas"],
  wanted: AccountOptions["quotas"],
): AccountOptions["quotas"] {
  const unknown = Object.keys(wanted).filter((code) => !(code in usual));
  if (unknown.length > 0)
    throw new UserError(
      `No limit of ${title} that counts here: ${unknown.join(", ")}; there are ${Object.keys(usual).join(", ")}`,
    );
  return { ...usual, ...wanted };
}

/** Whether inputs hold something of such a name that is set: as a key of their own, or as a container's variable. */
export function holdsKey(value: unknown, names: RegExp): boolean {
  if (typeof value !== "object" || value === null) return false;
  const variable = (value as { readonly name?: unknown }).name;
  if (typeof variable === "string" && names.test(variable)) return true;
  return Object.entries(value).some(
    ([key, inner]: [string, unknown]) =>
      (names.test(key) && inner !== undefined && inner !== "") || holdsKey(inner, names),
  );
}
