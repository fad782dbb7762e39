import { z } from "zod";
import { suggest } from "../lib/errors";
import { choice, fault, faults, type Fault, field, fine, flag, matching, number, show, text } from "./fields";
import { cidr, dnsLabel, email, hostname, objectName } from "./formats";
import { annotations, isObject, kindOf } from "./maps";

/** Where the directories of Let's Encrypt are. */
export const letsEncrypt = {
  production: "https://acme-v02.api.letsencrypt.org/directory",
  staging: "https://acme-staging-v02.api.letsencrypt.org/directory",
} as const;

export const certificateSources = ["acme", "issuer", "privateCa", "given", "existingSecret"] as const;

/** DNS providers of cert-manager's `dns01` solver. */
const dnsProviders = [
  "route53",
  "cloudDNS",
  "azureDNS",
  "cloudflare",
  "digitalocean",
  "rfc2136",
  "acmeDNS",
  "akamai",
  "webhook",
] as const;

const isLetsEncrypt = (value: string): value is keyof typeof letsEncrypt => Object.hasOwn(letsEncrypt, value);

export const acmeServer = (value: string) => (isLetsEncrypt(value) ? letsEncrypt[value] : value);

/** Whether names and addresses are judged by the rules of a public authority; a server of the owner's has its own. */
export const isPublicServer = (value: string) => Object.values<string>(letsEncrypt).includes(acmeServer(value));

function serverFault(value: string): Fault | undefined {
  if (isLetsEncrypt(value)) return undefined;
  if (URL.canParse(value) && new URL(value).protocol === "https:") return undefined;
  return {
    problem: `${show(value)} is not an ACME server`,
    remedy: value.includes("://")
      ? "write its directory with https://"
      : `${suggest(value, Object.keys(letsEncrypt))}${value.includes(".") ? ", or write the https:// address of a directory" : ""}`,
  };
}

const solverOptions = ["cnameStrategy"];

/** cert-manager's own object is passed on as it is: what is in it beside the provider is between the two of them. */
function readSolver(value: unknown) {
  if (!isObject(value))
    return fault(`is ${kindOf(value)}, not an object`, `write one provider below it: ${dnsProviders.join(", ")}`);
  const keys = Object.keys(value);
  const strange = keys.filter((key) => !solverOptions.includes(key) && !dnsProviders.some((name) => name === key));
  const providers = keys.filter((key) => dnsProviders.some((name) => name === key));
  const found = [
    ...strange.map((key): Fault => ({
      path: [key],
      problem: "is not a DNS provider of cert-manager",
      remedy: suggest(key, dnsProviders),
    })),
    ...providers
      .filter((key) => !isObject(value[key]))
      .map((key): Fault => ({
        path: [key],
        problem: `is ${kindOf(value[key])}, not an object`,
        remedy: "write what cert-manager documents for this provider",
      })),
  ];
  if (found.length > 0) return faults(...found);
  if (providers.length === 1) return fine(value);
  return providers.length === 0
    ? fault("names no DNS provider", `write one below it: ${dnsProviders.join(", ")}`)
    : fault(`names ${providers.length} DNS providers: ${providers.join(", ")}`, "keep the one that serves edge.zone");
}

const issuer = (means: string) =>
  z
    .strictObject({
      kind: matching(/^[A-Z][A-Za-z0-9]{0,62}$/, "a kind of issuer", "ClusterIssuer", {
        means: "`ClusterIssuer`, `Issuer` (in Logfire's namespace), or the kind of an issuer of your own.",
      }).default("ClusterIssuer"),
      name: objectName({ means: "Its name." }),
      group: hostname({ means: "API group of that kind." }).default("cert-manager.io"),
    })
    .meta({ means });

const chart = (name: string) =>
  text({
    means: `Where the chart \`${name}\` comes from: \`oci://…\`, a folder or an archive. For a mirror, or without internet.`,
    default: "the project's registry",
  }).optional();

