import assert from "node:assert/strict";
import { caBundle, certificate, edge, privateCa, route53, tls, zone } from "./edgeValues";
import { problemsOf, raw, set, type Values } from "./helpers";

type Case = readonly [title: string, values: Values, ...lines: string[]];

const toAuthority =
  "      - an authority of this stack's own, which clients have to trust: edge.certificate.source: privateCa";
const toRecord =
  "      - a DNS record: edge.zone, and edge.certificate.dns01 with your DNS provider as cert-manager documents it";
const toPort80 = "      - a request from the internet to port 80: edge.certificate.challenge: http01";
const toOwn = "      - a certificate that you have: edge.certificate.source: given, existingSecret or issuer";
const toNone = "      - none, because HTTPS ends in your own routing layer: edge.mode: none";
const undecided = (...ways: readonly string[]) =>
  'edge.certificate: does not say how the hostnames get a certificate: the default is Let\'s Encrypt, but on the platform "existing" ' +
  `only you can write DNS records; choose one:\n${ways.join("\n")}`;

const modes: readonly Case[] = [
  ["nothing about the edge", edge({}), undecided(toRecord, toPort80, toOwn, toAuthority, toNone)],
  [
    "a load balancer that the internet cannot reach, without a way that needs it",
    edge({ sourceRanges: ["10.0.0.0/8"] }),
    undecided(toRecord, toOwn, toAuthority, toNone),
  ],
  [
    "both modes at once",
    edge({ mode: "ingress", ingress: { className: "nginx" }, gateway: { className: "eg" }, certificate: privateCa }),
    "edge.gateway: stands beside edge.mode, which is ingress; remove it, or write edge.mode: gateway",
  ],
  [
    "an Ingress in the default mode",
    edge({ ingress: { className: "nginx" }, certificate: privateCa }),
    "edge.ingress: stands beside edge.mode, which is gateway; remove it, or write edge.mode: ingress",
  ],
  [
    "an Ingress of no class",
    edge({ mode: "ingress", certificate: privateCa }),
    "edge.ingress.className: is missing: edge.mode is ingress; write the IngressClass that shall serve Logfire; `kubectl get ingressclass` lists them",
  ],
  [
    "a block and a certificate where the owner routes",
    edge({ mode: "none", gateway: {}, certificate: privateCa }),
    "edge.gateway: stands beside edge.mode, which is none; remove it, or write edge.mode: gateway",
    "edge.certificate: stands beside edge.mode: none, where HTTPS ends in your own routing layer; remove it, or write edge.mode: gateway",
  ],
  [
    "a controller that is there without its class, and a chart for it",
    edge({ gateway: { controller: "existing", chart: "./chart" }, certificate: privateCa }),
    "edge.gateway.className: is missing: edge.gateway.controller is existing; write the GatewayClass that shall serve Logfire; `kubectl get gatewayclass` lists them",
    "edge.gateway.chart: is not used: the controller is there already; remove it, or write edge.gateway.controller: install",
  ],
  [
    "a chart under a name of one's own",
    edge({ gateway: { chart: "./charts/envoy" }, certificate: privateCa }),
    'edge.gateway.chart: "./charts/envoy" is not named gateway-helm, so the chart gateway-crds-helm is not found beside it; keep both in one place, under the names that they are published by',
  ],
  [
    "another implementation that nobody installs",
    edge({ gateway: { implementation: "other" }, certificate: privateCa }),
    'edge.gateway.implementation: "other" cannot be installed: this stack installs Envoy Gateway; write edge.gateway.controller: existing with the className of yours, or remove it',
  ],
  [
    "another implementation with what only Envoy Gateway can do",
    edge({
      gateway: { controller: "existing", implementation: "other", className: "istio" },
      certificate: privateCa,
      sourceRanges: ["10.0.0.0/8"],
      proxyProtocol: true,
    }),
    "edge.sourceRanges: cannot be kept here: with edge.gateway.implementation: other, only your controller decides who connects; remove it and restrict the addresses there",
    "edge.proxyProtocol: cannot be set here: with edge.gateway.implementation: other, only your controller speaks with the load balancer; remove it and switch it on there",
  ],
  [
    "a certificate, a class and annotations for a Gateway of the owner's",
    edge({
      gateway: { attachTo: { name: "shared" }, className: "eg", serviceAnnotations: { a: "b" } },
      certificate: privateCa,
    }),
    "edge.gateway.className: stands beside edge.gateway.attachTo, whose Gateway is yours; remove one of them",
    "edge.gateway.serviceAnnotations: stands beside edge.gateway.attachTo, whose Gateway is yours; remove one of them",
    "edge.certificate: stands beside edge.gateway.attachTo, whose Gateway has certificates of its own; remove one of them",
  ],
  [
    "a controller to install beside a Gateway that is there",
    edge({ gateway: { controller: "install", attachTo: { name: "shared" } } }),
    "edge.gateway.attachTo: stands beside edge.gateway.controller: install, but a Gateway that is there has its controller; remove one of them",
  ],
  [
    "restrictions that nobody would keep where the owner routes",
    edge({ mode: "none", sourceRanges: ["10.0.0.0/8"], proxyProtocol: true, exposure: "internal" }),
    "edge.sourceRanges: cannot be kept here: with edge.mode: none, your own routing layer decides who connects; remove it and restrict the addresses there",
    "edge.proxyProtocol: cannot be set here: with edge.mode: none, your own routing layer speaks with the load balancer; remove it and switch it on there",
    "edge.exposure: cannot be kept here: with edge.mode: none, your own routing layer has the load balancer; remove it and make that load balancer internal",
  ],
  [
    "restrictions that an Ingress controller would not know of",
    edge({ mode: "ingress", ingress: { className: "x" }, sourceRanges: ["10.0.0.0/8"], certificate: privateCa }),
    "edge.sourceRanges: cannot be kept here: with edge.mode: ingress, your Ingress controller decides who connects; remove it and restrict the addresses there",
  ],
  [
    "restrictions at a Gateway of the owner's",
    edge({ gateway: { attachTo: { name: "shared" } }, exposure: "internal" }),
    "edge.exposure: cannot be kept here: with edge.gateway.attachTo, your own Gateway has the load balancer; remove it and make that load balancer internal",
  ],
  [
    "an internal load balancer that nothing keeps off the internet",
    certificate(privateCa, { exposure: "internal" }),
    'edge.gateway.serviceAnnotations: is missing: edge.exposure is internal, and on the platform "existing" only you know what keeps the load balancer off the internet; ' +
      "write your cloud's annotation, such as service.beta.kubernetes.io/aws-load-balancer-scheme: internal, networking.gke.io/load-balancer-type: Internal or " +
      'service.beta.kubernetes.io/azure-load-balancer-internal: "true"',
  ],
  [
    "controllers in Logfire's own namespace",
    certificate(privateCa, { gateway: { namespace: "logfire" }, certManager: { namespace: "logfire" } }),
    'edge.gateway.namespace: "logfire" is Logfire\'s own, where all other traffic is denied; write another one, or remove it',
    'edge.certManager.namespace: "logfire" is Logfire\'s own, where all other traffic is denied; write another one, or remove it',
  ],
  [
    "a chart of what is there",
    certificate(privateCa, { certManager: { controller: "existing", chart: "./chart" } }),
    "edge.certManager.chart: is not used: cert-manager is there already; remove it, or write edge.certManager.controller: install",
  ],
  [
    "hostnames outside the zone, each by itself, on the border of a label",
    {
      ...certificate(privateCa, { zone }),
      hostname: undefined,
      hostnames: [zone, "a.acme-corp.com", "notacme-corp.com", "logfire.other.com"],
    },
    'hostnames[2]: "notacme-corp.com" does not lie in edge.zone, which is "acme-corp.com"; write a name such as notacme-corp.acme-corp.com, or the zone that holds every hostname',
    'hostnames[3]: "logfire.other.com" does not lie in edge.zone, which is "acme-corp.com"; write a name such as logfire.acme-corp.com, or the zone that holds every hostname',
  ],
];

