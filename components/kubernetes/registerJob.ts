import { Job } from "@pulumi/kubernetes/batch/v1/job";
import * as pulumi from "@pulumi/pulumi";
import { managed, resourceName } from "./resources";
import { revisionName, type JobManifest } from "./job";

/**
 * Registers a Job. The logical name holds no revision: the state sees one Job that is replaced, the new one made and
 * waited for before the old one goes.
 */
export function registerJob(component: string, job: JobManifest, opts: pulumi.CustomResourceOptions): Job {
  const name = pulumi
    .output({ metadata: job.metadata, spec: job.spec })
    .apply((known) => revisionName(known as Pick<JobManifest, "metadata" | "spec">));
  // A Job that has failed never gets ready by waiting longer: the next update runs it again.
  const metadata = managed(job.metadata);
  const annotations = { ...metadata.annotations, "pulumi.com/replaceUnready": "true" };
  return new Job(
    resourceName(component, "Job", job.metadata.name),
    { metadata: { ...metadata, annotations, name }, spec: job.spec },
    // Beyond the Job's own deadline, so that the Job says why before the engine says how long.
    pulumi.mergeOptions({ customTimeouts: { create: "15m", update: "15m" } }, opts),
  );
}
