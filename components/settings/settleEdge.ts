import { cloudBlock } from "./cloud";
import { isLocal } from "./formats";
import type { Configuration } from "./schema";
import { acmeServer, edgeDefaults } from "./schemaEdge";
import type { CertificateSettings, EdgeSettings } from "./types";

/** What the settings of the edge come to where they are not written: the rules judge by the same answers. */

export const hostnamesOf = ({ hostname, hostnames }: Configuration): readonly string[] =>
  hostname === undefined ? (hostnames ?? []) : [hostname];

/** A certificate for a local name is written only by somebody who wants HTTPS there. */
export const usesHttps = (config: Configuration): boolean =>
  config.https ?? (!isLocal(hostnamesOf(config)[0] ?? "") || config.edge.certificate !== undefined);

export const attaches = ({ edge }: Configuration) => edge.mode === "gateway" && edge.gateway?.attachTo !== undefined;

/** Whether HTTPS for the hostnames ends in what this stack makes in the cluster. */
export const endsHttps = (config: Configuration) =>
  !["none", "native"].includes(config.edge.mode) && !attaches(config) && usesHttps(config);

/** As written or by default; none where the certificate is nobody's business here. */
export const certificateOf = (config: Configuration) =>
  endsHttps(config) ? (config.edge.certificate ?? edgeDefaults.certificate) : undefined;

export const gatewayController = ({ edge: { gateway } }: Configuration) =>
  gateway?.controller ?? (gateway?.attachTo === undefined ? "install" : "existing");

/** An issuer that is there has its cert-manager beside it; on AWS an add-on of the cluster brings it. */
export const certManagerController = (config: Configuration) =>
  config.edge.certManager?.controller ?? (namesIssuer(config) || config.platform === "aws" ? "existing" : "install");

/** Whether the platform itself writes DNS records, and so proves the hostnames. */
export function platformProves(config: Configuration): boolean {
  const dns = cloudBlock(config)?.dns;
  return config.platform !== "existing" && (dns?.manage !== false || dns.existing !== undefined);
}

/** Zone that the platform writes into; none where only the owner can. */
export function platformZone(config: Configuration): string | undefined {
  const dns = cloudBlock(config)?.dns;
  return platformProves(config) ? (dns?.existing?.name ?? dns?.zone ?? hostnamesOf(config)[0]) : undefined;
}

const namesIssuer = ({ edge, inClusterTls }: Configuration) =>
  edge.certificate?.issuer !== undefined || inClusterTls?.issuer !== undefined;

export function settleEdge(config: Configuration & { readonly adminEmail: string }): EdgeSettings {
  const { mode, exposure, sourceRanges, proxyProtocol, proxiesInFront, ingress } = config.edge;
  const zone = config.edge.zone ?? platformZone(config);
  const { attachTo, className, ...gateway } = config.edge.gateway ?? edgeDefaults.gateway;
  return {
    mode,
    exposure,
    sourceRanges,
    proxiesInFront: proxiesInFront ?? (mode === "none" ? 1 : 0),
    proxyProtocol,
    gateway: {
      ...gateway,
      controller: gatewayController(config),
      className: className ?? "logfire",
      ...(attachTo === undefined ? {} : { attachTo: { namespace: config.namespace, ...attachTo } }),
    },
    ...(ingress === undefined ? {} : { ingress }),
    certificate: settleCertificate(config),
    certManager: {
      ...(config.edge.certManager ?? edgeDefaults.certManager),
      controller: certManagerController(config),
    },
    ...(zone === undefined ? {} : { zone }),
  };
}

function settleCertificate(config: Configuration & { readonly adminEmail: string }): CertificateSettings {
  const written = certificateOf(config);
  if (written === undefined) return { source: "none" };
  const { source, server = "production", email = config.adminEmail, challenge, dns01, issuer, secretName } = written;
  switch (source) {
    case "acme":
      return {
        source,
        server: acmeServer(server),
        email,
        http01: challenge === "http01",
        ...(dns01 === undefined ? {} : { dns01 }),
      };
    case "issuer":
      if (issuer === undefined) throw new Error("unchecked configuration");
      return { source, ...issuer };
    case "existingSecret":
      if (secretName === undefined) throw new Error("unchecked configuration");
      return { source, name: secretName };
    case "privateCa":
    case "given":
      return { source };
  }
}

/** Envoy runs beside the controller that this stack installs; where another one runs its proxies is not known. */
export const edgeNamespaces = (config: Configuration): readonly string[] => {
  const installed = config.edge.mode === "gateway" && gatewayController(config) === "install";
  const { namespace } = config.edge.gateway ?? edgeDefaults.gateway;
  return config.network.edgeNamespaces ?? (installed ? [namespace] : []);
};
