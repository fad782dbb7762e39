import type { Environment, TlsListener, TlsTrust, WorkloadTls } from "./workload";

/** Port of every service's HTTPS, in its pods and at its Service. */
export const httpsPort = 8443;

/** Where most programs find their certificate, and the one they check others with. HAProxy, nginx and Dex have their own. */
const served = { mountPath: "/etc/tls" } as const;
const trusted = { mountPath: "/etc/logfire/incluster-ca" } as const;

/** Names of the files in those folders. */
export const tlsFiles = { certificate: "tls.crt", key: "tls.key", authorities: "ca.crt" } as const;

export const certificateFile = ({ mountPath }: TlsListener): string => `${mountPath}/${tlsFiles.certificate}`;
const keyFile = ({ mountPath, keyName }: TlsListener): string => `${mountPath}/${keyName ?? tlsFiles.key}`;
export const authoritiesFile = ({ mountPath }: TlsTrust): string => `${mountPath}/${tlsFiles.authorities}`;

/** Port and files of a program that is told them in its configuration. */
export const listenOn = (listener: TlsListener) => ({
  port: httpsPort,
  certificate: certificateFile(listener),
  key: keyFile(listener),
});

const listener: Environment = {
  HTTPS_PORT: String(httpsPort),
  TLS_CERT_PATH: certificateFile(served),
  TLS_KEY_PATH: keyFile(served),
};

const pythonTrust: Environment = { LOGFIRE_CA_PATH: authoritiesFile(trusted) };

/** Python programs that only call. */
export const pythonClient = { trusts: trusted, environment: pythonTrust } as const satisfies WorkloadTls;
export const pythonServer = {
  serves: served,
  trusts: trusted,
  environment: { ...pythonTrust, ...listener },
} as const satisfies WorkloadTls;

export const nodeServer = {
  serves: served,
  trusts: trusted,
  environment: {
    NODE_EXTRA_CA_CERTS: authoritiesFile(trusted),
    IN_CLUSTER_CA_BUNDLE_PATH: authoritiesFile(trusted),
    ...listener,
  },
} as const satisfies WorkloadTls;

/** Programs of the storage engine read `fusionfireVariables` from a ConfigMap that they share. */
export const fusionfireTls = { serves: served, trusts: trusted } as const satisfies WorkloadTls;

/** `allow` serves HTTPS beside HTTP: the kubelet's probes stay in clear. */
export const fusionfireVariables = {
  FF_TLS_MODE: "allow",
  FF_HTTPS_PORT: String(httpsPort),
  FF_TLS_CERT_PATH: certificateFile(served),
  FF_TLS_KEY_PATH: keyFile(served),
  FF_TLS_CLIENT_ENABLE: "true",
  FF_TLS_CLIENT_CA_PATH: authoritiesFile(trusted),
  FF_TLS_CLIENT_PORT: String(httpsPort),
} as const;

/** HAProxy takes the key that lies beside the certificate under its name and `.key`. */
export const haproxyTls = {
  serves: { mountPath: "/usr/local/etc/haproxy/tls", keyName: `${tlsFiles.certificate}.key` },
  trusts: { mountPath: "/usr/local/etc/haproxy/ca" },
} as const satisfies WorkloadTls;

export const nginxTls = {
  serves: { mountPath: "/etc/nginx/tls", only: true },
} as const satisfies WorkloadTls;

export const dexTls = { serves: { mountPath: "/etc/dex/tls" } } as const satisfies WorkloadTls;

/** The collector calls by HTTPS and is called in clear. */
export const collectorTls = { trusts: trusted } as const satisfies WorkloadTls;
