import { renderEdge } from "../../components/logfire/edge/objects";
import { createContext, type RenderInput } from "../../components/logfire/manifests";
import type { EdgeSupport } from "../../components/platform/contract";
import type { EdgeSettings, LogfireSettings } from "../../components/settings/types";
import { asJson, type Plain } from "../manifests/objects";
import { cloudPlatform } from "../parity/renderings";
import { edgeSettings, edgeSupport, logfireSettings } from "../support/logfireSettings";

export interface Wanted {
  readonly edge?: Partial<EdgeSettings>;
  readonly settings?: Partial<LogfireSettings>;
  /** What the platform offers. */
  readonly offers?: Partial<EdgeSupport>;
}

/** A Gateway of this stack's own with a private authority, unless a test wants something else. */
export const inputOf = ({ edge, settings, offers }: Wanted = {}): RenderInput => ({
  settings: logfireSettings({
    hostnames: ["logfire.example.org"],
    ...settings,
    edge: edgeSettings({ mode: "gateway", proxiesInFront: 0, certificate: { source: "privateCa" }, ...edge }),
  }),
  platform: { ...cloudPlatform, edge: { ...edgeSupport, ...offers } },
  redisInCluster: false,
});

/** The edge's objects as the API server would read them. */
export const edgeOf = (wanted: Wanted = {}): Plain[] =>
  renderEdge(createContext(inputOf(wanted))).map((rendered) => asJson(rendered));

export const nameOf = ({ kind, metadata }: Plain): string => `${kind}/${metadata.name}`;

export function find(objects: readonly Plain[], name: string): Plain {
  const found = objects.find((object) => nameOf(object) === name);
  if (found === undefined) throw new Error(`${name} is not among ${objects.map(nameOf).join(", ")}`);
  return found;
}

export const acme = {
  source: "acme",
  server: "https://acme.example.net/directory",
  email: "sre@example.org",
  http01: false,
  dns01: { route53: { region: "eu-central-1" } },
} as const satisfies EdgeSettings["certificate"];

export const ownGateway = edgeSettings().gateway;
