import type { Text } from "../../../lib/text";
import type { AzurePlatformSettings } from "../../../settings/azure/types";
import type { Destination, EdgeSupport, LoadBalancer, PlatformFacts, PodIdentity } from "../../contract";
import { anywhere, externalObjectStore, externalPostgres, outside } from "../../external";
import { redisDestinations as redisTo } from "../../shared/redisFacts";
import { postgresTrust } from "./postgresTrust";

/**
 * What Azure offers Logfire, part by part: the platform says it with what it has made, a plan with placeholders. Whatever
 * both say alike stands here and nowhere else.
 */

/** Ports that Azure gives its stores; that of Redis in the cluster is Redis' own. */
export const storePorts = { postgres: 5432, redis: 10000, blob: 443 } as const;

/** Of Flexible Server: may create roles and databases; fixed when the server is made. Azure refuses names such as `admin`. */
export const adminUser = "logfire_admin";

/**
 * Of the ingest queue's volumes: AKS brings this class, and where the cluster has three zones its disks have copies in all
 * of them, so that a pod finds its volume in any zone.
 */
export const durableStorageClass = "managed-csi-premium";

/** `host` and `range` of a server that is made: its name, and the addresses of its subnet. */
export const postgresFacts = (
  { postgres }: AzurePlatformSettings,
  { host, range }: { readonly host: Text; readonly range: string },
): PlatformFacts["postgres"] =>
  postgres.kind === "external"
    ? externalPostgres(postgres)
    : {
        ...{ host, port: storePorts.postgres, adminUser, adminDatabase: "postgres" },
        ...postgresTrust,
        destination: outside(storePorts.postgres, [range]),
      };

/** `account` and `container` that are made. The blob service is known by name only. */
export const objectStoreFacts = (
  { objectStore }: AzurePlatformSettings,
  { account, container }: { readonly account: Text; readonly container: string },
): PlatformFacts["objectStore"] =>
  objectStore.kind === "external"
    ? externalObjectStore(objectStore)
    : {
        uri: `az://${container}`,
        environment: { AZURE_STORAGE_ACCOUNT_NAME: account },
        secretEnvironmentKeys: [],
        destination: anywhere(storePorts.blob),
      };

/** `range` of a Redis that is made: the addresses of the private endpoints' subnet. */
export const redisDestinations = ({ redis }: AzurePlatformSettings, range: string): readonly Destination[] =>
  redisTo(redis, outside(storePorts.redis, [range]));

/** Entra, which exchanges a pod's token and is known by name only. */
export const credentialDestinations: readonly Destination[] = [anywhere(443)];

/** Of pods that have an identity: the webhook of AKS gives them its token. */
export const identityLabels = { "azure.workload.identity/use": "true" } as const;

/** Of a ServiceAccount whose identity has this client id. */
export const identityAnnotations = (clientId: Text): PodIdentity["serviceAccountAnnotations"] => ({
  "azure.workload.identity/client-id": clientId,
});

/** Whom the container lets in: by an identity, unless it comes with keys of its own. */
export const identityFacts = ({ objectStore }: AzurePlatformSettings, clientId: Text): PlatformFacts["identity"] =>
  objectStore.kind === "external" && objectStore.secretEnvironmentKeys.length > 0
    ? { serviceAccountAnnotations: {}, podLabels: {}, destinations: [] }
    : {
        serviceAccountAnnotations: identityAnnotations(clientId),
        podLabels: identityLabels,
        destinations: credentialDestinations,
      };

export interface SolvedZone {
  readonly subscriptionId: Text;
  readonly resourceGroup: Text;
  readonly name: string;
  /** Of cert-manager's identity. */
  readonly clientId: Text;
}

/** cert-manager's solver for a zone of Azure DNS. */
export const dns01 = ({
  subscriptionId,
  resourceGroup,
  name,
  clientId,
}: SolvedZone): NonNullable<EdgeSupport["dns01"]> => ({
  azureDNS: {
    subscriptionID: subscriptionId,
    resourceGroupName: resourceGroup,
    hostedZoneName: name,
    environment: "AzurePublicCloud",
    managedIdentity: { clientID: clientId },
  },
});

/** The load balancer that AKS makes for Envoy's Service. */
export type Balancer =
  | { readonly exposure: "none" }
  /** On a reserved public address, by its name and resource group. */
  | { readonly exposure: "public"; readonly address: Text; readonly name: Text; readonly resourceGroup: Text }
  /** On an address of the nodes' subnet. */
  | { readonly exposure: "internal"; readonly address: Text };

const annotation = (name: string) => `service.beta.kubernetes.io/azure-${name}`;

/** Azure forgets a connection after four minutes without traffic by itself; a live view may be silent for longer. */
const idleMinutes = { [annotation("load-balancer-tcp-idle-timeout")]: "30" };

export function loadBalancerFacts(balancer: Balancer): LoadBalancer {
  const none = { public: {}, internal: {} };
  switch (balancer.exposure) {
    case "none":
      return { annotations: none, asksByAddress: false };
    case "public":
      return {
        annotations: {
          ...none,
          public: {
            [annotation("pip-name")]: balancer.name,
            [annotation("load-balancer-resource-group")]: balancer.resourceGroup,
            ...idleMinutes,
          },
        },
        addresses: [balancer.address],
        asksByAddress: false,
      };
    case "internal":
      return {
        annotations: {
          ...none,
          internal: {
            [annotation("load-balancer-internal")]: "true",
            [annotation("load-balancer-ipv4")]: balancer.address,
            ...idleMinutes,
          },
        },
        addresses: [balancer.address],
        asksByAddress: false,
      };
  }
}
