import type { MockResourceArgs } from "@pulumi/pulumi/runtime";

export const loadBalancerAddress = "203.0.113.7";
export const authorityOf = "-----BEGIN CERTIFICATE-----\nof a private authority\n-----END CERTIFICATE-----\n";

/** What a cluster answers when the edge is read: an address, a certificate that is there, and the authority's own. */
export function observedOutputs({ type, id }: MockResourceArgs): Record<string, unknown> {
  // Only what is read has an id beforehand.
  if (id === undefined || id === "") return {};
  const encoded = Buffer.from(authorityOf).toString("base64");
  const answers: Readonly<Record<string, Record<string, unknown>>> = {
    Gateway: { status: { addresses: [{ type: "IPAddress", value: loadBalancerAddress }] } },
    Ingress: { status: { loadBalancer: { ingress: [{ hostname: "lb.example.net" }] } } },
    Certificate: { status: { conditions: [{ type: "Ready", status: "True" }] } },
    Secret: { data: { "ca.crt": encoded, "tls.crt": encoded, "tls.key": "" } },
  };
  return answers[type.split(":").at(-1) ?? ""] ?? {};
}
