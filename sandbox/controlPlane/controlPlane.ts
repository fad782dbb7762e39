import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "../../components/lib/errors";
import { nodeObjects, type SandboxNode } from "../nodes/nodes";
import { silentProgress, type Progress } from "../tools/progress";
import type { Programs, StartPrograms } from "../toolset";
import { ApiClient } from "./api";
import { componentLaunch, componentNames, layout, type ComponentName, type Layout } from "./components";
import { readCa, writeCredentials, writeKubeconfigs, writePrivate } from "./credentials";
import { addDefinitions, definitionsServed, readDefinitions } from "./customResources";
import { kubectlFor, type Kubectl } from "./kubectl";
import { freePort, isTaken } from "./ports";
import { launch, runningPid, terminate } from "./processes";
import { Template } from "./template";

export interface ControlPlaneOptions {
  readonly name: string;
  readonly toolset: StartPrograms;
  readonly stateDir: string;
  /** Nodes the cluster must have; it keeps others that it has already. */
  readonly nodes: readonly SandboxNode[];
  readonly progress?: Progress;
  /** Further kwok Stages, as YAML: faults that a test plays. */
  readonly stages?: readonly string[];
}

export interface ControlPlane {
  readonly name: string;
  readonly stateDir: string;
  readonly kubeconfig: string;
  /** `https://127.0.0.1:PORT`. */
  readonly apiServer: string;
  readonly kubectl: Kubectl;
  /** Adds the nodes that are missing and waits until they are Ready. */
  addNodes(nodes: readonly SandboxNode[]): Promise<void>;
  /** Ends the API server alone, by force, and starts it again after `downMilliseconds`: what an upgrade or a crash looks like. */
  restartApiServer(downMilliseconds?: number): Promise<void>;
  processIds(): Readonly<Partial<Record<ComponentName, number>>>;
  /** Ends the processes; the state stays, and the next start continues with it. */
  stop(): Promise<void>;
}

interface Description {
  readonly name: string;
  readonly port: number;
}

/** Starts what does not run yet, on the state that is there; a complete control plane is only looked at. */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const { name, toolset, stateDir, nodes, progress = silentProgress } = options;
  const paths = layout(stateDir);
  prepareFolders(paths);
  const { port } = await describe(paths, name);
  writeCredentials(paths);
  await endOutdatedKwok(paths);
  const missing = componentNames.filter((component) => runningPid(paths.record(component)) === undefined);
  // What has ended before is not to be mistaken for what ends while something is awaited.
  for (const component of missing) rmSync(paths.record(component), { force: true });
  if (missing.includes("kube-apiserver")) await refuseTakenPort(port);
  if (missing.includes("kwok")) writeFileSync(paths.stages, stageTexts(options.stages ?? []));
  const step = missing.length > 0 ? progress.step(`Starting ${missing.join(", ")}`) : undefined;

  try {
    const controlPlane = handle(name, paths, port, toolset);
    if (!existsSync(paths.etcdData)) await fillStore(paths, port, toolset, controlPlane);
    await startMissing(missing, controlPlane, paths, port, toolset);
    await Promise.all([controlPlane.addNodes(nodes), controlPlane.kubectl(["apply", "--server-side", "-f", objects])]);
    await withApi(paths, port, (api) =>
      until("the controller manager", paths, 60, () => api.found("/api/v1/namespaces/default/serviceaccounts/default")),
    );
    step?.done(controlPlane.apiServer);
    return controlPlane;
  } catch (error) {
    step?.fail("does not start");
    throw error;
  }
}

const objects = join(__dirname, "objects.yaml");

/** Gives a new sandbox its etcd data: a copy of the template, which is made first where there is none. */
async function fillStore(paths: Layout, port: number, toolset: StartPrograms, own: ControlPlane): Promise<void> {
  const template = new Template(toolset);
  if (template.copyTo(paths.etcdData)) return;
  await startServers(["etcd", "kube-apiserver"], own, paths, port, toolset);
  await provideDefinitions(paths, port, toolset);
  await stopComponents(paths.stateDir, 10_000);
  template.saveFrom(paths.etcdData);
}

