import { randomBytes } from "node:crypto";
import { deployInChild, down, up, type Sandbox } from "../../sandbox";
import type { ChildRequest } from "../../sandbox/engine/child";
import type { UpdateResult } from "../../sandbox/engine/engine";
import type { ControlPlane } from "../../sandbox/controlPlane/controlPlane";
import type { AccountFolder, AccountOptions } from "../../sandbox/providers/cloud/account";
import { toolset } from "../support/tools";
import { temporaryCache, toyProject } from "./support";

/** A sandbox that stands in for a cloud's Kubernetes, with an account in which nothing is. */
export interface CloudRig<O extends AccountOptions = AccountOptions> {
  readonly sandbox: Sandbox;
  readonly account: AccountFolder<O>;
  /** An update that fails, in a process of its own: the SDK leaves rejections of it behind that nobody takes. */
  deployApart(request: Pick<ChildRequest, "stack" | "module" | "factory" | "arguments">): Promise<UpdateResult>;
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
    const { stateDir } = sandbox;
    return {
      sandbox,
      account: makeAccount(sandbox.controlPlane),
      deployApart: (request) =>
        deployInChild({ ...request, stateDir, projectDir: where.checkout, bin: tools.bin }).result,
      down: end,
    };
  } catch (error) {
    await end();
    throw error;
  }
}
