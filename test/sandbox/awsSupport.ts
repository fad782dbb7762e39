import { randomBytes } from "node:crypto";
import { down, up, type Sandbox } from "../../sandbox";
import type { AccountFolder, AccountOptions } from "../../sandbox/providers/aws/account";
import { awsStages, makeAccount } from "../../sandbox/providers/aws/rehearsed";
import { toolset } from "../support/tools";
import { temporaryCache, toyProject } from "./support";

/** A sandbox that stands in for EKS, with an account in which nothing is. */
export interface AwsRig {
  readonly sandbox: Sandbox;
  readonly account: AccountFolder;
  down(): Promise<void>;
}

export async function startAwsRig(options: Partial<AccountOptions> = {}): Promise<AwsRig> {
  const tools = await toolset();
  const cache = temporaryCache();
  const where = {
    checkout: toyProject(cache.folder),
    name: `aws-test-${process.pid}-${randomBytes(3).toString("hex")}`,
  };
  const end = async () => {
    await down(where);
    cache.restore();
  };
  try {
    const sandbox = await up({ ...where, toolset: tools, nodes: [], stages: awsStages() });
    return { sandbox, account: makeAccount(sandbox.controlPlane, options), down: end };
  } catch (error) {
    await end();
    throw error;
  }
}
