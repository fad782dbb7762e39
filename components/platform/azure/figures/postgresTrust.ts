import { X509Certificate } from "node:crypto";
import type { PostgresServer } from "../../contract";
import roots from "./postgresRoots.json";

/**
 * How clients check the database's certificate: by the two public authorities that Microsoft names for Flexible Server,
 * DER in base64. Systems trust them as well, but libpq looks into no system's store by itself.
 */
export const postgresTrust: Pick<PostgresServer, "tls" | "caBundle"> = {
  tls: "verify-full",
  caBundle: Object.values(roots)
    .map((root) => new X509Certificate(Buffer.from(root, "base64")).toString())
    .join(""),
};
