import type { core } from "@pulumi/kubernetes/types/input";
import { formatMib, formatMillis } from "../../lib/quantities";
import { imageReference } from "../catalogue/images";
import {
  isFieldRef,
  isSecretRef,
  type Context,
  type Environment,
  type Ports,
  type Probe,
  type Probes,
  type Value,
  type Workload,
} from "../catalogue/workload";
import { httpsPort } from "../catalogue/tls";
import { diskBesidesScratchMib, type Size } from "../sizing/sizes";
import { listenerOf, tlsEnvironment } from "./tls";
import { volumeMounts } from "./volumes";

/** The one container of a workload's pod. */
export function container(context: Context, workload: Workload, size: Size): core.v1.Container {
  const { settings } = context;
  return {
    name: workload.name,
    image: imageReference(workload.image, settings.images),
    imagePullPolicy: settings.images.pullPolicy,
    ...command(context, workload),
    ports: Object.entries(portsOf(context, workload)).map(([name, port]) => ({
      name,
      containerPort: port,
      protocol: "TCP",
    })),
    ...(workload.environmentFrom === undefined
      ? {}
      : { envFrom: workload.environmentFrom.map((name) => ({ configMapRef: { name } })) }),
    env: environment(environmentOf(context, workload, size)),
    resources: resources(context, size),
    ...probes(workload.probes),
    ...(workload.drainSeconds === 0 ? {} : { lifecycle: { preStop: { sleep: { seconds: workload.drainSeconds } } } }),
    securityContext: securityContext(context, workload),
    volumeMounts: volumeMounts(context, workload),
  };
}

export function portsOf(context: Context, workload: Workload): Ports {
  const { http, ...others } = workload.ports;
  return {
    ...(http === undefined ? {} : { http }),
    ...(listenerOf(context.settings, workload) === undefined ? {} : { https: httpsPort }),
    ...others,
    ...workload.optionalPorts?.(context),
  };
}

/** The workload's own variables, then the owner's; a repeated name keeps its place and takes the owner's value. */
export function environmentOf({ settings, ...context }: Context, workload: Workload, size: Size): Environment {
  return {
    ...workload.environment({ settings, ...context }, size),
    ...tlsEnvironment({ settings }, workload),
    ...settings.workloads[workload.name]?.extraEnv,
  };
}

export function environment(variables: Environment): core.v1.EnvVar[] {
  return Object.entries(variables).flatMap(([name, value]) => (value === undefined ? [] : [variable(name, value)]));
}

function variable(name: string, value: Value): core.v1.EnvVar {
  if (isSecretRef(value)) return { name, valueFrom: { secretKeyRef: { name: value.secret, key: value.key } } };
  if (isFieldRef(value)) return { name, valueFrom: { fieldRef: { fieldPath: value.field } } };
  return { name, value };
}

/**
 * Scratch outlives a container restart, and files of a program that died are nobody's any more. The folder itself goes
 * too: it is made anew with the rights of the user that runs now.
 */
const sweep = 'rm -rf -- "${FF_TEMP_DIR:?}"; mkdir -p -- "$FF_TEMP_DIR" && exec "$0" "$@"';

function command(context: Context, workload: Workload): Pick<core.v1.Container, "command" | "args"> {
  const own = typeof workload.command === "function" ? workload.command(context) : workload.command;
  const args = typeof workload.args === "function" ? workload.args(context) : workload.args;
  const swept = workload.sweepsScratch === true ? ["sh", "-c", sweep, ...(own ?? [])] : own;
  return {
    ...(swept === undefined ? {} : { command: [...swept] }),
    ...(args === undefined ? {} : { args: [...args] }),
  };
}

function resources({ platform }: Context, size: Size): core.v1.ResourceRequirements {
  const { requests, limits } = size;
  const disk = diskRequestMib(size, platform.scratch.kind);
  return {
    requests: {
      cpu: formatMillis(requests.cpuMillis),
      memory: formatMib(requests.memoryMib),
      ...(disk === 0 ? {} : { "ephemeral-storage": formatMib(disk) }),
    },
    limits: {
      ...(limits.cpuMillis === undefined ? {} : { cpu: formatMillis(limits.cpuMillis) }),
      ...(limits.memoryMib === undefined ? {} : { memory: formatMib(limits.memoryMib) }),
      ...(size.diskLimited ? { "ephemeral-storage": formatMib(size.diskMib) } : {}),
    },
  };
}

// An emptyDir is node disk: only a request makes the scheduler and the autoscaler count it.
function diskRequestMib({ scratchMib, diskMib }: Size, kind: Context["platform"]["scratch"]["kind"]): number {
  if (scratchMib === 0) return diskMib;
  return kind === "emptyDir" ? scratchMib + diskBesidesScratchMib : diskBesidesScratchMib;
}

function probes({ port, startup, live, ready }: Probes) {
  return {
    startupProbe: probe(port, startup),
    livenessProbe: probe(port, live),
    readinessProbe: probe(port, ready),
  };
}

const probe = (port: string, { path, delay, period, timeout, failures, successes }: Probe): core.v1.Probe => ({
  ...(path === undefined ? { tcpSocket: { port } } : { httpGet: { path, port } }),
  ...(delay === undefined ? {} : { initialDelaySeconds: delay }),
  ...(period === undefined ? {} : { periodSeconds: period }),
  ...(timeout === undefined ? {} : { timeoutSeconds: timeout }),
  ...(failures === undefined ? {} : { failureThreshold: failures }),
  ...(successes === undefined ? {} : { successThreshold: successes }),
});

// `baseline` is for images that must start as root: they need their capabilities to become someone else.
function securityContext({ settings }: Context, workload: Workload): core.v1.SecurityContext {
  return {
    allowPrivilegeEscalation: false,
    ...(settings.podSecurity === "restricted" ? { capabilities: { drop: ["ALL"] } } : {}),
    ...(workload.readOnlyRootFilesystem === true ? { readOnlyRootFilesystem: true } : {}),
  };
}
