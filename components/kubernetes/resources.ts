import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import { Deployment, StatefulSet } from "@pulumi/kubernetes/apps/v1";
import { HorizontalPodAutoscaler } from "@pulumi/kubernetes/autoscaling/v2";
import { Job } from "@pulumi/kubernetes/batch/v1";
import {
  ConfigMap,
  Namespace,
  PersistentVolumeClaim,
  Secret,
  Service,
  ServiceAccount,
} from "@pulumi/kubernetes/core/v1";
import { Ingress, NetworkPolicy } from "@pulumi/kubernetes/networking/v1";
import { PodDisruptionBudget } from "@pulumi/kubernetes/policy/v1";
import { ClusterRole, ClusterRoleBinding, Role, RoleBinding } from "@pulumi/kubernetes/rbac/v1";
import { StorageClass } from "@pulumi/kubernetes/storage/v1/storageClass";
import type * as pulumi from "@pulumi/pulumi";

/** Every kind that this package creates; a new kind is a new line. */
const kinds = {
  BackendTLSPolicy: CustomResource,
  BackendTrafficPolicy: CustomResource,
  Certificate: CustomResource,
  ClientTrafficPolicy: CustomResource,
  ClusterIssuer: CustomResource,
  ClusterRole,
  ClusterRoleBinding,
  ConfigMap,
  Deployment,
  EnvoyProxy: CustomResource,
  GCPBackendPolicy: CustomResource,
  GCPGatewayPolicy: CustomResource,
  Gateway: CustomResource,
  GatewayClass: CustomResource,
  HTTPRoute: CustomResource,
  HealthCheckPolicy: CustomResource,
  HorizontalPodAutoscaler,
  Ingress,
  Issuer: CustomResource,
  Job,
  Namespace,
  NetworkPolicy,
  PersistentVolumeClaim,
  PodDisruptionBudget,
  Role,
  RoleBinding,
  Secret,
  SecurityPolicy: CustomResource,
  Service,
  ServiceAccount,
  StatefulSet,
  StorageClass,
} as const;
export type Kind = keyof typeof kinds;

/** A Kubernetes object as data; what the pure renderers return. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: Kind;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, pulumi.Input<string>>>;
  };
}

type Constructor = new (name: string, args: object, opts: pulumi.CustomResourceOptions) => pulumi.CustomResource;

/** Pulumi name of an object: `<component>-<kind>-<object>`; fixed for ever, so a changed spec never moves its state. */
export const resourceName = (component: string, kind: Kind, object: string): string =>
  `${component}-${kind.replace(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase()}-${object}`;

/**
 * The name under which the engine owns fields. By default every creation invents one, and an update after an interrupted
 * creation then conflicts with its own predecessor.
 */
const fieldManager = { "pulumi.com/patchFieldManager": "logfire-platform" };

/** Metadata as the engine applies it; what is rendered for other tools goes without. */
export const managed = <M extends Manifest["metadata"]>(metadata: M): M => ({
  ...metadata,
  annotations: { ...metadata.annotations, ...fieldManager },
});

/** Registers the object that a pure renderer described. */
export function register(
  component: string,
  manifest: Manifest,
  opts: pulumi.CustomResourceOptions,
): pulumi.CustomResource {
  const Resource = kinds[manifest.kind] as unknown as Constructor;
  return new Resource(
    resourceName(component, manifest.kind, manifest.metadata.name),
    { ...manifest, metadata: managed(manifest.metadata) },
    opts,
  );
}