const values: readonly Case[] = [
  [
    "words with slips",
    edge({ mode: "gatewai", exposure: "publik", certificate: { source: "privateca" } }),
    'edge.mode: "gatewai" is not a mode of the edge; did you mean gateway?',
    'edge.exposure: "publik" is not an exposure; did you mean public?',
    'edge.certificate.source: "privateca" is not a source of certificates; did you mean privateCa?',
  ],
  [
    "keys with slips",
    certificate(privateCa, { sourceRange: [], gateway: { clasName: "x" } }),
    "edge.sourceRange: is not a setting; did you mean sourceRanges?",
    "edge.gateway.clasName: is not a setting; did you mean className?",
  ],
  [
    "ranges that are none",
    certificate(privateCa, { sourceRanges: ["10.0.0.1", "office", "10.0.0.0/33", "fd00::/8", 5] }),
    'edge.sourceRanges[0]: "10.0.0.1" is not an address range; write 10.0.0.1/32 for the one address',
    'edge.sourceRanges[1]: "office" is not an address range; write one such as 10.0.0.0/16 or fd00::/8',
    'edge.sourceRanges[2]: "10.0.0.0/33" is not an address range; write a prefix of 0 to 32, such as 10.0.0.0/32',
    'edge.sourceRanges[4]: 5 is not text; write it in quotes: "5"',
  ],
  [
    "wildcards, where each name is a redirect address and an audience",
    { ...certificate(privateCa, { zone: "*.acme-corp.com" }), hostname: undefined, hostnames: ["*.acme-corp.com"] },
    'hostnames[0]: "*.acme-corp.com" has a wildcard; write each hostname in full, such as logfire.example.com',
    'edge.zone: "*.acme-corp.com" has a wildcard; write each hostname in full, such as logfire.example.com',
  ],
  [
    "proxies",
    certificate(privateCa, { proxiesInFront: 11 }),
    "edge.proxiesInFront: 11 is too large; write a whole number, 0 to 10",
  ],
  [
    "servers of ACME",
    certificate({ server: "prodution", dns01: route53 }, { zone }),
    'edge.certificate.server: "prodution" is not an ACME server; did you mean production?',
  ],
  [
    "a server of ACME without encryption",
    certificate({ server: "http://ca.acme-corp.com/directory", dns01: route53 }, { zone }),
    'edge.certificate.server: "http://ca.acme-corp.com/directory" is not an ACME server; write its directory with https://',
  ],
  [
    "a solver without provider",
    certificate({ dns01: { cnameStrategy: "Follow" } }, { zone }),
    "edge.certificate.dns01: names no DNS provider; write one below it: route53, cloudDNS, azureDNS, cloudflare, digitalocean, rfc2136, acmeDNS, akamai, webhook",
  ],
  [
    "a solver with two",
    certificate({ dns01: { ...route53, cloudDNS: { project: "p" } } }, { zone }),
    "edge.certificate.dns01: names 2 DNS providers: route53, cloudDNS; keep the one that serves edge.zone",
  ],
  [
    "a solver with a provider that cert-manager does not know, and one that is no object",
    certificate({ dns01: { rout53: {}, cloudflare: "yes" } }, { zone }),
    "edge.certificate.dns01.rout53: is not a DNS provider of cert-manager; did you mean route53?",
    "edge.certificate.dns01.cloudflare: is text, not an object; write what cert-manager documents for this provider",
  ],
  [
    "a solver with a key in plain text",
    certificate({ dns01: { cloudflare: { apiToken: "plain-token-0123456789" } } }, { zone }),
    "edge.certificate.dns01.cloudflare.apiToken: is a secret in plain text; reference a Secret in cert-manager's namespace: apiTokenSecretRef: { name: NAME, key: KEY }",
  ],
];