export const gatewaySchema = z.strictObject({
  controller: choice(["install", "existing"], "a choice of controller", {
    means:
      "`install`: this stack installs Envoy Gateway and the Gateway API for the whole cluster. `existing`: a controller is there.",
    change: "From `install` to `existing`, the controller is removed and its definitions stay.",
    default: "`install`, `existing` with `attachTo`",
  }).optional(),
  implementation: choice(["envoyGateway", "other"], "an implementation of Gateway API", {
    means:
      "`other` gets what Gateway API itself defines. What Envoy Gateway adds (long requests, source ranges, the PROXY protocol) is then for you to set up.",
  }).default("envoyGateway"),
  namespace: dnsLabel({
    means: "Namespace of Envoy Gateway and of the Envoy pods.",
    change: "The controller is installed anew; connections break.",
  }).default("envoy-gateway-system"),
  className: objectName({
    means: "GatewayClass: its name where it is made, or that of one that is there.",
    change: "The load balancer is made anew, with another address.",
    default: "`logfire`; required with the controller `existing`",
  }).optional(),
  chart: chart("gateway-helm"),
  attachTo: z
    .strictObject({
      name: objectName({ means: "Name of your Gateway." }),
      namespace: dnsLabel({ means: "Its namespace.", default: "`namespace`" }).optional(),
      section: objectName({ means: "Listener that the routes attach to.", default: "all that allow it" }).optional(),
    })
    .optional()
    .meta({
      means:
        "A Gateway of your own that the routes attach to. Its listeners, certificates and load balancer stay yours; it has to allow routes from Logfire's namespace.",
      change: "The address of the hostnames changes.",
      default: "a Gateway is made",
    }),
  serviceAnnotations: annotations({
    means: "On the Service that asks for the load balancer, over those of the platform.",
    change: "Some clouds make the load balancer anew, with another address.",
  }).default({}),
});

const ingressSchema = z.strictObject({
  className: objectName({ means: "IngressClass that is there.", change: "Another controller takes over." }),
  annotations: annotations({
    means:
      "On the Ingress: what your controller wants, such as request bodies of any size and 620 s and more for silent requests.",
  }).default({}),
});

