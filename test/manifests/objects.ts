import { renderLogfire, type RenderedObject, type RenderInput } from "../../components/logfire/manifests";
import { renderInput } from "../parity/renderings";

/** A stack with every feature on, HTTPS between services included. */
export const everything = (): RenderInput => renderInput("everything");
/** The same, with services that talk in clear. */
export const everythingInClear = (): RenderInput => withSettings(everything(), { inClusterTls: undefined });
/** A stack with its stores inside the cluster and no optional workload. */
export const local = (): RenderInput => renderInput("local");

export interface Pod {
  readonly serviceAccountName: string;
  readonly automountServiceAccountToken: boolean;
  readonly terminationGracePeriodSeconds: number;
  readonly securityContext: Readonly<Record<string, unknown>>;
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly tolerations?: readonly unknown[];
  readonly imagePullSecrets?: readonly { readonly name: string }[];
  readonly containers: readonly [Container];
  readonly volumes: readonly Volume[];
}

export interface Volume {
  readonly name: string;
  readonly emptyDir?: { readonly sizeLimit?: string };
  readonly configMap?: { readonly name: string };
  readonly secret?: {
    readonly secretName: string;
    readonly items: readonly { readonly key: string; readonly path: string }[];
  };
  readonly ephemeral?: { readonly volumeClaimTemplate: { readonly spec: Readonly<Record<string, unknown>> } };
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly env: readonly Variable[];
  readonly envFrom?: readonly { readonly configMapRef: { readonly name: string } }[];
  readonly resources: {
    readonly requests: Readonly<Record<string, string>>;
    readonly limits: Readonly<Record<string, string>>;
  };
  readonly lifecycle?: { readonly preStop: { readonly sleep: { readonly seconds: number } } };
  readonly securityContext: Readonly<Record<string, unknown>>;
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
  readonly startupProbe: ProbeObject;
  readonly livenessProbe: ProbeObject;
  readonly readinessProbe: ProbeObject;
}

export interface ProbeObject {
  readonly httpGet?: { readonly port: string; readonly path: string };
  readonly tcpSocket?: { readonly port: string };
}

export interface Variable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: { readonly secretKeyRef?: { readonly name: string; readonly key: string } };
}

export interface WorkloadObject {
  readonly rendered: RenderedObject;
  readonly name: string;
  readonly spec: { readonly replicas?: number; readonly [field: string]: unknown };
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly pod: Pod;
  readonly container: Container;
}

export interface Plain {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly spec: Readonly<Record<string, unknown>>;
  readonly data?: Readonly<Record<string, string>>;
}

/** Objects as the API server would read them. */
export const asJson = <T = Plain>(rendered: RenderedObject): T => JSON.parse(JSON.stringify(rendered.manifest)) as T;

export const ofKind = <T = Plain>(objects: readonly RenderedObject[], kind: string): T[] =>
  objects.filter(({ manifest }) => manifest.kind === kind).map((rendered) => asJson<T>(rendered));

export function workloadObjects(objects: readonly RenderedObject[]): WorkloadObject[] {
  return objects
    .filter(({ role }) => role === "workload")
    .map((rendered) => {
      const { metadata, spec } = asJson<{
        metadata: { name: string };
        spec: {
          template: {
            metadata: { labels: Record<string, string>; annotations: Record<string, string> };
            spec: Pod;
          };
        };
      }>(rendered);
      const { metadata: template, spec: pod } = spec.template;
      return { rendered, name: metadata.name, spec, ...template, pod, container: pod.containers[0] };
    });
}

export const workloadsOf = (input: RenderInput): WorkloadObject[] => workloadObjects(renderLogfire(input));

export function workloadOf(input: RenderInput, name: string): WorkloadObject {
  const found = workloadsOf(input).find((workload) => workload.name === name);
  if (found === undefined) throw new Error(`${name} is not rendered`);
  return found;
}

/** The same stack with other settings. */
export const withSettings = (input: RenderInput, settings: Partial<RenderInput["settings"]>): RenderInput => ({
  ...input,
  settings: { ...input.settings, ...settings },
});
export const withPlatform = (input: RenderInput, platform: Partial<RenderInput["platform"]>): RenderInput => ({
  ...input,
  platform: { ...input.platform, ...platform },
});