async function startMissing(
  missing: readonly ComponentName[],
  own: ControlPlane,
  paths: Layout,
  port: number,
  toolset: StartPrograms,
): Promise<void> {
  const start = (...components: readonly ComponentName[]) =>
    Promise.all(
      components
        .filter((component) => missing.includes(component))
        .map((component) => launch(componentLaunch(component, paths, port, toolset))),
    );
  await startServers(missing, own, paths, port, toolset);
  await start("kube-controller-manager", "kube-scheduler");
  await provideDefinitions(paths, port, toolset);
  // kwok ends when the API server does not know what it is to watch.
  await start("kwok", "cert-manager");
}

/** etcd and the API server, as far as they are missing, until the latter has made its certificate. */
async function startServers(
  missing: readonly ComponentName[],
  { name, apiServer }: ControlPlane,
  paths: Layout,
  port: number,
  toolset: Programs,
): Promise<void> {
  const servers: readonly ComponentName[] = ["etcd", "kube-apiserver"];
  const first = missing.filter((component) => servers.includes(component));
  await Promise.all(first.map((component) => launch(componentLaunch(component, paths, port, toolset))));
  const ca = await until("the API server's certificate", paths, 30, () => Promise.resolve(readCa(paths)));
  writeKubeconfigs(paths, apiServer, ca, `sandbox-${name}`);
}

async function provideDefinitions(paths: Layout, port: number, toolset: StartPrograms): Promise<void> {
  await withApi(paths, port, async (api) => {
    const definitions = readDefinitions(toolset.definitions);
    // Not earlier: definitions that come while it still makes its own roles hold these up for many seconds.
    await until("the API server", paths, 90, () => api.found("/readyz"));
    await until("the API server", paths, 90, () => addDefinitions(api, definitions));
    await until("the custom resources", paths, 90, () => definitionsServed(api, definitions));
  });
}

/** A control plane that was started earlier, by whomever; undefined where the folder holds none. */
export function attachControlPlane(stateDir: string, toolset: Programs): ControlPlane | undefined {
  const paths = layout(stateDir);
  const description = readDescription(paths);
  return description && handle(description.name, paths, description.port, toolset);
}

/** Which components run, by what they recorded. Works on any remains of a state folder. */
export function runningComponents(stateDir: string): readonly ComponentName[] {
  const paths = layout(stateDir);
  return componentNames.filter((component) => runningPid(paths.record(component)) !== undefined);
}

/** Ends the control plane, in the order of its dependencies. */
async function stopComponents(stateDir: string, graceMs: number): Promise<void> {
  const paths = layout(stateDir);
  // etcd last: the others would spend their grace on retries against it.
  const clients = componentNames.filter((component) => component !== "etcd");
  await Promise.all(clients.map((component) => terminate(paths.record(component), graceMs)));
  await terminate(paths.record("etcd"), graceMs);
}

function handle(name: string, paths: Layout, port: number, toolset: Programs): ControlPlane {
  const kubectl = kubectlFor(toolset, paths.stateDir);
  return {
    name,
    stateDir: paths.stateDir,
    kubeconfig: paths.kubeconfig,
    apiServer: `https://127.0.0.1:${port}`,
    kubectl,
    addNodes: (nodes) => withApi(paths, port, (api) => addNodes(api, kubectl, nodes)),
    restartApiServer: async (downMilliseconds = 0) => {
      await terminate(paths.record("kube-apiserver"), 0);
      await sleep(downMilliseconds);
      await refuseTakenPort(port);
      await launch(componentLaunch("kube-apiserver", paths, port, toolset));
      await withApi(paths, port, (api) => until("the API server", paths, 90, () => api.found("/readyz")));
    },
    processIds: () =>
      Object.fromEntries(componentNames.map((component) => [component, runningPid(paths.record(component))])),
    stop: () => stopComponents(paths.stateDir, 10_000),
  };
}

function prepareFolders(paths: Layout): void {
  for (const folder of ["", "pki", "logs", "processes", "kubectl-cache"])
    mkdirSync(join(paths.stateDir, folder), { recursive: true, mode: 0o700 });
  // The folder may be older than this version, and guards etcd's socket and the tokens.
  chmodSync(paths.stateDir, 0o700);
}

