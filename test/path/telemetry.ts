import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text as readText } from "node:stream/consumers";
import { promisify } from "node:util";
import { gunzipSync } from "node:zlib";
import { Client, credentials, Metadata, status, type ServiceError } from "@grpc/grpc-js";
import { describeWith } from "../config/programs";
import { findPythonWithSdk } from "../support/python";
import type { Chain } from "./chain";
import { startConnectProxy, type ConnectProxy } from "./connectProxy";
import { otlpMethods, type Export } from "./standIns";

const run = promisify(execFile);
const bytes = (value: Buffer): Buffer => value;

/** OTLP by gRPC, as any SDK sends it. */
export function grpcTests(chain: () => Chain): void {
  describe("gRPC", () => {
    const call = async (path: string, message: Buffer): Promise<Buffer> => {
      const { hostname, ca, ports } = chain();
      const client = new Client(`127.0.0.1:${ports.https}`, credentials.createSsl(Buffer.from(ca)), {
        "grpc.ssl_target_name_override": hostname,
        "grpc.default_authority": hostname,
      });
      const metadata = new Metadata();
      metadata.set("authorization", "pylf_v1_local_grpc");
      try {
        return await new Promise((resolve, reject) =>
          client.makeUnaryRequest(path, bytes, bytes, message, metadata, (error, answer) =>
            error === null ? resolve(answer ?? Buffer.alloc(0)) : reject(error),
          ),
        );
      } finally {
        client.close();
      }
    };

    for (const path of otlpMethods)
      it(`brings ${path} to logfire-ff-ingest, with metadata, and its trailers back`, async () => {
        const before = chain().service("logfire-ff-ingest").exports.length;
        const message = Buffer.from(`message for ${path}`);
        assert.equal((await call(path, message)).length, 0);
        const arrived = chain().service("logfire-ff-ingest").exports.slice(before);
        assert.deepEqual(arrived, [{ path, encoding: undefined, authorization: "pylf_v1_local_grpc", body: message }]);
      });

    it("brings messages of 16 MiB", async () => {
      const message = Buffer.alloc(16 << 20, 7);
      const [path = ""] = otlpMethods;
      await call(path, message);
      assert.ok(chain().service("logfire-ff-ingest").exports.at(-1)?.body.equals(message));
    });

    it("brings a service's own error back as it is", async () => {
      const unknown = `${otlpMethods[0] ?? ""}Nothing`;
      await assert.rejects(call(unknown, Buffer.alloc(0)), ({ code }: ServiceError) => code === status.UNIMPLEMENTED);
    });
  });
}

