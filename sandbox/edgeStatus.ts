interface Condition {
  readonly type: string;
  readonly status: string;
  readonly message?: string;
}

/** What is read of Gateways, HTTPRoutes, Ingresses and Certificates. */
export interface EdgeObject {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec?: {
    readonly dnsNames?: readonly string[];
    readonly isCA?: boolean;
    readonly rules?: readonly { readonly backendRefs?: readonly { readonly name: string }[] }[];
  };
  readonly status?: {
    readonly conditions?: readonly Condition[];
    readonly addresses?: readonly { readonly value?: string }[];
    readonly parents?: readonly { readonly conditions?: readonly Condition[] }[];
    readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[] };
    readonly notAfter?: string;
  };
}

export interface EdgeFigures {
  readonly kind: string;
  readonly name: string;
  readonly ready: boolean;
  /** Addresses, the Services behind a route, the names and the end of a certificate; or what is waited for. */
  readonly detail: string;
  /** Services that a route leads to; empty for what is not a route, and for a redirect. */
  readonly backends: readonly string[];
}

/** kubectl's names of these kinds. */
export const edgeKinds = "gateways.gateway.networking.k8s.io,httproutes,ingresses,certificates";

export const edgeFigures = (objects: readonly EdgeObject[]): readonly EdgeFigures[] =>
  objects.map((object) => ({ kind: object.kind, name: object.metadata.name, ...figuresOf(object) }));

function figuresOf(object: EdgeObject): Pick<EdgeFigures, "ready" | "detail" | "backends"> {
  const { kind, spec, status } = object;
  switch (kind) {
    case "Gateway": {
      const addresses = (status?.addresses ?? []).flatMap(({ value }) => value ?? []).join(", ");
      return { ...waited(status?.conditions, "Programmed", addresses), backends: [] };
    }
    case "HTTPRoute": {
      const backends = [
        ...new Set((spec?.rules ?? []).flatMap((rule) => rule.backendRefs ?? []).map(({ name }) => name)),
      ];
      const conditions = (status?.parents ?? []).flatMap((parent) => parent.conditions ?? []);
      return { ...waited(conditions, "Accepted", backends.join(", ") || "redirect"), backends };
    }
    case "Certificate": {
      const names = spec?.isCA === true ? "authority" : (spec?.dnsNames ?? []).join(", ");
      return {
        ...waited(status?.conditions, "Ready", `${names}, until ${status?.notAfter?.slice(0, 10) ?? "?"}`),
        backends: [],
      };
    }
    default: {
      const addresses = (status?.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }) => ip ?? hostname ?? []);
      return { ready: addresses.length > 0, detail: addresses.join(", ") || "has no address yet", backends: [] };
    }
  }
}

function waited(conditions: readonly Condition[] = [], type: string, detail: string) {
  const condition = conditions.find((candidate) => candidate.type === type);
  const ready = condition?.status === "True";
  return { ready, detail: ready ? detail : (condition?.message ?? `has no condition ${type} yet`) };
}
