import type { JobName } from "./names";
import type { Need } from "./workload";

/** What the Jobs open connections to. */
export const jobNeeds: Readonly<Record<JobName, readonly Need[]>> = {
  "logfire-database-bootstrap": ["postgres:crud", "postgres:ff", "postgres:dex"],
  "logfire-backend-migrations": ["postgres:crud"],
  "logfire-ff-migrations": ["postgres:ff"],
  "logfire-minio-bucket": ["objectStore"],
};
