import { renderLogfire, type RenderInput } from "../../components/logfire/manifests";
import type { EdgeSettings, LogfireSettings } from "../../components/settings/types";
import { cloudPlatform } from "../parity/renderings";
import { certificateAuthority, type CertificateAuthority, type Issued } from "../support/certificates";
import { edgeSettings, logfireSettings } from "../support/logfireSettings";

export interface PathSettings {
  readonly settings?: Partial<LogfireSettings>;
  /** Over a Gateway with a private CA. */
  readonly edge?: Partial<EdgeSettings>;
}

/** Everything that a chain is made from, as data. */
export function rendered(options: PathSettings): { readonly input: RenderInput; readonly proxyText: string } {
  const edge = edgeSettings({
    mode: "gateway",
    proxiesInFront: 0,
    certificate: { source: "privateCa" },
    ...options.edge,
  });
  const settings = logfireSettings({
    hostnames: ["logfire.example.com", "logfire.internal.example.com"],
    features: { queryWorker: false, remoteMcp: true, aiGateway: true },
    ...options.settings,
    edge,
  });
  const input: RenderInput = { settings, platform: cloudPlatform, redisInCluster: false };
  const config = renderLogfire(input).find(({ manifest }) => manifest.metadata.name === "logfire-haproxy-config");
  const proxyText = config?.manifest.data?.["haproxy.cfg"];
  if (typeof proxyText !== "string") throw new Error("HAProxy's text is not rendered");
  return { input, proxyText };
}

/** What the controller finds in the cluster: the rendered objects that concern it, and the certificate. */
export function gatewayObjects(input: RenderInput, { authority, issued: certificate }: Certified): readonly object[] {
  const { namespace } = input.settings;
  const own = renderLogfire(input)
    .map(({ manifest }) => manifest)
    .filter(
      ({ apiVersion, kind, metadata }) =>
        /^gateway\.(networking\.k8s|envoyproxy)\.io\//.test(apiVersion) ||
        (kind === "Service" && metadata.name === "logfire-service"),
    )
    .map((manifest) => JSON.parse(JSON.stringify(manifest)) as Record<string, unknown>)
    // The API server gives a Service its address; the translator does not go on without one.
    .map((manifest) =>
      manifest["kind"] === "Service"
        ? { ...manifest, spec: { clusterIP: "10.96.0.10", ...(manifest["spec"] as object) } }
        : manifest,
    );
  const secret = (name: string, data: Readonly<Record<string, string>>): object => ({
    apiVersion: "v1",
    kind: "Secret",
    type: "kubernetes.io/tls",
    metadata: { name, namespace },
    data: Object.fromEntries(Object.entries(data).map(([key, text]) => [key, base64(text)])),
  });
  const leaf = { "tls.crt": certificate.chain, "tls.key": certificate.privateKey };
  const ca = { "tls.crt": authority.certificate, "tls.key": authority.privateKey, "ca.crt": authority.certificate };
  return [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
    secret(certificateSecret, leaf),
    ...(input.settings.inClusterTls === undefined ? [] : [secret(inClusterAuthority, ca)]),
    ...own,
  ];
}

export const certificateSecret = "logfire-frontend-cert";
/** Secret of the authority for HTTPS between services. */
const inClusterAuthority = "logfire-incluster-ca";
const base64 = (text: string): string => Buffer.from(text).toString("base64");

/** A certificate, and who issued it. */
export interface Certified {
  readonly authority: CertificateAuthority;
  readonly issued: Issued;
}

let theAuthority: Promise<CertificateAuthority> | undefined;
const certificates = new Map<string, Promise<Issued>>();

/** One for each set of names in a run, so that equal settings are translated once. */
export async function certificateFor(hostnames: readonly string[]): Promise<Certified> {
  theAuthority ??= certificateAuthority("Logfire private CA");
  const authority = await theAuthority;
  const known = certificates.get(hostnames.join()) ?? authority.issue({ hostnames });
  certificates.set(hostnames.join(), known);
  return { authority, issued: await known };
}
