import { X509Certificate } from "node:crypto";
import type { PostgresServer } from "../../contract";
import roots from "./postgresRoots.json";

const byRegion: Readonly<Record<string, string>> = roots;

/**
 * How clients check the database's certificate. `postgresRoots.json` holds the authority `rds-ca-rsa2048-g1` of each region,
 * DER in base64, as in https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem; no system trusts it by itself.
 * In a region that is not there the connection is encrypted, and its server is not checked.
 */
export function postgresTrust(region: string): Pick<PostgresServer, "tls" | "caBundle"> {
  const root = byRegion[region];
  if (root === undefined) return { tls: "require" };
  return { tls: "verify-full", caBundle: new X509Certificate(Buffer.from(root, "base64")).toString() };
}