const acme: readonly Case[] = [
  [
    "a zone that nobody can write into",
    edge({ zone }),
    'edge.certificate.dns01: is missing: on the platform "existing" only you can write DNS records, and one in acme-corp.com proves the names to the authority; ' +
      `write your DNS provider as cert-manager documents it, or choose another way:\n${[toPort80, toOwn, toAuthority, toNone].join("\n")}`,
  ],
  [
    "a solver without a zone",
    certificate({ dns01: route53 }),
    "edge.zone: is missing: edge.certificate.dns01 writes into a zone; write the zone that holds every hostname, such as acme-corp.com",
  ],
  [
    "a name and addresses that nobody may have",
    { ...certificate({ challenge: "http01" }), hostname: undefined, hostnames: ["logfire.example.com", "logfire"] },
    "hostnames[0]: \"logfire.example.com\" lies in example.com, which is nobody's on the internet, so that Let's Encrypt issues no certificate for it; write a name in a domain of yours, or edge.certificate.source: privateCa",
    'hostnames[1]: "logfire" lies in no domain at all, so that Let\'s Encrypt issues no certificate for it; write a name in a domain of yours, or edge.certificate.source: privateCa',
  ],
  ...["localhost", "local", "internal", "test", "invalid"].map((top): Case => [
    `a name under .${top}`,
    { ...certificate({ challenge: "http01" }), hostname: `logfire.${top}` },
    `hostname: "logfire.${top}" lies in .${top}, which is nobody's on the internet, so that Let's Encrypt issues no certificate for it; write a name in a domain of yours, or edge.certificate.source: privateCa`,
  ]),
  ["a name that only ends like one of those", { ...certificate({ challenge: "http01" }), hostname: "my-example.com" }],
  [
    "an administrator whom the authority refuses",
    { ...certificate({ challenge: "http01" }), adminEmail: "sre@mail.example.org" },
    "adminEmail: \"sre@mail.example.org\" lies in example.org, which is nobody's on the internet, and Let's Encrypt refuses such an address; write one of yours, or another one as edge.certificate.email",
  ],
  [
    "an address of its own that the authority refuses",
    certificate({ challenge: "http01", email: "sre@example.net" }),
    "edge.certificate.email: \"sre@example.net\" lies in example.net, which is nobody's on the internet, and Let's Encrypt refuses such an address; write one of yours",
  ],
  [
    "a server of the owner's, which knows other names and addresses",
    {
      hostname: "logfire.internal",
      adminEmail: "sre@example.com",
      edge: { certificate: { server: "https://ca.internal/acme/directory", challenge: "http01" } },
    },
  ],
  [
    "a request from the internet that cannot arrive",
    certificate(
      { challenge: "http01" },
      { exposure: "internal", gateway: { serviceAnnotations: { a: "b" } }, sourceRanges: ["10.0.0.0/8"] },
    ),
    'edge.certificate.challenge: "http01" needs port 80 open to the internet, and edge.exposure is internal; write dns01 with edge.zone and edge.certificate.dns01, or choose another edge.certificate.source',
    'edge.certificate.challenge: "http01" needs port 80 open to the whole internet, and edge.sourceRanges closes it; write dns01 with edge.zone and edge.certificate.dns01, or choose another edge.certificate.source',
  ],
  [
    "two challenges",
    certificate({ challenge: "http01", dns01: route53 }, { zone }),
    "edge.certificate.dns01: stands beside edge.certificate.challenge: http01; keep the one that is meant: dns01 needs nobody to reach port 80",
  ],
];

