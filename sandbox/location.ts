import { createHash } from "node:crypto";
import { realpathSync } from "node:fs";
import { basename, join } from "node:path";
import { UserError } from "../components/lib/errors";
import { cacheRoot } from "./tools/cache";

/** Where every sandbox of this user has its folder, those of rehearsals included. */
export const sandboxesFolder = (env: NodeJS.ProcessEnv = process.env): string => join(cacheRoot(env), "sandboxes");

/** A sandbox's whole state: removing the folder removes the sandbox, once its processes have ended. */
export function stateFolder(name: string, env: NodeJS.ProcessEnv = process.env): string {
  if (!/^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$/.test(name))
    throw new UserError(`"${name}" is not a sandbox name: write lower-case letters, digits and hyphens, at most 64`);
  return join(sandboxesFolder(env), name);
}

/** One name per checkout, so that two checkouts do not disturb each other. `/src/logfire` -> `logfire-1f0c9e2a`. */
export function sandboxName(checkout: string): string {
  const path = realpathSync(checkout);
  const readable = basename(path)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 40);
  const unique = createHash("sha256").update(path).digest("hex").slice(0, 8);
  return readable === "" ? `checkout-${unique}` : `${readable}-${unique}`;
}
