import { field, type Rule } from "./compare";

const everything: Pick<Rule, "in"> = { in: ["everything"] };

const entrance: readonly Rule[] = [
  {
    path: /^Service\/logfire-service port\.8081\.(name|target)$/,
    theirs: /^nothing$/,
    reason: "A port that says HTTP/2, so that gRPC reaches the intake with its trailers. It leads to the port of HTTP.",
  },
  {
    ...everything,
    path: /^(BackendTLSPolicy|BackendTrafficPolicy|ClientTrafficPolicy|EnvoyProxy)\/logfire-edge present$/,
    theirs: /^nothing$/,
    reason:
      "The reference leaves timeouts, protocols, draining and the check of in-cluster certificates to the Gateway's defaults: 15 s for a request, and no check.",
  },
  {
    ...everything,
    path: /^HTTPRoute\/logfire-redirect present$/,
    theirs: /^nothing$/,
    reason: "Whoever types the address without a scheme is sent to HTTPS; the reference answers on port 443 alone.",
  },
  {
    ...everything,
    path: /^Gateway\/logfire-gateway (listener\.http\.|infrastructure\.parametersRef\.)/,
    theirs: /^nothing$/,
    reason: "The listener for that redirect, and where Envoy's settings are.",
  },
  {
    ...everything,
    path: /^Gateway\/logfire-gateway listener\.https\S*\.tls\.certificateRefs\.0\.(group|kind)$/,
    theirs: /^nothing$/,
    reason: "Defaults written out, as the API server stores them.",
  },
  {
    ...everything,
    path: /^Gateway\/logfire-gateway listener\.(https\.hostname|https-1\.\S+(?<!\.(group|kind)))$/,
    ours: /^nothing$/,
    reason:
      "One listener for all hostnames, which share one certificate: a browser that reuses its HTTP/2 connection for the second name must not meet a listener that only knows the first.",
  },
];

const certificates: readonly Rule[] = [
  {
    ...everything,
    path: field("^Certificate/\\S+", "privateKey\\.(algorithm|size)"),
    theirs: /^(RSA|2048)$/,
    ours: /^(ECDSA|256)$/,
    reason: "P-256: as strong as RSA of 3072 bits, and a handshake costs a fraction.",
  },
  {
    ...everything,
    path: field("^Certificate/\\S+", "privateKey\\.encoding"),
    theirs: /^nothing$/,
    ours: /^PKCS8$/,
    reason: "The one form of a key that all the programs read.",
  },
  {
    ...everything,
    path: field("^Certificate/\\S+-incluster-tls", "privateKey\\.rotationPolicy"),
    theirs: /^Never$/,
    ours: /^Always$/,
    reason: "A new certificate has a new key. The authority keeps its key, or what it has signed would be worthless.",
  },
  {
    ...everything,
    path: field("^Certificate/\\S+-incluster-tls", "duration"),
    theirs: /^87600$/,
    ours: /^17520$/,
    reason: "Two years instead of ten: a key that got lost is of no use for ever.",
  },
  {
    ...everything,
    path: field("^Certificate/\\S+", "renewBefore"),
    theirs: /^(720|nothing)$/,
    ours: /^8760$/,
    reason:
      "Programs read certificates when they start, so a whole year is left for some roll-out to bring the new ones into use, instead of thirty days.",
  },
  {
    ...everything,
    path: field("^Certificate/\\S+", "usages|revisionHistoryLimit"),
    theirs: /^nothing$/,
    reason: "What the certificates are for, and no more than one finished request left lying about.",
  },
  {
    ...everything,
    path: /^Certificate\/logfire-incluster-ca commonName$/,
    theirs: /^logfire in-cluster CA$/,
    ours: /^Logfire in-cluster CA$/,
    reason: "A name for people.",
  },
  {
    ...everything,
    path: /^Certificate\/logfire-ff-cache-byte-incluster-tls dnsNames$/,
    ours: /,logfire-ff-cache-byte-internal,/,
    reason: "Query pods find the cache by its headless Service: its name is in the certificate too.",
  },
  {
    ...everything,
    path: /^Config\/otel-collector-config otel-collector-config\.yaml\.exporters\.otlp_http\.(endpoint|tls\.ca_file)$/,
    theirs: /^(http:\S+|nothing)$/,
    reason: "The collector, too, sends to the intake by HTTPS and checks it; the reference sends the token in clear.",
  },
  {
    ...everything,
    path: /^Deployment\/logfire-otel-collector mount\.\/etc\/logfire\/incluster-ca\.(source|volume)$/,
    theirs: /^nothing$/,
    reason: "What the collector checks the intake with.",
  },
];

/** What is deliberately different on the way in, and in HTTPS between services. */
export const edge: readonly Rule[] = [...entrance, ...certificates];
