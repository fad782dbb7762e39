import type { Kinds } from "./kind";
import { dns } from "./services/dns";
import { eks } from "./services/eks";
import { elasticache } from "./services/elasticache";
import { identity } from "./services/identity";
import { loadBalancing } from "./services/loadBalancing";
import { network } from "./services/network";
import { nodeGroups } from "./services/nodeGroups";
import { rds } from "./services/rds";
import { s3 } from "./services/s3";
import { security } from "./services/security";

/** Everything that can be made in the simulated account, by its type without `aws:`. */
export const kinds: Kinds = {
  ...network,
  ...security,
  ...identity,
  ...eks,
  ...nodeGroups,
  ...rds,
  ...elasticache,
  ...s3,
  ...dns,
  ...loadBalancing,
};
