import { certManagerController } from "../settleEdge";
import { show } from "../fields";
import { type Rule, when } from "./rule";

const key = "inClusterTls";

/** Gateway API knows no other. */
const gatewayKey = "ca.crt";

const sources: Rule = ({ config: { inClusterTls, edge }, readable }) => {
  if (inClusterTls === undefined || !readable([key])) return [];
  const { certificates, issuer, caBundle } = inClusterTls;
  const given = certificates === "existingSecrets";
  const own = !given && issuer === undefined;
  const { configMap, secret } = caBundle ?? {};
  return [
    ...when(
      given && issuer !== undefined,
      `${key}.issuer`,
      "stands beside inClusterTls.certificates: existingSecrets, which nobody has to issue",
      "remove it, or write inClusterTls.certificates: certManager",
    ),
    ...when(
      own && caBundle !== undefined,
      `${key}.caBundle`,
      "stands beside the stack's own authority, so that there would be two to trust",
      "remove it, or write inClusterTls.issuer for the authority that it belongs to",
    ),
    ...when(
      !own && caBundle === undefined,
      `${key}.caBundle`,
      `is missing: services check each other, and the authority of ${given ? "your Secrets" : "inClusterTls.issuer"} is not known`,
      "write configMap: NAME (or secret: NAME) and its key, in Logfire's namespace",
    ),
    ...when(
      caBundle !== undefined && configMap === undefined && secret === undefined,
      `${key}.caBundle.configMap`,
      "is missing: caBundle does not say where the certificates are",
      "write the name of a ConfigMap, or of a Secret as inClusterTls.caBundle.secret",
    ),
    ...when(
      configMap !== undefined && secret !== undefined,
      `${key}.caBundle.secret`,
      "stands beside inClusterTls.caBundle.configMap",
      "keep the one that holds the certificates",
    ),
    ...when(
      caBundle !== undefined && caBundle.key !== gatewayKey && edge.mode === "gateway",
      `${key}.caBundle.key`,
      `is ${show(caBundle?.key)}, and a Gateway reads the key ${gatewayKey} alone`,
      `put the certificates under ${gatewayKey}`,
    ),
  ];
};

/** An issuer that is there has a cert-manager; a second one in the same cluster would fight with it. */
const oneCertManager: Rule = ({ config }) => {
  if (certManagerController(config) !== "install") return [];
  const named = [
    ["edge.certificate.issuer", config.edge.certificate?.issuer] as const,
    ["inClusterTls.issuer", config.inClusterTls?.issuer] as const,
  ];
  return named.flatMap(([path, issuer]) =>
    when(
      issuer?.group === "cert-manager.io",
      "edge.certManager.controller",
      `is install, and ${path} names an issuer that is there, so that cert-manager is there too`,
      "write existing, or remove it",
    ),
  );
};

export const inClusterTlsRules: readonly Rule[] = [sources, oneCertManager];