async function describe(paths: Layout, name: string): Promise<Description> {
  const known = readDescription(paths);
  if (known !== undefined) return known;
  const description: Description = { name, port: await freePort() };
  writePrivate(paths.description, `${JSON.stringify(description, undefined, 2)}\n`);
  return description;
}

function readDescription(paths: Layout): Description | undefined {
  if (!existsSync(paths.description)) return undefined;
  const parsed: unknown = JSON.parse(readFileSync(paths.description, "utf8"));
  if (typeof parsed === "object" && parsed !== null && "name" in parsed && "port" in parsed)
    return { name: String(parsed.name), port: Number(parsed.port) };
  throw new UserError(`${paths.description} is damaged; remove the sandbox with \`npm run sandbox -- down\``);
}

async function refuseTakenPort(port: number): Promise<void> {
  // A server that was just ended by force holds its port for a moment longer than its process seems to run.
  for (const deadline = Date.now() + 3000; Date.now() < deadline; await sleep(50)) if (!(await isTaken(port))) return;
  throw new UserError(
    [
      `Port ${port} of 127.0.0.1, which this sandbox's API server uses, is taken by a process that is not part of it.`,
      `See which with \`lsof -i :${port}\` or \`ss -ltnp\`. Stop it and run this again; or run`,
      "`npm run sandbox -- down`: the next sandbox takes another port and starts empty.",
    ].join("\n"),
  );
}

function stageTexts(further: readonly string[]): string {
  const own = ["node", "pod", "cloud", "edge", "faults"].map((file) =>
    readFileSync(join(__dirname, "stages", `${file}.yaml`), "utf8"),
  );
  return [...own, ...further].join("\n---\n");
}

/** It reads its stages once. One that an earlier version started does not know the stages of this one. */
async function endOutdatedKwok(paths: Layout): Promise<void> {
  if (!existsSync(paths.stages) || readFileSync(paths.stages, "utf8").startsWith(stageTexts([]))) return;
  await terminate(paths.record("kwok"), 5000);
}

async function addNodes(api: ApiClient, kubectl: Kubectl, nodes: readonly SandboxNode[]): Promise<void> {
  if (nodes.length === 0) return;
  const names = await api.names("/api/v1/nodes");
  const missing = nodes.filter(({ name }) => names?.has(name) !== true);
  if (missing.length === 0) return;
  // Nodes run the control plane's version: `v1.35.4`.
  const { gitVersion } = await api.read<{ readonly gitVersion: string }>("/version");
  await kubectl(
    ["create", "-f", "-"],
    JSON.stringify({ apiVersion: "v1", kind: "List", items: nodeObjects(missing, gitVersion) }),
  );
  const wanted = missing.map(({ name }) => `node/${name}`);
  await kubectl(["wait", "--for=condition=Ready", "--timeout=60s", ...wanted]);
}

async function withApi<T>(paths: Layout, port: number, work: (api: ApiClient) => Promise<T>): Promise<T> {
  const api = new ApiClient(paths, port);
  return work(api).finally(() => api.close());
}

/** Waits for an answer; a component that ends meanwhile ends the wait, with the last lines it wrote. */
async function until<T>(what: string, paths: Layout, seconds: number, ask: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    const ended = componentNames.find(
      (component) => existsSync(paths.record(component)) && runningPid(paths.record(component)) === undefined,
    );
    if (ended !== undefined)
      throw new UserError(`${ended} ended while ${what} was awaited.\n${lastLines(paths, ended)}`);
    if (Date.now() > deadline)
      throw new UserError(`Waited ${seconds} s for ${what}.\n${lastLines(paths, "kube-apiserver")}`);
    await sleep(40);
  }
}

function lastLines(paths: Layout, component: ComponentName): string {
  const file = paths.log(component);
  const lines = existsSync(file) ? readFileSync(file, "utf8").trimEnd().split("\n").slice(-5) : [];
  return [...lines.map((line) => `  ${line.slice(0, 300)}`), `Its log: ${file}`].join("\n");
}
