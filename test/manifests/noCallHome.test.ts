import assert from "node:assert/strict";
import { isIP } from "node:net";
import { egress, renderLogfire, type RenderInput } from "../../components/logfire/manifests";
import { renderInput, renderingNames } from "../parity/renderings";
import { everything, ofKind, withSettings } from "./objects";

/** Every text in a value, however deep. */
function texts(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(texts);
}

const publicSuffixes = "com|org|net|io|dev|app|cloud|ai|sh|eu|us|de|co|me|site|info|gov|edu";
const hostPattern = new RegExp(`(?<![\\w.-])(?:[a-z0-9-]+\\.)+(?:${publicSuffixes})(?![\\w-]|\\.\\w)`, "gi");

/** Hosts that a text names: of URLs whatever they end in, and names under a public suffix. */
function hosts(text: string): string[] {
  const ofUrls = [...text.matchAll(/\b[a-z][a-z0-9+.-]*:\/\/(?:[^\s/@"']*@)?([a-z0-9.-]+)/gi)].map(
    ([, host]) => host ?? "",
  );
  return [...ofUrls, ...(text.match(hostPattern) ?? [])].map((host) => host.toLowerCase().replace(/\.$/, ""));
}

interface DnsPolicy {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly egress: readonly { readonly to: unknown[]; readonly ports: unknown[] }[] };
}

const dnsRules = (input: RenderInput): DnsPolicy["spec"]["egress"] =>
  ofKind<DnsPolicy>(renderLogfire(input), "NetworkPolicy")
    .filter(({ metadata }) => metadata.name === "logfire-allow-dns")
    .flatMap(({ spec }) => spec.egress);

/** Names that are no servers: groups of the Kubernetes API and label prefixes, and the registries of images. */
const notServers = /(^|\.)(kubernetes\.io|k8s\.io|cert-manager\.io|gateway\.envoyproxy\.io)$/;
const inCluster = (host: string): boolean =>
  !host.includes(".") || host.endsWith(".svc.cluster.local") || isIP(host) > 0;

/** Hosts in anything that a program reads: environment, configuration, policies. Images are pulled by the node. */
function namedHosts(input: RenderInput): string[] {
  const all = renderLogfire(input).flatMap(({ manifest }) => texts(withoutImages(manifest)).flatMap(hosts));
  return [...new Set(all)].filter((host) => !inCluster(host) && !notServers.test(host)).sort();
}

const withoutImages = (manifest: unknown): unknown =>
  JSON.parse(JSON.stringify(manifest, (key, value: unknown) => (key === "image" ? undefined : value)));

/** Hosts that the owner wrote anywhere in the settings or that the platform handed out. */
const configuredHosts = ({ settings, platform }: RenderInput): Set<string> =>
  new Set([...texts(settings), ...texts(platform)].flatMap((text) => [text.toLowerCase(), ...hosts(text)]));

/**
 * Nothing leaves but to what the owner configured. What this does not prove: what the images' programs do by
 * themselves; the policies are what holds them.
 */
describe("no call home", () => {
  it("recognises a host wherever it may be written", () => {
    assert.deepEqual(hosts("https://a.example.com/x ws://user@b.internal:80, plain c.example.org; x.y"), [
      "a.example.com",
      "b.internal",
      "a.example.com",
      "c.example.org",
    ]);
  });

  for (const name of renderingNames)
    it(`${name} names no host that the owner did not configure`, () => {
      const input = renderInput(name);
      const configured = configuredHosts(input);
      assert.deepEqual(
        namedHosts(input).filter((host) => !configured.has(host)),
        [],
      );
    });

  it("names an outside host as soon as the owner allows it, and no other", () => {
    const { network } = everything().settings;
    const allowing = withSettings(everything(), {
      network: { ...network, allowedHosts: ["avatars.githubusercontent.com"] },
    });
    const added = namedHosts(allowing).filter((host) => !namedHosts(everything()).includes(host));
    assert.deepEqual(added, ["avatars.githubusercontent.com"]);
  });

  it("describes who reaches which outside server, and only configured ones", () => {
    const { settings, platform } = everything();
    const described = egress(settings, platform).flatMap(({ from, because, host, to }) =>
      host === undefined ? [] : [`${from} ${because} ${host}:${to.port}`],
    );
    assert.ok(described.includes("logfire-worker smtp smtp.example.com:587"));
    assert.ok(described.includes("logfire-backend ai proxy.example.com:443"));
    const configured = configuredHosts(everything());
    assert.deepEqual(
      described.filter((line) => !configured.has(line.replace(/^.* |:\d+$/g, ""))),
      [],
    );
  });

  it("lets only the workloads that need it out, each on the ports of its servers", () => {
    const connectors = [
      { type: "ldap", id: "ldap", name: "LDAP", config: { host: "ldap.example.com:636" }, secretKeys: ["bindPW"] },
      { type: "oidc", id: "oidc", name: "OIDC", config: { issuer: "https://id.example.com:8443/x" }, secretKeys: [] },
      { type: "github", id: "gh", name: "GitHub", config: { redirectURI: "https://x.example.com:99" }, secretKeys: [] },
    ];
    const input = withSettings(everything(), { identity: { passwordLogin: true, connectors } });
    const ports = (name: string) =>
      egress(input.settings, input.platform)
        .filter(({ from, because }) => from === name && because === "identityProviders")
        .map(({ to }) => to.port);
    assert.deepEqual(ports("logfire-dex"), [636, 8443, 443]);
    assert.deepEqual(ports("logfire-backend"), []);
    const nothing = withSettings(input, { ai: {}, smtp: undefined, identity: { passwordLogin: true, connectors: [] } });
    const outside = egress(nothing.settings, nothing.platform).filter(({ because }) =>
      ["ai", "smtp", "identityProviders", "allowedHosts"].includes(because),
    );
    assert.deepEqual(
      outside.map(({ from, because }) => `${from} ${because}`),
      ["logfire-ai-gateway ai"],
    );
  });

  it("lets worker and backend send alerts to the hosts that the owner names, and to none before", () => {
    const { network } = everything().settings;
    const named = withSettings(everything(), { network: { ...network, webhookHosts: ["hooks.slack.com"] } });
    const webhooks = ({ settings, platform }: RenderInput) =>
      egress(settings, platform).flatMap(({ from, because, host, to }) =>
        because === "webhooks" ? [`${from} ${host}:${to.port}`] : [],
      );
    assert.deepEqual(webhooks(everything()), []);
    assert.deepEqual(webhooks(named), ["logfire-backend hooks.slack.com:443", "logfire-worker hooks.slack.com:443"]);
  });

  it("asks the name servers where the owner says they are", () => {
    const dns = { namespaces: ["openshift-dns"], cidrs: ["10.96.0.10/32"], ports: [5353] };
    const { network } = everything().settings;
    const [rule, ...others] = dnsRules(withSettings(everything(), { network: { ...network, dns } }));
    assert.deepEqual(rule?.to, [
      { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "openshift-dns" } } },
      { ipBlock: { cidr: "10.96.0.10/32" } },
    ]);
    assert.deepEqual(rule?.ports, [
      { port: 5353, protocol: "UDP" },
      { port: 5353, protocol: "TCP" },
    ]);
    assert.deepEqual(others, []);
    const nobody = { namespaces: [], cidrs: [], ports: [53] };
    // A rule without peers would let everything out.
    assert.deepEqual(dnsRules(withSettings(everything(), { network: { ...network, dns: nobody } })), []);
  });

  it("sends names to the cluster's own name servers only", () => {
    const [dns] = dnsRules(everything());
    assert.deepEqual(dns?.ports, [
      { port: 53, protocol: "UDP" },
      { port: 53, protocol: "TCP" },
    ]);
    assert.ok(!JSON.stringify(dns).includes("/0"));
  });
});
