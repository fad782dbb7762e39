import type { core } from "@pulumi/kubernetes/types/input";
import type { InClusterTls, LogfireSettings } from "../../settings/types";
import type { WorkloadName } from "../catalogue/names";
import { tlsFiles } from "../catalogue/tls";
import type { Context, Environment, TlsListener, Workload } from "../catalogue/workload";
import { names } from "../edge/facts";

type Settings = Pick<LogfireSettings, "inClusterTls" | "edge">;

/** How a workload serves HTTPS to others; undefined where it does not, or where services talk in clear. */
export const listenerOf = (
  { inClusterTls }: Pick<LogfireSettings, "inClusterTls">,
  { tls }: Workload,
): TlsListener | undefined => (inClusterTls === undefined ? undefined : tls?.serves);

/** The port that callers use instead of the one the catalogue names. */
export const portInUse = (settings: Pick<LogfireSettings, "inClusterTls">, called: Workload, port: string): string =>
  port === "http" && listenerOf(settings, called) !== undefined ? "https" : port;

/** The workload whose name stands in the certificate that a workload shows. */
export const certificateOwner = ({ name, tls }: Workload): WorkloadName => tls?.serves?.as ?? name;

export const certificateSecretOf = ({ secretPrefix }: InClusterTls, owner: WorkloadName): string =>
  `${secretPrefix}-${owner}-tls`;

/** What services check each other with: the owner's bundle, or the certificate of the stack's own authority. */
export const authorities = ({ caBundle }: InClusterTls): NonNullable<InClusterTls["caBundle"]> =>
  caBundle ?? { kind: "Secret", name: names.inClusterCa, key: tlsFiles.certificate };

const publicAuthority = { mountPath: "/etc/logfire/public-ca" } as const;

/** Whether a workload calls the public address, whose certificate no public authority has signed. */
const trustsPublicAuthority = ({ edge }: Settings, { needs }: Workload): boolean =>
  edge.certificate.source === "privateCa" && needs.includes("publicUrl");

/**
 * Variables that tell a program about certificates. `SSL_CERT_FILE` replaces OpenSSL's file of public authorities, not
 * its folder of them: in images that have the folder, public certificates stay valid for whoever uses the defaults.
 */
export const tlsEnvironment = ({ settings }: Pick<Context, "settings">, workload: Workload): Environment => ({
  ...(settings.inClusterTls === undefined ? {} : workload.tls?.environment),
  ...(trustsPublicAuthority(settings, workload)
    ? { SSL_CERT_FILE: `${publicAuthority.mountPath}/${tlsFiles.authorities}` }
    : {}),
});

interface Mounted {
  readonly mountPath: string;
  readonly volume: core.v1.Volume & { readonly name: string };
  /** Kubernetes Secret behind it. */
  readonly secret?: string;
}

/** Folders with certificates and keys. Only what is read is mounted: never the key of an authority. */
export function tlsMounts({ settings }: Pick<Context, "settings">, workload: Workload): Mounted[] {
  const { inClusterTls } = settings;
  const trusts = workload.tls?.trusts;
  const listener = listenerOf(settings, workload);
  return [
    ...(inClusterTls === undefined || listener === undefined ? [] : [served(inClusterTls, workload, listener)]),
    ...(inClusterTls === undefined || trusts === undefined
      ? []
      : [fromOne("incluster-ca", trusts.mountPath, authorities(inClusterTls))]),
    ...(trustsPublicAuthority(settings, workload)
      ? [
          fromOne("public-ca", publicAuthority.mountPath, {
            kind: "Secret",
            name: names.certificate,
            key: tlsFiles.authorities,
          }),
        ]
      : []),
  ];
}

function served(tls: InClusterTls, workload: Workload, { mountPath, keyName = tlsFiles.key }: TlsListener): Mounted {
  const secretName = certificateSecretOf(tls, certificateOwner(workload));
  const items = [
    { key: tlsFiles.certificate, path: tlsFiles.certificate },
    { key: tlsFiles.key, path: keyName },
  ];
  return { mountPath, volume: { name: "incluster-tls", secret: { secretName, items } }, secret: secretName };
}

function fromOne(name: string, mountPath: string, source: NonNullable<InClusterTls["caBundle"]>): Mounted {
  const items = [{ key: source.key, path: tlsFiles.authorities }];
  return source.kind === "ConfigMap"
    ? { mountPath, volume: { name, configMap: { name: source.name, items } } }
    : { mountPath, volume: { name, secret: { secretName: source.name, items } }, secret: source.name };
}
