import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { get } from "node:https";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "../../components/lib/errors";
import { nodeObjects, type SandboxNode } from "../nodes/nodes";
import { silentProgress, type Progress } from "../tools/progress";
import type { Programs } from "../toolset";
import { componentLaunch, componentNames, layout, type ComponentName, type Layout } from "./components";
import { adminToken, readCa, writeCredentials, writeKubeconfigs, writePrivate } from "./credentials";
import { kubectlFor, type Kubectl } from "./kubectl";
import { freePort, isTaken } from "./ports";
import { launch, runningPid, terminate } from "./processes";

export interface ControlPlaneOptions {
  readonly name: string;
  readonly toolset: Programs;
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
  const missing = componentNames.filter((component) => runningPid(paths.record(component)) === undefined);
  if (missing.includes("kube-apiserver")) await refuseTakenPort(port);
  if (missing.includes("kwok")) writeFileSync(paths.stages, stageTexts(options.stages ?? []));
  const step = missing.length > 0 ? progress.step(`Starting ${missing.join(", ")}`) : undefined;

  try {
    const controlPlane = handle(name, paths, port, toolset);
    await startMissing(missing, controlPlane, paths, port, toolset);
    await controlPlane.kubectl(["apply", "--server-side", "-f", join(__dirname, "objects.yaml")]);
    await controlPlane.addNodes(nodes);
    await until("the controller manager", paths, 60, () =>
      controlPlane.kubectl(["get", "serviceaccount", "default", "-n", "default", "-o", "name"]).catch(() => undefined),
    );
    step?.done(controlPlane.apiServer);
    return controlPlane;
  } catch (error) {
    step?.fail("does not start");
    throw error;
  }
}

async function startMissing(
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
  const others = missing.filter((component) => !servers.includes(component));
  await Promise.all(others.map((component) => launch(componentLaunch(component, paths, port, toolset))));
  await apiServerReady(paths, port);
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

/** Ends every process recorded in the folder, the engine's included, at once: for state that is thrown away. */
export async function killAll(stateDir: string): Promise<number> {
  const { records } = layout(stateDir);
  for (let total = 0; ;) {
    const names = existsSync(records) ? readdirSync(records).filter((name) => !name.endsWith(".part")) : [];
    const ended = await Promise.all(names.map((name) => terminate(join(records, name), 0)));
    const count = ended.filter(Boolean).length;
    // Again until nothing ran: an engine may have started a provider a moment before it was ended.
    if (count === 0) return total;
    total += count;
  }
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
    addNodes: (nodes) => addNodes(kubectl, nodes),
    restartApiServer: async (downMilliseconds = 0) => {
      await terminate(paths.record("kube-apiserver"), 0);
      await sleep(downMilliseconds);
      await refuseTakenPort(port);
      await launch(componentLaunch("kube-apiserver", paths, port, toolset));
      await apiServerReady(paths, port);
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
  const own = ["node", "pod", "cloud", "faults"].map((file) =>
    readFileSync(join(__dirname, "stages", `${file}.yaml`), "utf8"),
  );
  return [...own, ...further].join("\n---\n");
}

async function addNodes(kubectl: Kubectl, nodes: readonly SandboxNode[]): Promise<void> {
  if (nodes.length === 0) return;
  const names = (await kubectl(["get", "nodes", "-o", "jsonpath={.items[*].metadata.name}"])).split(" ");
  const missing = nodes.filter(({ name }) => !names.includes(name));
  if (missing.length === 0) return;
  const list = { apiVersion: "v1", kind: "List", items: nodeObjects(missing, await serverVersion(kubectl)) };
  await kubectl(["create", "-f", "-"], JSON.stringify(list));
  const wanted = missing.map(({ name }) => `node/${name}`);
  await kubectl(["wait", "--for=condition=Ready", "--timeout=60s", ...wanted]);
}

/** Nodes run the control plane's version: `v1.35.4`. */
async function serverVersion(kubectl: Kubectl): Promise<string> {
  const answer = JSON.parse(await kubectl(["get", "--raw", "/version"])) as { readonly gitVersion: string };
  return answer.gitVersion;
}

async function apiServerReady(paths: Layout, port: number): Promise<void> {
  const ca = readFileSync(paths.ca, "utf8");
  const headers = { authorization: `Bearer ${adminToken(paths)}` };
  await until(
    "the API server",
    paths,
    90,
    () =>
      new Promise<true | undefined>((resolve) => {
        const request = get({ host: "127.0.0.1", port, path: "/readyz", ca, headers, timeout: 5000 }, (response) => {
          response.resume();
          resolve(response.statusCode === 200 ? true : undefined);
        });
        request.on("timeout", () => request.destroy());
        request.on("error", () => resolve(undefined));
      }),
  );
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
