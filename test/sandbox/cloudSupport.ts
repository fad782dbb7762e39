import { randomBytes } from "node:crypto";
import { down, up, type Sandbox } from "../../sandbox";
import type { ControlPlane } from "../../sandbox/controlPlane/controlPlane";
import type { AccountFolder, AccountOptions } from "../../sandbox/providers/cloud/account";
import { toolset } from "../support/tools";
import { temporaryCache, toyProject } from "./support";

/** A sandbox that stands in for a cloud's Kubernetes, with an account in which nothing is. */
export interface CloudRig<O extends AccountOptions = AccountOptions> {
  readonly sandbox: Sandbox;
  readonly account: AccountFolder<O>;
  down(): Promise<void>;
}

export async function startCloudRig<O extends AccountOptions>(
  cloud: string,
  stages: readonly string[],
  makeAccount: (controlPlane: ControlPlane) => AccountFolder<O>,
): Promise<CloudRig<O>> {
  const tools = await toolset();
  const cache = temporaryCache();
  const where = {
    checkout: toyProject(cache.folder),
    name: `${cloud}-test-${process.pid}-${randomBytes(3).toString("hex")}`,
  };
  const end = async () => {
    await down(where);
    cache.restore();
  };
  try {
    const sandbox = await up({ ...where, toolset: tools, nodes: [], stages });
    return { sandbox, account: makeAccount(sandbox.controlPlane), down: end };
  } catch (error) {
    await end();
    throw error;
  }
}
