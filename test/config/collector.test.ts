import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { collectorConfig, collectorMemory, collectorTokenVariable } from "../../components/logfire/config";
import type { CollectorInput } from "../../components/logfire/config";
import { certificateAuthority, type CertificateAuthority } from "../support/certificates";
import { collect, describeWith, end, tool } from "./programs";
import { ask, freePorts, until, stopAfterEach, type TlsIdentity } from "./standIns";

const input: CollectorInput = {
  namespace: "logfire",
  ingestEndpoint: "http://logfire-ff-ingest:8012",
  memoryMib: 1024,
};
const environment = { [collectorTokenVariable]: "canary-token" };

interface Pipeline {
  readonly receivers: readonly string[];
  readonly processors: readonly string[];
  readonly exporters: readonly string[];
}
interface Configuration {
  readonly processors: Record<string, unknown>;
  readonly service: { readonly pipelines: Record<string, Pipeline> };
}
const read = (text: string) => parse(text) as Configuration;

/** A cluster is needed to find the pods that send; everything else stays. */
const withoutCluster = (text: string): string =>
  stringify(
    parse(text, (key, value: unknown) => {
      if (key === "k8s_attributes") return undefined;
      return key === "processors" && Array.isArray(value) ? value.filter((name) => name !== "k8s_attributes") : value;
    }),
    { aliasDuplicateObjects: false },
  );

