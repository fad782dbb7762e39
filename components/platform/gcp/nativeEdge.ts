import { Address } from "@pulumi/gcp/compute/address";
import { Firewall } from "@pulumi/gcp/compute/firewall";
import { GlobalAddress } from "@pulumi/gcp/compute/globalAddress";
import { RegionSslPolicy } from "@pulumi/gcp/compute/regionSslPolicy";
import { SecurityPolicy } from "@pulumi/gcp/compute/securityPolicy";
import { SSLPolicy } from "@pulumi/gcp/compute/sslpolicy";
import * as pulumi from "@pulumi/pulumi";
import { register, type Manifest } from "../../kubernetes/resources";
import type { Text } from "../../lib/text";
import { service } from "../../logfire/catalogue/logfire-service";
import type { NativeEdge } from "../contract";
import { enabled } from "./apis";
import type { NodeAccount } from "./cluster";
import type { GcpContext } from "./context";
import type { Dns } from "./dns";
import { googleRanges, nativeFacts } from "./figures/facts";
import { limits } from "./names";
import { gatewayParts, nativeName } from "./manifests/native";
import { createCertificates } from "./nativeCertificate";
import { nativeManifests } from "./nativeManifests";
import { clusterRanges, type Network } from "./network";

export interface NativeParts {
  readonly network: Network;
  readonly nodeAccount: NodeAccount;
  readonly dns: Dns;
}

/**
 * An application load balancer of Google's that GKE makes for a Gateway, with certificates of Google's: the edge without a
 * proxy of its own in the cluster. Undefined unless the settings ask for it.
 */
export function createNativeEdge(context: GcpContext, parts: NativeParts): NativeEdge | undefined {
  const { logfire } = context;
  if (logfire.edge.mode !== "native") return undefined;
  const { zone } = parts.dns;
  if (zone === undefined) throw new Error("a native edge without a zone that proves its certificate");
  const { proxies } = parts.network;
  const address = createAddress(context, parts.network);
  const certificates = createCertificates(context, zone);
  const sslPolicy = createSslPolicy(context);
  const securityPolicy = createSecurityPolicy(context, parts.network);
  const health = letHealthChecksIn(context, parts);
  const named = gatewayParts(context.names, logfire);
  const made = [
    ...[address, sslPolicy, ...(securityPolicy === undefined ? [] : [securityPolicy])],
    ...certificates,
    ...(proxies?.made ?? []),
    health,
  ];
  return {
    ...nativeFacts([address.address], proxies?.cidr),
    register: (component, entrance, opts) =>
      registerInOrder(component, nativeManifests(entrance, named), pulumi.mergeOptions(opts, { dependsOn: made })),
  };
}

/** Policies before the Gateway, and routes last: no request gets through before it is said who may send any. */
function registerInOrder(
  component: string,
  manifests: readonly Manifest[],
  opts: pulumi.CustomResourceOptions,
): readonly pulumi.Resource[] {
  const made: pulumi.Resource[] = [];
  const order = [...manifests].sort((a, b) => rank(a) - rank(b));
  for (const manifest of order)
    made.push(register(component, manifest, pulumi.mergeOptions(opts, { dependsOn: [...made] })));
  return made;
}

const rank = ({ kind }: Manifest): number => (kind === "HTTPRoute" ? 2 : kind === "Gateway" ? 1 : 0);

function createAddress(context: GcpContext, network: Network): Address | GlobalAddress {
  const { name, names, settings, logfire, child } = context;
  const described = { name: nativeName(names, logfire.edge.exposure), description: "Load balancer of Logfire" };
  const opts = { ...child, dependsOn: enabled(context, "compute") };
  return logfire.edge.exposure === "public"
    ? new GlobalAddress(`${name}-native`, { ...described, addressType: "EXTERNAL" }, opts)
    : new Address(
        `${name}-native`,
        {
          ...described,
          region: settings.region,
          addressType: "INTERNAL",
          subnetwork: network.subnetworkId,
          // Both listeners have it.
          purpose: "SHARED_LOADBALANCER_VIP",
        },
        opts,
      );
}

/** TLS 1.2 and 1.3, ciphers with forward secrecy and authenticated encryption alone. */
function createSslPolicy(context: GcpContext): pulumi.Resource {
  const { name, names, settings, logfire, child } = context;
  const args = {
    name: nativeName(names, logfire.edge.exposure),
    description: "Load balancer of Logfire",
    profile: "RESTRICTED",
    minTlsVersion: "TLS_1_2",
  };
  const opts = { ...child, dependsOn: enabled(context, "compute") };
  return logfire.edge.exposure === "public"
    ? new SSLPolicy(`${name}-native`, args, opts)
    : new RegionSslPolicy(`${name}-native`, { ...args, region: settings.region }, opts);
}

/** A rule of Cloud Armor takes so many ranges. */
const mostRanges = 10;
/** Priority of the rule that every policy has to end with. */
const lastPriority = 2_147_483_647;

/** Who may connect, where not everybody: the owner's ranges, and the cluster's own pods. */
function createSecurityPolicy(context: GcpContext, network: Network): SecurityPolicy | undefined {
  const { name, names, logfire, child } = context;
  const { sourceRanges, exposure } = logfire.edge;
  if (sourceRanges.length === 0) return undefined;
  if (exposure === "internal") throw new Error("a native edge inside the network that is asked to refuse ranges");
  const ranges: readonly Text[] = [...sourceRanges, ...clusterRanges(network)];
  const allowed = Array.from({ length: Math.ceil(ranges.length / mostRanges) }, (_, index) =>
    rule("allow", 1000 + index, ranges.slice(index * mostRanges, (index + 1) * mostRanges)),
  );
  return new SecurityPolicy(
    `${name}-native`,
    {
      name: nativeName(names, exposure),
      description: "Who may connect to Logfire",
      rules: [...allowed, rule("deny(403)", lastPriority, ["*"])],
    },
    { ...child, dependsOn: enabled(context, "compute") },
  );
}

const rule = (action: string, priority: number, srcIpRanges: readonly Text[]) => ({
  action,
  priority,
  match: { versionedExpr: "SRC_IPS_V1", config: { srcIpRanges: [...srcIpRanges] } },
});

/** GKE lets Google's load balancers reach the ports that they send requests to, and the one that they ask is another. */
function letHealthChecksIn({ name, names, child }: GcpContext, { network, nodeAccount }: NativeParts): Firewall {
  return new Firewall(
    `${name}-native-health`,
    {
      name: names.of(limits.resource, "native", "health"),
      description: "Google asks HAProxy of Logfire whether it is well",
      network: network.id,
      direction: "INGRESS",
      allows: [{ protocol: "tcp", ports: [String(service.ports.stats)] }],
      sourceRanges: [...googleRanges],
      targetServiceAccounts: [nodeAccount.account.email],
    },
    child,
  );
}
