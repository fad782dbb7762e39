import type { Text } from "../lib/text";
import { imageUser } from "./catalogue/images";
import type { JobName } from "./catalogue/names";
import type { SecretRef } from "./catalogue/workload";
import { postgresCaMount, postgresCaVolume } from "./database/bootstrap";
import { fromSecret, jobManifest, type JobContext, type JobManifest } from "../kubernetes/job";

/** Component labels of the migrations' pods. Fixed for ever. */
const migrationNames = { backend: "logfire-backend-migrations", ff: "logfire-ff-migrations" } as const;

export interface MigrationsInput {
  readonly context: JobContext;
  /** Full image references. */
  readonly images: { readonly python: string; readonly fusionfire: string };
  readonly dsns: { readonly crud: SecretRef; readonly ff: SecretRef };
  /** Hash of the Secret with the DSNs: a migration that failed on a wrong one runs again with the right one. */
  readonly checksum?: Text;
  /** Whether the platform gives certificates for the database server's. */
  readonly postgresCa: boolean;
}

/** The schema changes of this version: crud's and ff's. Before the workloads, at every upgrade. */
export function migrationJobs(input: MigrationsInput): readonly [JobManifest, JobManifest] {
  return [
    migrationJob(input, migrationNames.backend, {
      image: "python",
      command: ["python", "src/packages/logfire-db/logfire_db/migrations/main.py"],
      env: [
        { name: "LOGFIRE_SEND_TO_LOGFIRE", value: "false" },
        { name: "ON_PREM", value: "true" },
        { name: "CRUD_MIGRATIONS_RESPECT_AUTO_RUN_FLAG", value: "true" },
        fromSecret("CRUD_PG_DSN", input.dsns.crud),
      ],
    }),
    migrationJob(input, migrationNames.ff, {
      image: "fusionfire",
      command: ["fusionfire", "migrate"],
      env: [
        fromSecret("PG_DSN", input.dsns.ff),
        { name: "FF_SEND_TO_LOGFIRE", value: "false" },
        { name: "FF_FORCE_CONSOLE_LOGGING", value: "true" },
        { name: "RUST_BACKTRACE", value: "full" },
        { name: "RUST_LOG", value: "info" },
      ],
    }),
  ];
}

interface Program {
  readonly image: "python" | "fusionfire";
  readonly command: readonly string[];
  readonly env: Parameters<typeof jobManifest>[1]["container"]["env"];
}

function migrationJob(input: MigrationsInput, name: JobName, { image, command, env }: Program): JobManifest {
  return jobManifest(input.context, {
    name,
    backoffLimit: 5,
    deadlineSeconds: 300,
    runAsUser: imageUser(image),
    checksum: input.checksum,
    container: {
      image: input.images[image],
      command: [...command],
      env,
      // Enough to be scheduled honestly; a migration that dies of its memory limit halfway would be the worse evil.
      resources: { requests: { cpu: "250m", memory: "512Mi" }, limits: { memory: "2Gi" } },
      ...(input.postgresCa ? { volumeMounts: [postgresCaMount] } : {}),
    },
    volumes: input.postgresCa ? [postgresCaVolume] : [],
  });
}
