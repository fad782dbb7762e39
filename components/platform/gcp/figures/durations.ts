import type { Durations } from "../../shared/durations";

const transcripts = "public `terraform apply` transcripts";

/**
 * Published times of what is slow, by Pulumi's type. Google promises none of them; they are here so that a rehearsal
 * shows which resources have to be made side by side. A type that is not here takes a few seconds.
 */
export const durations: Durations = {
  "gcp:container/cluster:Cluster": {
    createSeconds: 400,
    source: `${transcripts}: 3 m 34 s to 9 m 22 s, most of regional ones 5 m 25 s to 6 m 43 s`,
  },
  "gcp:container/nodePool:NodePool": { createSeconds: 100, source: `${transcripts}: 1 m 4 s to 1 m 56 s` },
  "gcp:sql/databaseInstance:DatabaseInstance": {
    createSeconds: 800,
    source: `${transcripts}: 4 m 32 s to 5 m 30 s in one zone, 11 m 38 s, 14 m 52 s and 18 m 23 s for others`,
  },
  "gcp:redis/instance:Instance": { createSeconds: 265, source: `${transcripts}: 4 m 23 s; only one found` },
  "gcp:servicenetworking/connection:Connection": { createSeconds: 57, source: `${transcripts}: 57 s; only one found` },
  "gcp:compute/network:Network": { createSeconds: 22, source: `${transcripts}: 12 s to 45 s` },
  "gcp:compute/subnetwork:Subnetwork": { createSeconds: 21, source: `${transcripts}: 4 s to 23 s` },
  "gcp:compute/routerNat:RouterNat": { createSeconds: 12, source: `${transcripts}: 11 s to 23 s` },
};
