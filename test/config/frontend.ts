import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import {
  frontendAppConfig,
  frontendCommand,
  frontendServerConfig,
  type FrontendServerInput,
} from "../../components/logfire/config";
import { collect, end, type Child, type Place } from "./programs";
import { ask, freePorts, until, type Answered } from "./standIns";

export const origin = "https://logfire.example.com";
export const files: Readonly<Record<string, string>> = {
  "html/index.html": "<title>application</title>",
  "html/assets/index-1a.js": "// application ".repeat(200),
  "html/assets/safeRender-1a.js": "// worker",
  "html/custom-panels/panel.js": "// panel",
  "html/favicon.ico": "icon",
  "html/image-iframe.html": "<title>image</title>",
  "html/audio-iframe.html": "<title>audio</title>",
  "html/custom-components-iframe.html": "<title>components</title>",
  "html/frontend-assets.txt": "assets/index-1a.js\n",
  "html/genai-prices/data.json": '{"from":"image"}',
  "config.1.js": frontendAppConfig({ url: origin, hostname: "logfire.example.com", version: "1.2.3" }),
};

export interface Frontend {
  readonly port: number;
  readonly child: Child;
  readonly log: () => string;
  readonly get: (path: string, headers?: Record<string, string>) => Promise<Answered>;
  stop(): Promise<void>;
}

export interface FrontendOptions extends Partial<FrontendServerInput> {
  readonly omit?: readonly string[];
  /** HTTPS on a port, and the files of its certificate. */
  readonly tls?: { readonly port: number; readonly files: Readonly<Record<"tls.crt" | "tls.key", string>> };
}

export async function startFrontend(
  place: Place,
  { omit = [], tls, ...options }: FrontendOptions = {},
): Promise<Frontend> {
  const [port = 0] = await freePorts(1);
  const { outside, inside } = place.folder();
  const input: FrontendServerInput = {
    hostnames: ["logfire.example.com", "logfire.internal.example.com"],
    origins: [origin, "https://logfire.internal.example.com"],
    allowedHosts: [],
    listen: port,
    address: "127.0.0.1",
    ...(tls === undefined
      ? {}
      : { https: { port: tls.port, certificate: `${inside}/tls.crt`, key: `${inside}/tls.key` } }),
    ...options,
    paths: { html: `${inside}/html`, appConfig: `${inside}/config.1.js`, temporary: inside },
  };
  const write = (name: string, text: string) => {
    const file = join(outside, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    chmodSync(file, 0o644);
  };
  for (const [name, text] of Object.entries({ ...files, ...tls?.files })) if (!omit.includes(name)) write(name, text);
  write("nginx.conf", frontendServerConfig(input));
  const child = place.start(frontendCommand(input, `${inside}/nginx.conf`));
  const log = collect(child);
  const get = (path: string, headers: Record<string, string> = {}) => ask({ port, path, headers });
  const stop = async () => {
    await end(child);
    rmSync(outside, { recursive: true, force: true });
  };
  try {
    await until("nginx to answer", async () => {
      if (child.exitCode !== null) throw new Error(`nginx ended with ${child.exitCode}`);
      return get("/health").then(
        ({ status }) => status === 200,
        () => false,
      );
    });
  } catch (error) {
    await stop();
    throw new Error(`${String(error)}\n${log()}`);
  }
  return { port, child, log, get, stop };
}
