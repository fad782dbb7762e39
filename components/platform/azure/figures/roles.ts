/** Built-in roles that are given here, by their id, which is the same in every subscription. */
export const roles = {
  /** Joins the nodes' subnet and puts a load balancer on the reserved address. */
  networkContributor: "4d97b98b-1d4f-4787-a291-c67834d212e7",
  /** Finds the reserved address in the resource group. */
  reader: "acdd72a7-3385-48ef-bd42-f606fba81ae7",
  blobDataContributor: "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
  dnsZoneContributor: "befefa01-2a29-4197-83a8-272ff33ce314",
  clusterAdmin: "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b",
} as const;

export const roleDefinitionId = (subscriptionId: string, role: keyof typeof roles): string =>
  `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${roles[role]}`;
