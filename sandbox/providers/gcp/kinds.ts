import type { Kinds } from "./kind";
import { addresses } from "./services/addresses";
import { services, withApis } from "./services/apis";
import { certificates } from "./services/certificates";
import { dns } from "./services/dns";
import { gke } from "./services/gke";
import { identity } from "./services/identity";
import { kms } from "./services/kms";
import { networks } from "./services/network";
import { protection } from "./services/protection";
import { redis } from "./services/redis";
import { sql } from "./services/sql";
import { storage } from "./services/storage";
import { withPromisedParts } from "./promisedParts";

/** Everything that can be made in the simulated project, by its type without `gcp:`. */
export const kinds: Kinds = withPromisedParts(
  withApis({
    ...services,
    ...networks,
    ...addresses,
    ...protection,
    ...identity,
    ...kms,
    ...gke,
    ...sql,
    ...redis,
    ...storage,
    ...dns,
    ...certificates,
  }),
);
