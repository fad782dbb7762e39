import { PrivateZone } from "@pulumi/azure-native/privatedns/privateZone";
import { VirtualNetworkLink } from "@pulumi/azure-native/privatedns/virtualNetworkLink";
import type * as pulumi from "@pulumi/pulumi";
import type { AzureContext } from "./context";
import { zoneTagsOf } from "./names";
import type { Network } from "./network";

/** A zone that the virtual network alone asks. Whoever needs a name of it waits for `link`. */
export function createPrivateZone(
  { name, place, child }: AzureContext,
  part: string,
  privateZoneName: string,
  network: Network,
): { readonly zone: PrivateZone; readonly link: pulumi.Resource } {
  // Zones lie nowhere in particular.
  const everywhere = { ...place, location: "global", tags: zoneTagsOf(place.tags) };
  const zone = new PrivateZone(`${name}-${part}`, { ...everywhere, privateZoneName }, child);
  const link = new VirtualNetworkLink(
    `${name}-${part}-link`,
    {
      ...everywhere,
      privateZoneName: zone.name,
      virtualNetworkLinkName: part,
      virtualNetwork: { id: network.id },
      registrationEnabled: false,
    },
    child,
  );
  return { zone, link };
}
