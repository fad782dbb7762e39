import { imageUser } from "../../logfire/catalogue/images";
import { fromSecret, jobManifest, type JobManifest } from "../../kubernetes/job";
import { bucket, minioName, ports } from "./facts";
import { store, type ServiceManifest, type StatefulSetManifest } from "./pods";
import type { InClusterStoreInput } from "./postgres";

/** MinIO's root credentials. Letters and digits only: the client takes them in an address. */
export const minioSecret = { name: "logfire-minio", user: "user", password: "password" } as const;
const bucketJobName = "logfire-minio-bucket";

export interface MinioInput extends InClusterStoreInput {
  /** Image of `mc`. */
  readonly clientImage: string;
}

export interface MinioManifests {
  readonly service: ServiceManifest;
  readonly statefulSet: StatefulSetManifest;
  readonly bucket: JobManifest;
}

const secret = (key: string) => ({ secret: minioSecret.name, key });

/** MinIO in one pod, development-grade, and the Job that makes its bucket. Versioning stays off, as Logfire needs it. */
export const minioManifests = (input: MinioInput): MinioManifests => ({
  service: store.service(input.context.namespace, minioName, ports.minio),
  statefulSet: statefulSet(input),
  bucket: bucketJob(input),
});

function statefulSet({ context, image, volumeGib, storageClass, disposable }: MinioInput): StatefulSetManifest {
  const probe = (path: string) => ({ httpGet: { path, port: "store" }, periodSeconds: 10, timeoutSeconds: 5 });
  return store.statefulSet(context, {
    name: minioName,
    user: imageUser("minio"),
    port: ports.minio,
    dataPath: "/data",
    volumeGib,
    storageClass,
    disposable,
    checksum: "1",
    container: {
      image,
      args: ["server", "/data", "--address", `:${ports.minio}`, "--certs-dir", "/tmp/certs"],
      env: [
        fromSecret("MINIO_ROOT_USER", secret(minioSecret.user)),
        fromSecret("MINIO_ROOT_PASSWORD", secret(minioSecret.password)),
        { name: "MINIO_BROWSER", value: "off" },
        // It would ask the vendor for newer versions.
        { name: "MINIO_UPDATE", value: "off" },
      ],
      readinessProbe: { ...probe("/minio/health/ready"), periodSeconds: 5 },
      livenessProbe: { ...probe("/minio/health/live"), initialDelaySeconds: 30, failureThreshold: 6 },
      resources: { requests: { cpu: "250m", memory: "512Mi" }, limits: { memory: "2Gi" } },
      volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
    },
    volumes: [{ name: "tmp", emptyDir: { sizeLimit: "64Mi" } }],
  });
}

function bucketJob({ context, clientImage }: MinioInput): JobManifest {
  return jobManifest(context, {
    name: bucketJobName,
    runAsUser: imageUser("minioClient"),
    // The back-off between attempts is the waiting for a server that is slow to start.
    backoffLimit: 6,
    deadlineSeconds: 600,
    container: {
      image: clientImage,
      command: ["mc", "mb", "--ignore-existing", `store/${bucket}`],
      env: [
        { name: "MC_CONFIG_DIR", value: "/tmp/mc" },
        fromSecret("MINIO_USER", secret(minioSecret.user)),
        fromSecret("MINIO_PASSWORD", secret(minioSecret.password)),
        { name: "MC_HOST_store", value: `http://$(MINIO_USER):$(MINIO_PASSWORD)@${minioName}:${ports.minio}` },
      ],
      resources: { requests: { cpu: "50m", memory: "64Mi" }, limits: { cpu: "500m", memory: "256Mi" } },
      volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
    },
    volumes: [{ name: "tmp", emptyDir: { sizeLimit: "16Mi" } }],
  });
}
