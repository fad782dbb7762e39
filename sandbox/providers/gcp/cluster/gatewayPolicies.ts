/**
 * Definitions that GKE brings into a cluster with its Gateway controller, as far as this package uses them; their bounds
 * are those of https://github.com/GoogleCloudPlatform/gke-gateway-api. What is not here is an unknown field, which the API
 * server refuses from whoever applies on the server's side.
 */
type Schema = Readonly<Record<string, unknown>>;

const string: Schema = { type: "string" };
const named = (max: number): Schema => ({ type: "string", minLength: 1, maxLength: max });
const oneOf = (...values: readonly string[]): Schema => ({ type: "string", enum: values });
const whole = (minimum: number, maximum: number): Schema => ({ type: "integer", format: "int64", minimum, maximum });
const object = (properties: Schema, required: readonly string[] = []): Schema => ({
  type: "object",
  properties,
  ...(required.length === 0 ? {} : { required }),
});

const targetRef = object({ group: { type: "string", maxLength: 253 }, kind: named(63), name: named(253) }, [
  ...["group", "kind", "name"],
]);

const httpCheck = object({
  ...{ port: whole(1, 65_535), host: string, requestPath: { type: "string", maxLength: 2048 } },
  portSpecification: oneOf("USE_FIXED_PORT", "USE_NAMED_PORT", "USE_SERVING_PORT"),
});

const healthCheck = object({
  ...{ checkIntervalSec: whole(1, 300), timeoutSec: whole(1, 300) },
  ...{ healthyThreshold: whole(1, 10), unhealthyThreshold: whole(1, 10) },
  // The type, and the one part that belongs to it.
  config: {
    ...object({
      type: oneOf("TCP", "HTTP", "HTTPS", "HTTP2", "GRPC"),
      ...{ httpHealthCheck: httpCheck, httpsHealthCheck: httpCheck, http2HealthCheck: httpCheck },
    }),
    ...{ minProperties: 2, maxProperties: 2 },
  },
  logConfig: object({ enabled: { type: "boolean" } }),
});

const backend = object({
  timeoutSec: whole(1, 2_147_483_647),
  connectionDraining: object({ drainingTimeoutSec: whole(0, 3600) }),
  logging: object({ enabled: { type: "boolean" }, sampleRate: whole(0, 1_000_000) }),
  securityPolicy: string,
  maxRatePerEndpoint: whole(1, 1_000_000_000),
});

const gateway = object({ sslPolicy: string, allowGlobalAccess: { type: "boolean" }, region: string });

const definition = (kind: string, plural: string, settings: Schema): object => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: `${plural}.networking.gke.io` },
  spec: {
    group: "networking.gke.io",
    names: { kind, listKind: `${kind}List`, plural, singular: kind.toLowerCase() },
    scope: "Namespaced",
    versions: [
      {
        ...{ name: "v1", served: true, storage: true },
        schema: {
          openAPIV3Schema: object({ spec: object({ default: settings, targetRef }, ["targetRef"]) }, ["spec"]),
        },
      },
    ],
  },
});

const kinds = [
  ["GCPGatewayPolicy", "gcpgatewaypolicies", gateway],
  ["GCPBackendPolicy", "gcpbackendpolicies", backend],
  ["HealthCheckPolicy", "healthcheckpolicies", healthCheck],
] as const;

export const gatewayPolicies: readonly object[] = kinds.map(([kind, plural, settings]) =>
  definition(kind, plural, settings),
);

/** As kubectl names them. */
export const gatewayPolicyNames: readonly string[] = kinds.map(
  ([, plural]) => `customresourcedefinition/${plural}.networking.gke.io`,
);
