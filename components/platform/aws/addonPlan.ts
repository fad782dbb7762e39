import type { EdgeShape } from "../../logfire/edge/capacity";
import type { AwsPlatformSettings } from "../../settings/aws/types";

/** Before the first node: without them no node gets Ready, and no pod an address or a role. */
export const nodeAddons = ["vpc-cni", "kube-proxy", "eks-pod-identity-agent"] as const;
/** After the first node, because they run on nodes. */
export const clusterAddons = ["coredns", "aws-ebs-csi-driver", "metrics-server", "cert-manager"] as const;
export type AddonName = (typeof nodeAddons)[number] | (typeof clusterAddons)[number];

/** Everything of the platform's settings that decides which add-ons there are; whole settings are one. */
export interface ClusterShape {
  readonly cluster: Pick<AwsPlatformSettings["cluster"], "kind">;
  readonly identity: AwsPlatformSettings["identity"];
}

/** Add-ons of a cluster that this stack makes; an owner's cluster has its own. */
export function addonsOf(
  { cluster, identity }: ClusterShape,
  logfire: Omit<EdgeShape, "preset">,
): readonly AddonName[] {
  if (cluster.kind === "existing") return [];
  const left: readonly AddonName[] = [
    ...(identity === "podIdentity" ? [] : (["eks-pod-identity-agent"] as const)),
    ...(needsCertManager(logfire) ? [] : (["cert-manager"] as const)),
  ];
  return [...nodeAddons, ...clusterAddons].filter((name) => !left.includes(name));
}

/** Whether something asks for certificates, and no Helm chart of this stack's brings the controller. */
function needsCertManager({ edge, inClusterTls }: Omit<EdgeShape, "preset">): boolean {
  const asks =
    ["acme", "issuer", "privateCa"].includes(edge.certificate.source) || inClusterTls?.certificates === "certManager";
  return asks && edge.certManager.controller === "existing";
}
