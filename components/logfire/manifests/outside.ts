import type { Connector, LogfireSettings } from "../../settings/types";
import type { Need } from "../catalogue/workload";

/** A server outside that the owner configured. A NetworkPolicy can use only its port. */
export interface OutsideHost {
  /** Absent where the provider's own addresses are meant, which the program knows. */
  readonly host?: string;
  readonly port: number;
}

const https = 443;

/**
 * Servers outside that a need means, from what the owner configured and from nothing else.
 *
 * `anyProvider`: the AI gateway's providers are configured in the product while it runs, so their names are not known.
 */
export function outsideHosts(need: Need, settings: LogfireSettings, anyProvider = false): OutsideHost[] {
  switch (need) {
    case "ai":
      return unique([...aiHosts(settings), ...(anyProvider ? [{ port: https }] : [])]);
    case "smtp":
      return settings.smtp === undefined ? [] : [{ host: settings.smtp.host, port: settings.smtp.port }];
    case "identityProviders":
      return unique(settings.identity.connectors.flatMap(connectorHosts));
    case "webhooks":
      return unique(settings.network.webhookHosts.map((host) => ({ host, port: https })));
    case "allowedHosts":
      return unique(settings.network.allowedHosts.map((host) => ({ host, port: https })));
    case "publicUrl":
      return [{ host: settings.hostnames[0], port: settings.https ? https : 80 }];
    default:
      return [];
  }
}

function aiHosts({ ai: { openAi, azureOpenAi, vertexAi } }: LogfireSettings): OutsideHost[] {
  const address = (url: string | undefined): OutsideHost[] => (url === undefined ? [{ port: https }] : fromUrl(url));
  return [
    ...(openAi === undefined ? [] : address(openAi.baseUrl)),
    ...(azureOpenAi === undefined ? [] : fromUrl(azureOpenAi.endpoint)),
    // Google's own addresses, and those of Anthropic's models at Google unless another one is given.
    ...(vertexAi === undefined ? [] : [{ port: https }, ...address(vertexAi.anthropicBaseUrl)]),
  ];
}

/** Hosts that a connector's settings name; a type whose provider is one and the same for everybody names none. */
function connectorHosts({ config }: Connector): OutsideHost[] {
  const named = Object.entries(config)
    .filter(([key]) => key !== "redirectURI")
    .flatMap(([, value]) => texts(value))
    .flatMap((text) => [...fromUrl(text), ...fromAddress(text)]);
  return named.length === 0 ? [{ port: https }] : named;
}

function texts(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(texts);
}

function fromUrl(text: string): OutsideHost[] {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return [];
  const { hostname, port, protocol } = new URL(text);
  return [{ host: hostname, port: port === "" ? (protocol === "https:" ? https : 80) : Number(port) }];
}

/** `ldap.example.com:636` */
function fromAddress(text: string): OutsideHost[] {
  const match = /^([a-z0-9.-]+):(\d{1,5})$/i.exec(text);
  return match?.[1] === undefined ? [] : [{ host: match[1], port: Number(match[2]) }];
}

const unique = (hosts: readonly OutsideHost[]): OutsideHost[] => [
  ...new Map(hosts.map((host) => [JSON.stringify(host), host])).values(),
];
