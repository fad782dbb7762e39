import type { CloudSettings } from "../../components/platform/shared/figures";
import type { LogfireSettings, Settings } from "../../components/settings";
import { edgeSettings, logfireSettings } from "../support/logfireSettings";
import type { Stacks, Values } from "./stacks";

/** Settings as the platform's class takes them. Tests override what they are about. */
export interface ResolvedSettings<P extends CloudSettings> {
  /** Everything made, `standard`, open to the world. */
  readonly platform: (overrides?: Partial<P>) => P;
  /** What the platform's owner says of Logfire, with a certificate by ACME and a Gateway. */
  readonly logfire: (overrides?: Partial<LogfireSettings>) => LogfireSettings;
  readonly both: (overrides: {
    readonly platform?: Partial<P>;
    readonly logfire?: Partial<LogfireSettings>;
  }) => Settings<P>;
}

/**
 * What a stack's file comes to with these keys of its cloud's own, with more nodes than zones, so that they do not divide
 * evenly; and with cert-manager from where the cloud has it.
 */
export function resolvedOn<P extends CloudSettings>(
  { withOwn, platformOf }: Stacks<P>,
  own: Values,
  certManager: "existing" | "install",
): ResolvedSettings<P> {
  const nodes = { general: { minNodes: 4, maxNodes: 7 }, scratch: { minNodes: 4, maxNodes: 18 } };
  const settled = platformOf(withOwn({ ...own, nodes }, { hostname: "logfire.acme.dev" }));
  const platform = (overrides: Partial<P> = {}): P => ({ ...settled, ...overrides });
  const logfire = (overrides: Partial<LogfireSettings> = {}) =>
    logfireSettings({ ...onAcme(certManager), ...overrides });
  return {
    platform,
    logfire,
    both: (overrides) => ({ platform: platform(overrides.platform), logfire: logfire(overrides.logfire) }),
  };
}

const onAcme = (controller: "existing" | "install"): Partial<LogfireSettings> => ({
  hostnames: ["logfire.acme.dev"],
  adminEmail: "admin@acme.dev",
  preset: "standard",
  edge: edgeSettings({
    mode: "gateway",
    proxiesInFront: 0,
    certificate: {
      source: "acme",
      server: "https://acme-v02.api.letsencrypt.org/directory",
      email: "admin@acme.dev",
      http01: false,
    },
    certManager: { controller, namespace: "cert-manager" },
  }),
});
