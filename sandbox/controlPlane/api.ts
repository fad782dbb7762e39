import { readFileSync } from "node:fs";
import { Agent, request } from "node:https";
import type { Layout } from "./components";
import { adminToken } from "./credentials";

/** An answer of the API server; status 0 where there was none. */
export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Speaks to the API server as the administrator, for what is asked too often for a kubectl each time. */
export class ApiClient {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 8 });
  private readonly ca: string;
  private readonly authorization: string;

  constructor(
    paths: Layout,
    private readonly port: number,
  ) {
    this.ca = readFileSync(paths.ca, "utf8");
    this.authorization = `Bearer ${adminToken(paths)}`;
  }

  /** Never rejects. */
  ask(method: "GET" | "POST", path: string, body?: unknown, accept = "application/json"): Promise<Answer> {
    const headers = { authorization: this.authorization, "content-type": "application/json", accept };
    const target = { host: "127.0.0.1", port: this.port, path, method, ca: this.ca, agent: this.agent };
    return new Promise((resolve) => {
      const sent = request({ ...target, headers, timeout: 5000 }, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (part: string) => (text += part));
        response.on("error", () => resolve({ status: 0, text }));
        response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
      });
      sent.on("timeout", () => sent.destroy(new Error("no answer within 5 s")));
      sent.on("error", (error) => resolve({ status: 0, text: error.message }));
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  /** True when the server has what the path names; undefined, to be asked again, when not or when it does not answer. */
  async found(path: string): Promise<true | undefined> {
    return (await this.ask("GET", path)).status === 200 ? true : undefined;
  }

  /** Names of the objects of a collection, without asking for the objects; undefined when the server does not answer. */
  async names(collection: string): Promise<ReadonlySet<string> | undefined> {
    const metadataOnly = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
    const { status, text } = await this.ask("GET", collection, undefined, metadataOnly);
    if (status !== 200) return undefined;
    const { items } = JSON.parse(text) as {
      readonly items: readonly { readonly metadata: { readonly name: string } }[] | null;
    };
    return new Set((items ?? []).map(({ metadata }) => metadata.name));
  }

  async read<T>(path: string): Promise<T> {
    const { status, text } = await this.ask("GET", path);
    if (status !== 200) throw new Error(`the API server answers ${status} for ${path}: ${text.slice(0, 300)}`);
    return JSON.parse(text) as T;
  }

  close(): void {
    this.agent.destroy();
  }
}
