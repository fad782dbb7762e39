import type { Parts } from "../../shared/parts";

/** What `GcpPlatform` makes where everything is left to it. */
export const parts: Parts = {
  network: {
    made: "VPC network, one subnet with ranges for pods and Services, Private Google Access, private services access",
    types: [
      "gcp:compute/network:Network",
      "gcp:compute/subnetwork:Subnetwork",
      "gcp:servicenetworking/connection:Connection",
    ],
    differs:
      "a subnet spans the region's zones; every node takes 256 addresses for pods; Google keeps its peering after " +
      "`destroy`, and the empty network with it",
  },
  "way out": {
    made: "Cloud NAT, regional, with dynamic ports",
    types: ["gcp:compute/router:Router", "gcp:compute/routerNat:RouterNat"],
    differs: "ports are shared out by machine, and grow with need",
  },
  cluster: {
    made: "GKE Standard, regional, private nodes, Dataplane V2, release channel, API by its DNS name",
    types: ["gcp:container/cluster:Cluster"],
    differs: "IAM decides who reaches the API, and no range has to be named; Google upgrades within the channel",
  },
  nodes: {
    made: "one node pool over three zones, own service account",
    types: ["gcp:container/nodePool:NodePool"],
    differs: "GKE's autoscaler knows each zone of a pool, so that disks of one zone need no pool of their own",
  },
  scratch: {
    made: "local SSDs as ephemeral storage",
    types: ["gcp:container/nodePool:NodePool"],
    differs: "375 GiB each; how many a type takes is Google's, which one is the owner's",
  },
  PostgreSQL: {
    made: "Cloud SQL 16, Enterprise, regional from `small` up, `verify-ca`",
    types: ["gcp:sql/databaseInstance:DatabaseInstance", "gcp:sql/user:User"],
    differs: "its certificate names no address, so that clients check its authority, which signs for it alone",
  },
  "object store": {
    made: "Cloud Storage bucket, uniform access, no soft delete",
    types: ["gcp:storage/bucket:Bucket"],
  },
  Redis: {
    made: "Memorystore for Redis 7.2, with AUTH and a standby",
    types: ["gcp:redis/instance:Instance"],
    differs: "without TLS: its authority is the instance's own, which Logfire's images do not trust",
  },
  "pods' identity": {
    made: "Workload Identity, a service account for each",
    types: ["gcp:serviceaccount/account:Account", "gcp:serviceaccount/iAMMember:IAMMember"],
  },
  "DNS zone": { made: "Cloud DNS zone with DNSSEC", types: ["gcp:dns/managedZone:ManagedZone"] },
  "load balancer": {
    made: "static address, for the passthrough load balancer that GKE makes for Envoy's Service",
    types: ["gcp:compute/address:Address"],
    differs: "GKE's own controller makes it and takes it away with the Service",
  },
  "native edge": {
    made: "GKE Gateway and Certificate Manager",
    types: ["gcp:certificatemanager/certificate:Certificate", "gcp:certificatemanager/certificateMap:CertificateMap"],
    differs: "it reaches pods by themselves, without ports on nodes",
  },
  "encryption keys": {
    made: "KMS key for Kubernetes Secrets; for database and bucket by choice",
    types: ["gcp:kms/keyRing:KeyRing", "gcp:kms/cryptoKey:CryptoKey"],
    differs: "key rings and keys cannot be deleted: `destroy` takes their versions and leaves the names",
  },
};
