import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ControlPlane } from "../controlPlane/controlPlane";
import { layout } from "../controlPlane/components";
import { accountFolder, usualOptions, type AccountFolder, type AccountOptions } from "../providers/aws/account";

/** Further kwok Stages for a sandbox that stands in for EKS. */
export const awsStages = (): readonly string[] => [
  readFileSync(join(__dirname, "../providers/aws/stages.yaml"), "utf8"),
];

/** An account with nothing in it whose EKS clusters are the sandbox's control plane. */
export function makeAccount(
  { stateDir, apiServer }: Pick<ControlPlane, "stateDir" | "apiServer">,
  options: Partial<AccountOptions> = {},
): AccountFolder {
  const account = accountFolder(stateDir);
  const authority = Buffer.from(readFileSync(layout(stateDir).ca, "utf8")).toString("base64");
  account.prepare({ ...usualOptions, controlPlane: { server: apiServer, authority }, ...options });
  return account;
}
