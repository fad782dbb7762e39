import { stringify } from "yaml";
import type { DexInput } from "./types";

/** Variables that `dexConfig` reads; Dex expands them when it starts. Their values are taken literally, `$` included. */
export const dexVariables = {
  postgresHost: "DEX_POSTGRES_HOST",
  postgresUser: "DEX_POSTGRES_USER",
  postgresPassword: "DEX_POSTGRES_PASSWORD",
  clientSecret: "LOGFIRE_CLIENT_SECRET",
} as const;

/** Ports of Dex in its pod. */
export const dexPorts = { http: 5556, grpc: 5557, telemetry: 5558 } as const;

const callbackPaths = [
  "/auth/code-callback",
  "/auth/link-provider-code-callback",
  "/auth/authorize-device-token-sso-callback",
];

/** Dex's configuration, without a secret in it. */
export function dexConfig(input: DexInput): string {
  const { address, http, grpc, telemetry } = input.listen ?? { address: "0.0.0.0", ...dexPorts };
  const files = input.https === undefined ? {} : { tlsCert: input.https.certificate, tlsKey: input.https.key };
  return stringify({
    issuer: `${input.url}/auth-api`,
    web: {
      http: `${address}:${http}`,
      ...(input.https === undefined ? {} : { https: `${address}:${input.https.port}`, ...files }),
    },
    grpc: { addr: `${address}:${grpc}`, ...files },
    telemetry: { http: `${address}:${telemetry}` },
    storage: { type: "postgres", config: storage(input.postgres) },
    frontend: { extra: { logfire_frontend_host: input.url } },
    oauth2: { skipApprovalScreen: true, passwordConnector: "local" },
    enablePasswordDB: input.passwordLogin,
    staticClients: [
      {
        id: "logfire-backend",
        name: "Logfire Backend",
        secretEnv: dexVariables.clientSecret,
        public: false,
        redirectURIs: input.allUrls.flatMap((url) => callbackPaths.map((path) => url + path)),
        scopes: ["openid", "email", "profile"],
      },
    ],
    connectors: input.connectors.map((connector) => ({
      type: connector.type,
      id: connector.id,
      name: connector.name,
      config: {
        redirectURI: `${input.url}/auth-api/callback`,
        ...connector.config,
        ...Object.fromEntries(
          connector.secretKeys.map((key) => [key, reference(connectorVariable(connector.id, key))]),
        ),
      },
    })),
  });
}

const storage = ({ port, database, tls, caFile }: DexInput["postgres"]) => ({
  host: reference(dexVariables.postgresHost),
  port,
  database,
  user: reference(dexVariables.postgresUser),
  password: reference(dexVariables.postgresPassword),
  ssl: { mode: tls, ...(caFile === undefined ? {} : { caFile }) },
});

/**
 * The variable that holds a connector's secret. No two connectors and keys share one: whatever a variable's name cannot
 * hold is written as its code, `my-idp` becomes `my_2Didp`.
 */
export const connectorVariable = (id: string, key: string): string => `DEX_CONNECTOR__${encode(id)}__${encode(key)}`;

const encode = (text: string): string =>
  Array.from(new TextEncoder().encode(text), (byte) => {
    const character = String.fromCharCode(byte);
    return /[A-Za-z0-9]/.test(character) ? character : `_${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }).join("");

const reference = (variable: string): string => `\${${variable}}`;
