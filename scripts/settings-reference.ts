import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { settingsReference } from "../components/settings/reference";

/** Writes `docs/settings.md`; a test fails while it is stale. */
async function main(): Promise<void> {
  const file = join(__dirname, "..", "docs", "settings.md");
  writeFileSync(file, await format(settingsReference(), { ...(await resolveConfig(file)), filepath: file }));
}

void main();