/** Programs of the people who use Logfire: the SDK, and OpenTelemetry's exporter. */
export function sdkTests(chain: () => Chain): void {
  describeWith("Python programs", findPythonWithSdk, (python) => {
    let proxy: ConnectProxy | undefined;
    let folder = "";

    before(async () => {
      proxy = await startConnectProxy(chain().ports.https);
      folder = mkdtempSync(join(tmpdir(), "logfire-sdk-"));
      writeFileSync(join(folder, "ca.pem"), chain().ca);
    });

    after(async () => {
      await proxy?.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    /** Runs a program with the chain as its Logfire, and hands back what arrived. */
    const exportsOf = async (program: string, environment: Record<string, string>): Promise<readonly Export[]> => {
      const { exports } = chain().service("logfire-ff-ingest");
      const before = exports.length;
      const { PATH = "" } = process.env;
      const url = proxy?.url ?? "";
      const own = { PATH, HOME: folder, HTTPS_PROXY: url, https_proxy: url, ...environment };
      await run(python(), [join(__dirname, program)], { cwd: folder, env: own });
      return exports.slice(before);
    };

    it("with the Logfire SDK: spans, an exception and a metric arrive whole", async function () {
      this.timeout(60_000);
      const ca = join(folder, "ca.pem");
      const url = `https://${chain().hostname}`;
      const exports = await exportsOf("sdk.py", {
        LOGFIRE_TOKEN: "pylf_v1_local_sdk",
        LOGFIRE_BASE_URL: url,
        LOGFIRE_CONSOLE: "false",
        REQUESTS_CA_BUNDLE: ca,
        SSL_CERT_FILE: ca,
      });
      assert.deepEqual([...(proxy?.asked ?? [])], [`${chain().hostname}:443`]);
      assert.ok(exports.length >= 2);
      for (const { authorization } of exports) assert.equal(authorization, "pylf_v1_local_sdk");
      const decoded = await decode(python(), exports);
      checkSpans(spansOf(decoded, "path-test"));
      const metric = namesAndValues(decoded).find(({ name }) => name === "path.exports");
      assert.deepEqual(metric, { name: "path.exports", unit: "1", values: ["7"], attributes: { region: "here" } });
    });

    it("with OpenTelemetry's exporter by gRPC: spans arrive whole", async function () {
      this.timeout(60_000);
      const exports = await exportsOf("grpc_export.py", {
        OTEL_EXPORTER_OTLP_ENDPOINT: `https://${chain().hostname}:443`,
        OTEL_EXPORTER_OTLP_CERTIFICATE: join(folder, "ca.pem"),
        OTEL_EXPORTER_OTLP_HEADERS: "authorization=pylf_v1_local_otel",
        OTEL_EXPORTER_OTLP_TIMEOUT: "10",
      });
      for (const { authorization } of exports) assert.equal(authorization, "pylf_v1_local_otel");
      const spans = spansOf(await decode(python(), exports), "grpc-path-test");
      const [parent, child] = ["parent", "child"].map((name) => single(spans, name));
      assert.equal(child?.parentSpanId, parent?.spanId);
      assert.deepEqual(attributesOf(parent?.attributes), { answer: "42" });
    });
  });
}

function checkSpans(spans: readonly Span[]): void {
  const [outer, middle, inner, failing] = [
    single(spans, "outer {who}"),
    single(spans, "middle"),
    single(spans, "inner {size}"),
    single(spans, "failing"),
  ];
  assert.equal(outer.parentSpanId, undefined);
  assert.equal(middle.parentSpanId, outer.spanId);
  assert.equal(inner.parentSpanId, middle.spanId);
  assert.equal(failing.parentSpanId, outer.spanId);
  assert.equal(new Set(spans.map(({ traceId }) => traceId)).size, 1);
  const { who, count, "logfire.msg": message } = attributesOf(outer.attributes);
  assert.deepEqual({ who, count, message }, { who: "ünïcödé", count: "3", message: "outer ünïcödé" });
  assert.deepEqual(JSON.parse(attributesOf(middle.attributes)["nested"] ?? ""), { list: [1, 2, { deep: true }] });
  assert.equal(attributesOf(inner.attributes)["size"], String(2 ** 40));
  const [exception] = failing.events ?? [];
  assert.equal(exception?.name, "exception");
  const { "exception.type": type, "exception.message": said } = attributesOf(exception?.attributes);
  assert.deepEqual({ type, said }, { type: "ValueError", said: "on purpose" });
  assert.equal(failing.status?.code, "STATUS_CODE_ERROR");
}

interface Attribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}
interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly attributes?: readonly Attribute[];
  readonly events?: readonly { readonly name: string; readonly attributes?: readonly Attribute[] }[];
  readonly status?: { readonly code?: string };
}
interface Metric {
  readonly name: string;
  readonly unit?: string;
  readonly sum?: { readonly dataPoints: readonly { readonly asInt?: string; readonly attributes?: Attribute[] }[] };
}
interface Resourced {
  readonly resource?: { readonly attributes?: readonly Attribute[] };
}
interface Decoded {
  readonly kind: "trace" | "metrics" | "logs";
  readonly message: {
    readonly resourceSpans?: readonly (Resourced & { readonly scopeSpans: readonly { readonly spans: Span[] }[] })[];
    readonly resourceMetrics?: readonly { readonly scopeMetrics: readonly { readonly metrics: Metric[] }[] }[];
  };
}

/** By the protocol's own definition, as Python has it. */
async function decode(python: string, exports: readonly Export[]): Promise<readonly Decoded[]> {
  const child = spawn(python, [join(__dirname, "decode.py")], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = exports.map(({ path, encoding, body }) => {
    const plain = encoding === "gzip" ? gunzipSync(body) : body;
    return JSON.stringify({ path: path.replace("traces", "trace"), body: plain.toString("base64") });
  });
  const ended = once(child, "close") as Promise<[number]>;
  child.stdin.end(lines.map((line) => `${line}\n`).join(""));
  const output = await readText(child.stdout);
  const [code] = await ended;
  assert.equal(code, 0);
  return output
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Decoded);
}

/** Finished spans of a service; Logfire's SDK sends others when they begin. */
const spansOf = (decoded: readonly Decoded[], service: string): readonly Span[] =>
  decoded
    .flatMap(({ message }) => message.resourceSpans ?? [])
    .filter(({ resource }) => attributesOf(resource?.attributes)["service.name"] === service)
    .flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))
    .filter(({ attributes }) => attributesOf(attributes)["logfire.span_type"] !== "pending_span");

const namesAndValues = (decoded: readonly Decoded[]) =>
  decoded
    .flatMap(({ message }) => message.resourceMetrics ?? [])
    .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics))
    .map(({ name, unit, sum }) => ({
      name,
      unit,
      values: sum?.dataPoints.map(({ asInt }) => asInt),
      attributes: attributesOf(sum?.dataPoints[0]?.attributes),
    }));

const attributesOf = (attributes: readonly Attribute[] = []): Readonly<Record<string, string>> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, String(Object.values(value)[0])]));

function single(spans: readonly Span[], name: string): Span {
  const found = spans.filter((span) => span.name === name);
  assert.equal(found.length, 1, `${name} among ${spans.map((span) => span.name).join(", ")}`);
  return found[0] ?? assert.fail();
}