const sources: readonly Case[] = [
  [
    "an issuer without its name",
    certificate({ source: "issuer" }),
    "edge.certificate.issuer: is missing: edge.certificate.source is issuer; write its name (and kind: Issuer, unless it is a ClusterIssuer)",
  ],
  [
    "an existing Secret without its name",
    certificate({ source: "existingSecret" }),
    "edge.certificate.secretName: is missing: edge.certificate.source is existingSecret; write the name of the Secret in Logfire's namespace",
  ],
  [
    "keys of other sources",
    certificate({ ...privateCa, issuer: { name: "x" }, secretName: "y", dns01: route53, email: "a@acme-corp.com" }),
    "edge.certificate.email: belongs to the source acme, and edge.certificate.source is privateCa; write edge.certificate.source: acme, or remove it",
    "edge.certificate.dns01: belongs to the source acme, and edge.certificate.source is privateCa; write edge.certificate.source: acme, or remove it",
    "edge.certificate.issuer: belongs to the source issuer, and edge.certificate.source is privateCa; write edge.certificate.source: issuer, or remove it",
    "edge.certificate.secretName: belongs to the source existingSecret, and edge.certificate.source is privateCa; write edge.certificate.source: existingSecret, or remove it",
  ],
  [
    "a certificate of one's own that is not there",
    certificate({ source: "given" }),
    `secrets.tlsCertificate: is missing: edge.certificate.source is given; set it with ${set("tlsCertificate")}`,
    `secrets.tlsPrivateKey: is missing: edge.certificate.source is given; set it with ${set("tlsPrivateKey")}`,
  ],
  [
    "a private key that nothing uses",
    { ...certificate(privateCa), secrets: { tlsPrivateKey: "-----BEGIN PRIVATE KEY-----" } },
    "secrets.tlsPrivateKey: is not used: edge.certificate.source is privateCa; write edge.certificate.source: given, or remove it",
  ],
  [
    "a private key where the owner routes",
    edge({ mode: "none" }, { secrets: { tlsPrivateKey: "-----BEGIN PRIVATE KEY-----" } }),
    "secrets.tlsPrivateKey: is not used: no certificate is asked for; write edge.certificate.source: given, or remove it",
  ],
  [
    "a certificate without HTTPS",
    { ...certificate(privateCa), https: false },
    "edge.certificate: stands beside https: false, which needs none; remove one of them",
  ],
  [
    "a second cert-manager beside that of an issuer",
    certificate({ source: "issuer", issuer: { name: "company" } }, { certManager: { controller: "install" } }),
    "edge.certManager.controller: is install, and edge.certificate.issuer names an issuer that is there, so that cert-manager is there too; write existing, or remove it",
  ],
  [
    "an issuer that is no part of cert-manager",
    certificate(
      { source: "issuer", issuer: { name: "pca", kind: "AWSPCAClusterIssuer", group: "awspca.cert-manager.io" } },
      { certManager: { controller: "install" } },
    ),
  ],
];

