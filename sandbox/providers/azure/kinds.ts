import type { Kinds } from "./kind";
import { agentPools } from "./services/agentPools";
import { clusters } from "./services/cluster";
import { dns } from "./services/dns";
import { identities } from "./services/identity";
import { network } from "./services/network";
import { postgres } from "./services/postgres";
import { privateNetwork } from "./services/privateNetwork";
import { redis } from "./services/redis";
import { resources } from "./services/resources";
import { storage } from "./services/storage";

/** Everything that can be made in the simulated subscription, by its type without `azure-native:`. */
export const kinds: Kinds = {
  ...resources,
  ...network,
  ...privateNetwork,
  ...identities,
  ...clusters,
  ...agentPools,
  ...postgres,
  ...storage,
  ...redis,
  ...dns,
};
