import type { Rule } from "./compare";

const reason = "TLS inside the cluster, and how the edge is reached, are the edge's business and not rendered yet.";
const everything: Pick<Rule, "in" | "reason"> = { in: ["everything"], reason };

/** What the reference does at the edge and this rendering does not do yet. */
export const edgeLater: readonly Rule[] = [
  { path: /^Ingress\/logfire-ingress present$/, ours: /^nothing$/, reason },
  { ...everything, path: /^(Gateway|HTTPRoute|Issuer|Certificate)\/\S+ present$/, ours: /^nothing$/ },
  { ...everything, path: /^Config\/logfire-ff-base-config data\.FF_(TLS_\w+|HTTPS_PORT)$/, ours: /^nothing$/ },
  { ...everything, path: /^Config\/\S+ data\.\w+$/, theirs: /^https:\S+:8443$/, ours: /^http:/ },
  { ...everything, path: /^Config\/\S+ haproxy\.cfg\.upstream\.\S+\.port$/, theirs: /^8443$/ },
  {
    ...everything,
    path: /^Config\/logfire-dex-config config\.yaml\.(web|grpc)\.(https|tlsCert|tlsKey)$/,
    ours: /^nothing$/,
  },
  {
    ...everything,
    path: /^\w+\/\S+ container\.env\.(TLS_CERT_PATH|TLS_KEY_PATH|HTTPS_PORT|LOGFIRE_CA_PATH|NODE_EXTRA_CA_CERTS|IN_CLUSTER_CA_BUNDLE_PATH)$/,
    ours: /^nothing$/,
  },
  {
    ...everything,
    path: /^\w+\/\S+ container\.env\.\w+$/,
    theirs: /^(https:\/\/logfire-\S+|8443|https)$/,
    ours: /^(http:\S+|\d+|http)$/,
  },
  { ...everything, path: /^\w+\/\S+ container\.ports$/, theirs: /8443/ },
  { ...everything, path: /^Deployment\/logfire-dex container\.args$/, theirs: /--web-https-addr/ },
  { ...everything, path: /^\w+\/\S+ mount\.\/\S+(tls|ca)\.(volume|source|readOnly)$/, ours: /^nothing$/ },
  { ...everything, path: /^Service\/\S+ port\.8443\.(name|target)$/, ours: /^nothing$/ },
  {
    ...everything,
    path: /^Service\/\S+ port\.\d+\.(name|target)$/,
    theirs: /^(nothing|8443|https)$/,
    ours: /^(http|\d+)$/,
  },
];
