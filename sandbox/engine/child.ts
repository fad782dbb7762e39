import { fork } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { Engine, type StackRequest, type UpdateResult } from "./engine";

/** A deployment in a process of its own, which a fault test can kill. Everything in it can be sent as JSON. */
export interface ChildRequest extends Pick<StackRequest, "stack" | "config"> {
  readonly stateDir: string;
  readonly projectDir: string;
  /** Folder with all programs. */
  readonly bin: string;
  /** Absolute path of the module that exports the program. */
  readonly module: string;
  /** Name of an exported function that makes the program of `arguments`; absent where the module is the program. */
  readonly factory?: string;
  readonly arguments?: readonly unknown[];
}

export interface ChildDeployment {
  readonly pid: number;
  /** Rejects with the message of the error, or with the signal that ended the process. */
  readonly result: Promise<UpdateResult>;
  /** Resolves once the engine has begun to change something. */
  readonly changing: Promise<void>;
  kill(signal: NodeJS.Signals): void;
  /** Asks the engine to end after the steps under way, as Ctrl-C does. */
  interrupt(): void;
}

const interruption = "interrupt";

type Message = { readonly changing: true } | { readonly result: UpdateResult } | { readonly error: string };

export function deployInChild(request: ChildRequest): ChildDeployment {
  const child = fork(__filename, [], {
    execArgv: ["--require", require.resolve("tsx/cjs")],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    cwd: join(__dirname, "../.."),
  });
  let changed: () => void = () => undefined;
  const changing = new Promise<void>((resolve) => (changed = resolve));
  const result = new Promise<UpdateResult>((resolve, reject) => {
    child.on("message", (message: Message) => {
      if ("changing" in message) changed();
      else if ("result" in message) resolve(message.result);
      else reject(new Error(message.error));
    });
    child.once("error", reject);
    child.once("exit", (code, signal) => reject(new Error(`the deployment ended with ${signal ?? code}`)));
  });
  // A caller that kills the process may not care how it ended.
  result.catch(() => undefined);
  child.send(request);
  return {
    ...{ pid: child.pid ?? -1, result, changing },
    kill: (signal) => void child.kill(signal),
    interrupt: () => void (child.connected && child.send(interruption)),
  };
}

async function serve(request: ChildRequest, signal: AbortSignal): Promise<Message> {
  const { stateDir, projectDir, bin, stack, config } = request;
  const engine = new Engine({ stateDir, projectDir, toolset: { bin, path: (program) => join(bin, program) } });
  try {
    const program = loadProgram(request);
    const onEvent = once(() => process.send?.({ changing: true } satisfies Message));
    return { result: await engine.deploy({ stack, config, program, onEvent, signal }) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

const once =
  (tell: () => void, told = false) =>
  ({ resourcePreEvent }: { resourcePreEvent?: { metadata: { op: string } } }) => {
    if (told || resourcePreEvent === undefined || resourcePreEvent.metadata.op === "same") return;
    told = true;
    tell();
  };

function loadProgram({ module, factory, arguments: args = [] }: ChildRequest): PulumiFn {
  // The loader that knows TypeScript hooks into require.
  const loaded = createRequire(__filename)(module) as Record<string, unknown>;
  const found = factory === undefined ? loaded : loaded[factory];
  if (typeof found !== "function") throw new Error(`${module} exports no function ${factory ?? ""}`);
  return factory === undefined ? (found as PulumiFn) : (found as (...values: readonly unknown[]) => PulumiFn)(...args);
}

if (require.main === module && process.send !== undefined)
  process.once("message", (request: ChildRequest) => {
    const ending = new AbortController();
    process.on("message", (later) => {
      if (later === interruption) ending.abort();
    });
    void serve(request, ending.signal).then((message) => process.send?.(message, () => process.exit(0)));
  });
