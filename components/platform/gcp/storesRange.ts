import { GlobalAddress } from "@pulumi/gcp/compute/globalAddress";
import type { Network as Vpc } from "@pulumi/gcp/compute/network";
import { Connection } from "@pulumi/gcp/servicenetworking/connection";
import type * as pulumi from "@pulumi/pulumi";
import { parseRange } from "../shared/ranges";
import { enabled } from "./apis";
import type { GcpContext } from "./context";
import { limits } from "./names";

/** Range of a network that Google's managed stores live in, by private services access. */
export interface StoresRange {
  /** Of the allocated range. */
  readonly name: pulumi.Input<string>;
  readonly cidr: string;
  /** Nothing can be made in it before. */
  readonly connected: readonly pulumi.Resource[];
}

/** Gives a range away, and connects the network with Google's, where the stores are. */
export function createStoresRange(context: GcpContext, vpc: Vpc, cidr: string): StoresRange {
  const { name, names, child } = context;
  const [address = ""] = cidr.split("/");
  const range = new GlobalAddress(
    `${name}-stores`,
    {
      name: names.of(limits.resource, "stores"),
      description: "PostgreSQL and Redis of Logfire",
      purpose: "VPC_PEERING",
      addressType: "INTERNAL",
      address,
      prefixLength: parseRange(cidr).prefix,
      network: vpc.id,
    },
    child,
  );
  const connection = new Connection(
    `${name}-stores`,
    {
      network: vpc.id,
      service: "servicenetworking.googleapis.com",
      reservedPeeringRanges: [range.name],
      // Google refuses to give it up for up to four days after Cloud SQL went.
      deletionPolicy: "ABANDON",
    },
    { ...child, dependsOn: enabled(context, "servicenetworking") },
  );
  return { name: range.name, cidr, connected: [connection] };
}
