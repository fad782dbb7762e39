import type { InClusterTls } from "../../settings/types";
import { objectLabels } from "../../kubernetes/labels";
import type { WorkloadName } from "../catalogue/names";
import type { Context, Workload } from "../catalogue/workload";
import { apiVersionOf } from "../edge/common";
import { groups, names } from "../edge/facts";
import { certificateOwner, certificateSecretOf, listenerOf } from "./tls";
import { plain, type RenderedObject } from "./types";

type Issuer = NonNullable<InClusterTls["issuer"]>;

const selfSigned = "logfire-incluster-selfsigned";
const ownIssuer: Issuer = { kind: "Issuer", name: names.inClusterCa, group: groups.certManager };

const year = 8760;
const hours = (count: number): string => `${count}h`;

/** PKCS#8 is the one form of a key that every program here reads. */
const privateKey = { algorithm: "ECDSA", size: 256, encoding: "PKCS8" } as const;

/** What gives each service its certificate, where Logfire's own services talk HTTPS and cert-manager is to see to it. */
export function renderCertificates(context: Context, workloads: readonly Workload[]): RenderedObject[] {
  const { inClusterTls } = context.settings;
  if (inClusterTls?.certificates !== "certManager") return [];
  const serving = workloads.filter((workload) => listenerOf(context.settings, workload) !== undefined);
  const owners = [...new Set(serving.map(certificateOwner))];
  return [
    ...(inClusterTls.issuer === undefined ? ownAuthority(context) : []),
    ...owners.map((owner) =>
      leaf(
        context,
        inClusterTls,
        owner,
        serving.filter((workload) => certificateOwner(workload) === owner),
      ),
    ),
  ];
}

/** Ten years, renewed a year before: with the same key, so that what it has signed stays valid meanwhile. */
function ownAuthority(context: Context): RenderedObject[] {
  return [
    certificateObject(context, "Issuer", selfSigned, { selfSigned: {} }),
    certificateObject(context, "Certificate", names.inClusterCa, {
      secretName: names.inClusterCa,
      isCA: true,
      commonName: "Logfire in-cluster CA",
      issuerRef: { ...ownIssuer, name: selfSigned },
      duration: hours(10 * year),
      renewBefore: hours(year),
      privateKey: { ...privateKey, rotationPolicy: "Never" },
      usages: ["cert sign", "crl sign", "digital signature"],
      revisionHistoryLimit: 1,
    }),
    certificateObject(context, "Issuer", names.inClusterCa, { ca: { secretName: names.inClusterCa } }),
  ];
}

/**
 * Programs read their certificate when they start, and nothing here starts them again. So a certificate is renewed a
 * whole year before it ends: any roll-out within that year, as every upgrade is one, brings the new one into use.
 */
const leaf = (context: Context, tls: InClusterTls, owner: WorkloadName, showing: readonly Workload[]): RenderedObject =>
  certificateObject(context, "Certificate", `${owner}-incluster-tls`, {
    secretName: certificateSecretOf(tls, owner),
    dnsNames: [...new Set([owner, ...showing.flatMap(({ services }) => services.map(({ name }) => name))])].flatMap(
      (name) => namesInCluster(context, name),
    ),
    issuerRef: tls.issuer ?? ownIssuer,
    duration: hours(2 * year),
    renewBefore: hours(year),
    privateKey: { ...privateKey, rotationPolicy: "Always" },
    usages: ["digital signature", "server auth"],
    revisionHistoryLimit: 1,
  });

function namesInCluster({ settings: { namespace }, clusterHost }: Context, service: string): string[] {
  return [service, `${service}.${namespace}`, `${service}.${namespace}.svc`, clusterHost(service)];
}

const certificateObject = (
  { settings }: Context,
  kind: "Issuer" | "Certificate",
  name: string,
  spec: object,
): RenderedObject =>
  plain("certificate", {
    apiVersion: apiVersionOf(kind),
    kind,
    metadata: { name, namespace: settings.namespace, labels: objectLabels(settings) },
    spec,
  });
