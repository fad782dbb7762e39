import type { Context } from "../catalogue/workload";
import type { RenderedObject } from "../manifests/types";
import { edgeObject } from "./common";
import { acmeIssuer, acmeSolverPort, groups, listeners, names } from "./facts";

interface IssuerRef {
  readonly kind: string;
  readonly name: string;
  readonly group: string;
}

/** The public certificate and whoever issues it, where cert-manager makes it. */
export function renderEdgeCertificates(context: Context): RenderedObject[] {
  const { certificate } = context.settings.edge;
  switch (certificate.source) {
    case "none":
    case "given":
    case "existingSecret":
      return [];
    case "issuer":
      return [leaf(context, certificate)];
    case "privateCa":
      return [...privateCa(context), leaf(context, own("Issuer", names.ca))];
    case "acme":
      return [
        clusterIssuer(context, certificate),
        ...(certificate.http01 ? solverPolicy(context) : []),
        leaf(context, own("ClusterIssuer", acmeIssuer(context.settings.namespace))),
      ];
  }
}

const own = (kind: "Issuer" | "ClusterIssuer", name: string): IssuerRef => ({ kind, name, group: groups.certManager });

const privateKey = { algorithm: "ECDSA", size: 256 } as const;

const leaf = (context: Context, { kind, name, group }: IssuerRef): RenderedObject =>
  edgeObject(context, "Certificate", names.certificate, {
    secretName: names.certificate,
    dnsNames: [...context.settings.hostnames],
    issuerRef: { kind, name, group },
    duration: "2160h",
    privateKey: { ...privateKey, rotationPolicy: "Always" },
    usages: ["digital signature", "server auth"],
    revisionHistoryLimit: 1,
  });

/** Ten years and one key for all of them: every client trusts this certificate by hand. */
function privateCa(context: Context): RenderedObject[] {
  const commonName = `Logfire CA of ${context.settings.hostnames[0]}`.slice(0, 64);
  return [
    edgeObject(context, "Issuer", names.selfSigned, { selfSigned: {} }),
    edgeObject(context, "Certificate", names.ca, {
      secretName: names.ca,
      isCA: true,
      commonName,
      issuerRef: own("Issuer", names.selfSigned),
      duration: "87600h",
      privateKey: { ...privateKey, rotationPolicy: "Never" },
      usages: ["cert sign", "crl sign", "digital signature"],
      revisionHistoryLimit: 1,
    }),
    edgeObject(context, "Issuer", names.ca, { ca: { secretName: names.ca } }),
  ];
}

type Acme = Extract<Context["settings"]["edge"]["certificate"], { source: "acme" }>;

/** The cluster's rather than the namespace's: only then does cert-manager use the cloud identity of its own pods. */
function clusterIssuer(context: Context, { server, email, http01, dns01 }: Acme): RenderedObject {
  const { namespace } = context.settings;
  return edgeObject(context, "ClusterIssuer", acmeIssuer(namespace), {
    acme: {
      server,
      email,
      privateKeySecretRef: { name: `${acmeIssuer(namespace)}-account` },
      solvers: [http01 ? { http01: solver(context) } : dnsSolver(context, dns01)],
    },
  });
}

function dnsSolver({ settings, platform }: Context, given: Acme["dns01"]): object {
  const dns01 = given ?? platform.edge.dns01;
  if (dns01 === undefined) throw new Error("a certificate by DNS-01 without a solver");
  const zone = settings.edge.zone ?? platform.edge.zone?.name;
  return { ...(zone === undefined ? {} : { selector: { dnsZones: [zone] } }), dns01 };
}

/** Who answers the challenge: a pod of cert-manager's behind the same Gateway or Ingress class. */
function solver({ settings }: Context): object {
  const { mode, ingress } = settings.edge;
  if (mode === "ingress" && ingress !== undefined)
    return { ingress: { ingressClassName: ingress.className, serviceType: "ClusterIP" } };
  const parent = { group: groups.gateway, kind: "Gateway", name: names.gateway, namespace: settings.namespace };
  return { gatewayHTTPRoute: { serviceType: "ClusterIP", parentRefs: [{ ...parent, sectionName: listeners.http }] } };
}

/** Those pods live in Logfire's namespace, where nothing is let in that no policy names. */
function solverPolicy(context: Context): RenderedObject[] {
  const { policies, edgeNamespaces } = context.settings.network;
  if (!policies) return [];
  const from = edgeNamespaces.map((name) => ({
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } },
  }));
  return [
    edgeObject(context, "NetworkPolicy", names.acmeSolver, {
      podSelector: { matchLabels: { "acme.cert-manager.io/http01-solver": "true" } },
      policyTypes: ["Ingress"],
      ingress: [{ ...(from.length === 0 ? {} : { from }), ports: [{ port: acmeSolverPort, protocol: "TCP" }] }],
    }),
  ];
}
