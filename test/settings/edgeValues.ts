import type { Values } from "./helpers";

/** A name that a public authority serves. */
export const real: Values = { hostname: "logfire.acme-corp.com", adminEmail: "sre@acme-corp.com" };
export const zone = "acme-corp.com";

export const edge = (values: Values, more: Values = {}): Values => ({ ...real, edge: values, ...more });
/** In the mode `gateway`, unless `more` says another one. */
export const certificate = (values: Values, more: Values = {}): Values => edge({ certificate: values, ...more });
/** HTTPS inside the cluster; outside is the owner's business. */
export const tls = (inClusterTls: Values, more: Values = {}): Values =>
  edge({ mode: "none", ...more }, { inClusterTls });

export const route53 = { route53: { region: "eu-central-1" } };
export const privateCa = { source: "privateCa" };
export const caBundle = { configMap: "company-ca" };