const certificateSchema = z.strictObject({
  source: choice(certificateSources, "a source of certificates", {
    means:
      "`acme`: Let's Encrypt or another ACME server. `issuer`: an issuer of cert-manager that is there. `privateCa`: an authority of this stack's own, in its outputs. " +
      "`given`: `secrets.tlsCertificate` and `secrets.tlsPrivateKey`. `existingSecret`: a Secret of type `kubernetes.io/tls` in Logfire's namespace.",
    change: "The certificate is replaced without a break; with `privateCa`, clients have to trust the new authority.",
  }).default("acme"),
  server: text(
    {
      means:
        "ACME: `production` and `staging` are Let's Encrypt's; or the `https://` address of another server's directory. Browsers do not trust `staging`.",
      default: "`production`",
    },
    serverFault,
    "`production`, `staging` or an https:// address",
  ).optional(),
  email: email({ means: "ACME: contact address of the account.", default: "`adminEmail`" }).optional(),
  challenge: choice(["dns01", "http01"], "a challenge of ACME", {
    means:
      "ACME: how the names are proved. `dns01` by a record in `edge.zone`, wherever Logfire is. `http01` by a request from the internet to port 80 of each hostname.",
    default: "`dns01`",
  }).optional(),
  dns01: field<Record<string, unknown>>(
    {
      means:
        "ACME: cert-manager's `dns01` solver for `edge.zone`: one provider, as cert-manager documents it. Credentials are references to Secrets in cert-manager's namespace.",
      default: "none on the platform `existing`",
    },
    `an object with one of ${dnsProviders.map((name) => `\`${name}\``).join(", ")}`,
    readSolver,
  ).optional(),
  issuer: issuer("The issuer, with the source `issuer`.").optional(),
  secretName: objectName({ means: "Name of the Secret, with the source `existingSecret`." }).optional(),
});

const certManagerSchema = z.strictObject({
  controller: choice(["install", "existing"], "a choice of controller", {
    means:
      "`install`: this stack installs cert-manager for the whole cluster, when a certificate comes from it. `existing`: it is there.",
    change: "From `install` to `existing`, cert-manager is removed, its definitions and certificates stay.",
    default: "`install`, `existing` where an issuer is named",
  }).optional(),
  namespace: dnsLabel({
    means: "Namespace of cert-manager.",
    change: "It is installed anew; certificates stay.",
  }).default("cert-manager"),
  chart: chart("cert-manager"),
});

/** Keys below `edge`. A block that is not written stays absent, so that one that contradicts the mode is seen. */
export const edgeSchema = z
  .strictObject({
    mode: choice(["gateway", "ingress", "native", "none"], "a mode of the edge", {
      means:
        "`gateway`: Gateway API. `ingress`: an Ingress of a class that is there. `native`: the cloud's own load balancer and certificate, without a proxy of their own in the cluster; on `aws` and `gcp`. " +
        "`none`: your own routing layer sends everything for the hostnames to `logfire-service`.",
      change: "The address of the hostnames changes.",
    }).default("gateway"),
    exposure: choice(["public", "internal"], "an exposure", {
      means: "Whether the load balancer has an address on the internet or inside your network only.",
      change: "The load balancer is made anew, with another address.",
    }).default("public"),
    sourceRanges: z
      .array(cidr({ means: "An address range." }))
      .default([])
      .meta({
        means: "Address ranges that may connect: people, SDKs, your CI. All others are refused.",
        default: "whoever reaches the load balancer",
      }),
    proxiesInFront: number(
      { min: 0, max: 10, whole: true },
      {
        means:
          "Proxies of yours before the Gateway, Ingress or native load balancer (mode `none`: before `logfire-service`) that append to `X-Forwarded-For`, such as a CDN. Too many lets clients write their own address, too few shows the proxy's.",
        default: "0; 1 in the mode `none`",
        change: "Logs and rate limits see other addresses.",
      },
    ).optional(),
    proxyProtocol: flag({
      means:
        "Whether the load balancer says the client's address by the PROXY protocol. It has to be told to, by its annotation.",
      change: "Wrong, nobody can connect.",
    }).default(false),
    zone: hostname({
      means:
        "DNS zone that holds every hostname. Where nobody else can write into it, the outputs say which records to make.",
      default: "none; required for `dns01`",
    }).optional(),
    gateway: gatewaySchema.optional().meta({ means: "In the mode `gateway`.", default: "as below" }),
    ingress: ingressSchema.optional().meta({ means: "In the mode `ingress`." }),
    certificate: certificateSchema.optional().meta({
      means:
        "Where the certificate for the hostnames comes from. None where HTTPS ends in your routing layer, or in the mode `native`, where the cloud issues it.",
      default: "`source: acme`",
    }),
    certManager: certManagerSchema
      .optional()
      .meta({ means: "The controller that fetches certificates.", default: "as below" }),
  })
  .meta({
    means: "How people and SDKs reach Logfire from outside: load balancer, HTTPS, DNS.",
  });

export const edgeDefaults = {
  gateway: gatewaySchema.parse({}),
  certificate: certificateSchema.parse({}),
  certManager: certManagerSchema.parse({}),
};

/** Keys below `inClusterTls`. */
export const inClusterTlsSchema = z
  .strictObject({
    certificates: choice(["certManager", "existingSecrets"], "a source of certificates", {
      means:
        "`certManager`: one for each service, from an authority of this stack's own or `issuer`. `existingSecrets`: Secrets `<secretPrefix>-<service>-tls` of yours.",
      change: "Every pod restarts.",
    }).default("certManager"),
    secretPrefix: dnsLabel({ means: "First part of the Secrets' names.", change: "Every pod restarts." }).default(
      "logfire",
    ),
    issuer: issuer("An issuer of cert-manager that is there, in place of the stack's own authority.").optional(),
    caBundle: z
      .strictObject({
        configMap: objectName({ means: "ConfigMap in Logfire's namespace that holds it." }).optional(),
        secret: objectName({ means: "Or the Secret that holds it." }).optional(),
        key: matching(/^[-._a-zA-Z0-9]+$/, "a key of a ConfigMap", "ca.crt", { means: "Key in it." }).default("ca.crt"),
      })
      .optional()
      .meta({
        means: "Certificates that services check each other with. Required with `issuer` and `existingSecrets`.",
        change: "Every pod restarts.",
      }),
  })
  .optional()
  .meta({
    means: "HTTPS between Logfire's own services, with verification: `inClusterTls: {}` switches it on.",
    change: "Every pod restarts.",
    default: "in clear, inside one namespace with NetworkPolicies",
  });
