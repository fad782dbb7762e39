import type { Problem } from "../../lib/errors";
import { at } from "./problems";

const liesIn = (name: string, zone: string) => name === zone || name.endsWith(`.${zone}`);

interface Named {
  readonly platform: {
    readonly dns: { readonly kind: "create" | "existing"; readonly name: string } | { readonly kind: "none" };
  };
  readonly logfire: { readonly hostnames: readonly string[] };
}

/** Every hostname lies in the zone that records are written into. `cloud`: the key of its settings. */
export function checkHostnames(cloud: string, { platform: { dns }, logfire: { hostnames } }: Named) {
  if (dns.kind === "none") return [];
  const key = hostnames.length === 1 ? "hostname" : "hostnames";
  const where = dns.kind === "create" ? `${cloud}.dns.zone` : `${cloud}.dns.existing.name`;
  return hostnames
    .filter((name) => !liesIn(name, dns.name))
    .flatMap((name): readonly Problem[] =>
      at(
        key,
        `"${name}" does not lie in the zone "${dns.name}"`,
        `write a name such as logfire.${dns.name}, or a zone that holds every hostname as ${where}`,
      ),
    );
}