describeWith(
  "the collector's configuration",
  () => Promise.resolve(tool("otelcol")),
  (program) => {
    let folder: string;
    before(() => void (folder = mkdtempSync(join(tmpdir(), "logfire-otelcol-"))));
    after(() => {
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    });

    const keep = stopAfterEach();
    const file = (text: string): string => {
      const name = join(folder, `${Math.random()}.yaml`);
      writeFileSync(name, text);
      return name;
    };
    const validate = (text: string) => {
      const run = spawnSync(program(), ["validate", `--config=${file(text)}`], { env: environment, encoding: "utf8" });
      return { valid: run.status === 0, output: run.stdout + run.stderr };
    };

    it("is accepted by the collector", () => {
      const { valid, output } = validate(collectorConfig(input));
      assert.ok(valid, output);
    });

    it("would be refused with a misspelt processor, setting or pipeline", () => {
      for (const [from, to, complaint] of [
        [/k8s_attributes/g, "k8s_atributes", /unknown type.*k8s_atributes/s],
        [/spike_limit_mib/g, "spike_limit", /invalid keys.*spike_limit/s],
        [/- batch/g, "- batches", /batches/],
      ] as const) {
        const { valid, output } = validate(collectorConfig(input).replaceAll(from, to));
        assert.equal(valid, false);
        assert.match(output, complaint);
      }
    });

    it("has the memory limiter first in every pipeline, and below the container's memory", () => {
      for (const memoryMib of [128, 512, 1024, 4096]) {
        const { processors, service } = read(collectorConfig({ ...input, memoryMib }));
        assert.deepEqual(Object.keys(service.pipelines), ["traces", "metrics", "logs"]);
        for (const pipeline of Object.values(service.pipelines)) assert.equal(pipeline.processors[0], "memory_limiter");
        const { limit_mib: limit, spike_limit_mib: spike } = processors["memory_limiter"] as Record<string, number>;
        assert.ok(limit !== undefined && limit <= memoryMib * 0.8 && limit >= memoryMib * 0.75);
        assert.ok(spike !== undefined && spike < limit / 2);
        assert.equal(collectorMemory(memoryMib).hard, limit);
      }
    });

    it("holds no token", () => {
      assert.doesNotMatch(collectorConfig(input), /Bearer (?!\$\{env:LOGFIRE_META_WRITE_TOKEN\})/);
    });

    /** With `tls`, the intake speaks HTTPS, and the collector knows the authority. */
    const run = async (memoryMib: number, tls?: { readonly intake: TlsIdentity; readonly authorities: string }) => {
      const received: { url?: string; authorization?: string; body: Buffer }[] = [];
      const take: RequestListener = (request, response) => {
        const chunks: Buffer[] = [];
        request.on("data", (chunk: Buffer) => chunks.push(chunk));
        request.on("end", () => {
          const { url, headers } = request;
          received.push({ url, authorization: headers.authorization, body: Buffer.concat(chunks) });
          response.writeHead(200, { "content-type": "application/x-protobuf" }).end();
        });
      };
      const ingest = tls === undefined ? createServer(take) : createTlsServer(tls.intake, take);
      ingest.listen(0, "127.0.0.1");
      await once(ingest, "listening");
      // After it, or it might be given one of these.
      const [grpc = 0, http = 0, health = 0] = await freePorts(3);
      const text = collectorConfig({
        ...input,
        memoryMib,
        ingestEndpoint: `${tls === undefined ? "http" : "https"}://localhost:${(ingest.address() as AddressInfo).port}`,
        ...(tls === undefined ? {} : { authorities: tls.authorities }),
        listen: { address: "127.0.0.1", grpc, http, health },
      });
      const child = spawn(program(), [`--config=${file(withoutCluster(text))}`], {
        env: environment,
        stdio: ["ignore", "pipe", "pipe"],
      });
      const log = collect(child);
      const send = (signal: string, body: unknown) =>
        ask({
          port: http,
          path: `/v1/${signal}`,
          method: "POST",
          headers: { "content-type": "application/json" },
          body: [Buffer.from(JSON.stringify(body))],
        });
      const stop = async () => {
        await end(child);
        ingest.close();
      };
      try {
        await until("the collector to be healthy", () => {
          if (child.exitCode !== null) throw new Error(`the collector ended with ${child.exitCode}:\n${log()}`);
          return ask({ port: health, path: "/" }).then(
            ({ status }) => status === 200,
            () => false,
          );
        });
      } catch (error) {
        await stop();
        throw error;
      }
      return { received, send, log, stop };
    };

    const now = `${Date.now()}000000`;
    const resource = { attributes: [{ key: "service.name", value: { stringValue: "canary-service" } }] };
    const span = {
      traceId: "5b8efff798038103d269b633813fc60c",
      spanId: "eee19b7ec3c1b174",
      name: "canary-span",
      startTimeUnixNano: now,
      endTimeUnixNano: now,
    };
    const signals = {
      traces: { resourceSpans: [{ resource, scopeSpans: [{ spans: [span] }] }] },
      logs: {
        resourceLogs: [
          { resource, scopeLogs: [{ logRecords: [{ timeUnixNano: now, body: { stringValue: "canary" } }] }] },
        ],
      },
      metrics: {
        resourceMetrics: [
          {
            resource,
            scopeMetrics: [
              { metrics: [{ name: "canary", gauge: { dataPoints: [{ timeUnixNano: now, asInt: "1" }] } }] },
            ],
          },
        ],
      },
    };

    it("answers its health check and sends every signal to the intake with the token", async function () {
      // Without k8s_attributes, which needs a cluster: that it is accepted is proved above, what it adds is not.
      this.timeout(30_000);
      const collector = keep(await run(1024));
      for (const [signal, body] of Object.entries(signals))
        assert.equal((await collector.send(signal, body)).status, 200);
      await until("three signals at the intake", () => collector.received.length >= 3);
      assert.deepEqual(collector.received.map(({ url }) => url).sort(), ["/v1/logs", "/v1/metrics", "/v1/traces"]);
      for (const { authorization } of collector.received) assert.equal(authorization, "Bearer canary-token");
      assert.doesNotMatch(collector.log(), /canary-token/);
    });

    it("sends by HTTPS to an intake that proves its name, and to no other", async function () {
      this.timeout(30_000);
      const [known, foreign] = [await certificateAuthority(), await certificateAuthority()];
      const authorities = join(folder, "ca.crt");
      writeFileSync(authorities, known.certificate);
      const intake = async (authority: CertificateAuthority, name: string) => {
        const { chain, privateKey } = await authority.issue({ hostnames: [name] });
        return { cert: chain, key: privateKey };
      };
      const collector = keep(await run(1024, { authorities, intake: await intake(known, "localhost") }));
      await collector.send("traces", signals.traces);
      await until("the span at the intake", () => collector.received.length === 1);
      for (const [authority, name] of [
        [foreign, "localhost"],
        [known, "someone-else.test"],
      ] as const) {
        const refusing = keep(await run(1024, { authorities, intake: await intake(authority, name) }));
        await refusing.send("traces", signals.traces);
        await until("the complaint", () => /x509|certificate/.test(refusing.log()));
        assert.equal(refusing.received.length, 0);
      }
    });

    it("refuses data, and lives, when memory is short", async function () {
      this.timeout(30_000);
      const collector = keep(await run(8));
      await until("data to be refused", async () => (await collector.send("traces", signals.traces)).status === 503);
      assert.match(collector.log(), /refusing data/i);
    });
  },
);

const withPrometheus = () => {
  const found = tool("otelcol");
  if ("missing" in found) return found;
  const { stdout } = spawnSync(found.found, ["components"], { encoding: "utf8" });
  return stdout.includes("name: prometheus") ? found : { missing: "this otelcol has no prometheus exporter" };
};

describeWith(
  "the collector's configuration with Prometheus",
  () => Promise.resolve(withPrometheus()),
  (program) => {
    it("is accepted by the collector, for metrics only", () => {
      const text = collectorConfig({ ...input, prometheusPort: 9090 });
      const folder = mkdtempSync(join(tmpdir(), "logfire-otelcol-"));
      writeFileSync(join(folder, "config.yaml"), text);
      const run = spawnSync(program(), ["validate", `--config=${join(folder, "config.yaml")}`], {
        env: environment,
        encoding: "utf8",
      });
      rmSync(folder, { recursive: true });
      assert.equal(run.status, 0, run.stdout + run.stderr);
      const { traces, metrics, logs } = read(text).service.pipelines;
      assert.deepEqual(
        [traces, metrics, logs].map((pipeline) => pipeline?.exporters.includes("prometheus")),
        [false, true, false],
      );
    });
  },
);