const inCluster: readonly Case[] = [
  ["an authority of the stack's own", tls({})],
  [
    "two authorities to trust",
    tls({ caBundle }),
    "inClusterTls.caBundle: stands beside the stack's own authority, so that there would be two to trust; remove it, or write inClusterTls.issuer for the authority that it belongs to",
  ],
  [
    "an issuer whose authority is not known",
    tls({ issuer: { name: "company" } }),
    "inClusterTls.caBundle: is missing: services check each other, and the authority of inClusterTls.issuer is not known; write configMap: NAME (or secret: NAME) and its key, in Logfire's namespace",
  ],
  [
    "Secrets of the owner's whose authority is not known",
    tls({ certificates: "existingSecrets" }),
    "inClusterTls.caBundle: is missing: services check each other, and the authority of your Secrets is not known; write configMap: NAME (or secret: NAME) and its key, in Logfire's namespace",
  ],
  [
    "an issuer beside Secrets of the owner's",
    tls({ certificates: "existingSecrets", issuer: { name: "company" }, caBundle }),
    "inClusterTls.issuer: stands beside inClusterTls.certificates: existingSecrets, which nobody has to issue; remove it, or write inClusterTls.certificates: certManager",
  ],
  [
    "two places of one bundle",
    tls({ certificates: "existingSecrets", caBundle: { ...caBundle, secret: "company-ca" } }),
    "inClusterTls.caBundle.secret: stands beside inClusterTls.caBundle.configMap; keep the one that holds the certificates",
  ],
  [
    "a bundle in no place",
    tls({ certificates: "existingSecrets", caBundle: { key: "ca.pem" } }),
    "inClusterTls.caBundle.configMap: is missing: caBundle does not say where the certificates are; write the name of a ConfigMap, or of a Secret as inClusterTls.caBundle.secret",
  ],
  [
    "a bundle that the Gateway does not find",
    edge(
      { gateway: { controller: "existing", className: "company" }, certificate: privateCa },
      { inClusterTls: { certificates: "existingSecrets", caBundle: { ...caBundle, key: "ca.pem" } } },
    ),
    'inClusterTls.caBundle.key: is "ca.pem", and a Gateway reads the key ca.crt alone; put the certificates under ca.crt',
  ],
  [
    "an issuer beside a cert-manager to install",
    tls({ issuer: { name: "company" }, caBundle }, { certManager: { controller: "install" } }),
    "edge.certManager.controller: is install, and inClusterTls.issuer names an issuer that is there, so that cert-manager is there too; write existing, or remove it",
  ],
];

const areas: Readonly<Record<string, readonly Case[]>> = { modes, values, acme, sources, inCluster };
for (const [area, cases] of Object.entries(areas))
  describe(`settings of the edge that contradict or lack each other are named: ${area}`, () => {
    for (const [title, config, ...lines] of cases)
      it(title, () => assert.deepEqual([...problemsOf(raw(config))].sort(), [...lines].sort()));
  });
