import assert from "node:assert/strict";
import { ProblemsError } from "../../components/lib/errors";
import { inExistingCluster } from "../../components/platform/existing/facts";
import {
  type ExistingPlatformSettings,
  type RawConfig,
  resolveSettings,
  type Settings,
} from "../../components/settings";

export type Values = Readonly<Record<string, unknown>>;

/** The least a stack has to say: who makes the certificate has to be decided. */
export const least: Values = {
  hostname: "logfire.example.com",
  adminEmail: "sre@example.com",
  edge: { mode: "none" },
};

/** As the engine hands it out: `secrets` encrypted as a whole. */
export function raw(values: Values): RawConfig {
  return { values: { ...least, ...values }, secretKeys: new Set("secrets" in values ? ["secrets"] : []) };
}

/** Of a stack in a cluster that is already there. */
export const resolve = (values: Values): Settings<ExistingPlatformSettings> =>
  inExistingCluster(resolveSettings(raw(values)));

/** The lines of the error below its headline. */
export function problemsOf(config: RawConfig): readonly string[] {
  try {
    resolveSettings(config);
  } catch (error) {
    assert.ok(error instanceof ProblemsError, String(error));
    return error.problems.map(({ key, problem, remedy }) => `${key}: ${problem}; ${remedy}`);
  }
  return [];
}

export const externalPostgres = { host: "pg.example.com", adminUser: "admin" };
export const set = (path: string) => `\`pulumi config set --path --secret secrets.${path}\``;
