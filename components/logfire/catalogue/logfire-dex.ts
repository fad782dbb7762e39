import { connectorVariable } from "../config/dex";
import { connectionSecrets } from "./secretRefs";
import { dexTls, httpsPort } from "./tls";
import type { Context, Workload } from "./workload";

const { dexPostgres, dexConnectors } = connectionSecrets;

/** Secrets of the identity-provider connectors: Dex expands them in its configuration. */
const connectorSecrets = ({ settings: { identity } }: Context) =>
  Object.fromEntries(
    identity.connectors
      .flatMap(({ id, secretKeys }) => secretKeys.map((key) => connectorVariable(id, key)))
      .map((variable) => [variable, { secret: dexConnectors.name, key: variable }]),
  );

export const dex = {
  name: "logfire-dex",
  summary: "Dex: signs people in, by password or through the company's identity provider.",
  kind: "Deployment",
  image: "dex",
  args: ({ settings: { inClusterTls } }: Context) => [
    ...["dex", "serve", "--web-http-addr", "0.0.0.0:5556"],
    ...(inClusterTls === undefined ? [] : ["--web-https-addr", `0.0.0.0:${httpsPort}`]),
    ...["--grpc-addr", "0.0.0.0:5557", "--telemetry-addr", "0.0.0.0:5558", "/etc/dex/config.yaml"],
  ],
  ports: { http: 5556, grpc: 5557, telemetry: 5558 },
  services: [{ name: "logfire-dex", ports: { http: 5556, grpc: 5557, telemetry: 5558 } }],
  probes: {
    port: "telemetry",
    startup: { path: "/healthz/live", period: 5, timeout: 3, failures: 12 },
    live: { path: "/healthz/live" },
    ready: { path: "/healthz/ready" },
  },
  calls: {},
  needs: ["postgres:dex", "identityProviders"],
  temporary: { temp: "/tmp" },
  files: [{ configMap: "logfire-dex-config", mountPath: "/etc/dex" }],
  environment: (context: Context) => ({
    DEX_API_CONNECTORS_CRUD: "true",
    LOGFIRE_CLIENT_SECRET: context.secrets.dexClientSecret,
    DEX_POSTGRES_HOST: { secret: dexPostgres.name, key: dexPostgres.host },
    DEX_POSTGRES_USER: { secret: dexPostgres.name, key: dexPostgres.user },
    DEX_POSTGRES_PASSWORD: { secret: dexPostgres.name, key: dexPostgres.password },
    ...connectorSecrets(context),
  }),
  tls: dexTls,
  account: "logfire-dex",
  readOnlyRootFilesystem: true,
  drainSeconds: 5,
  longestRequestSeconds: 50,
} as const satisfies Workload;
