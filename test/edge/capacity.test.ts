import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { certManagerParts, controllerPods, proxyPods, type EdgeShape } from "../../components/logfire/edge/capacity";
import { toMib, toMillis } from "../../components/lib/quantities";
import { describeWith } from "../config/programs";
import { findCharts } from "./chartFolders";

interface Requests {
  readonly requests?: { readonly cpu?: string; readonly memory?: string };
}

const shape = (change: Partial<EdgeShape["edge"]> = {}): EdgeShape => ({
  preset: "standard",
  edge: {
    mode: "gateway",
    gateway: { controller: "install", implementation: "envoyGateway" },
    certificate: { source: "acme" },
    certManager: { controller: "install" },
    ...change,
  },
});

describeWith(
  "room for the edge's controllers",
  () => Promise.resolve(findCharts()),
  (charts) => {
    const folder = mkdtempSync(join(tmpdir(), "logfire-capacity-"));
    after(() => rmSync(folder, { recursive: true, force: true }));
    const values = (chart: string) =>
      parse(readFileSync(join(chart, "values.yaml"), "utf8")) as Record<string, unknown>;
    const [envoyGateway, certManager] = controllerPods(shape());

    it("is what Envoy Gateway's own chart asks for", () => {
      const { deployment } = values(charts()(folder).envoyGateway) as {
        deployment: { envoyGateway: { resources: Requests } };
      };
      const { cpu = "0", memory = "0Mi" } = deployment.envoyGateway.resources.requests ?? {};
      assert.deepEqual([envoyGateway?.cpuMillis, envoyGateway?.memoryMib], [toMillis(cpu), toMib(memory)]);
    }).timeout(600_000);

    it("is what cert-manager's own chart asks for", () => {
      const all = values(charts()(folder).certManager) as { resources: Requests } & Record<
        string,
        { resources: Requests }
      >;
      const parts = certManagerParts.map((part) => (part === "controller" ? all : all[part])?.resources);
      assert.deepEqual(parts, [{}, {}, {}]);
      assert.deepEqual([certManager?.cpuMillis, certManager?.memoryMib], [0, 0]);
    }).timeout(600_000);
  },
);

describe("what runs at the edge", () => {
  it("is nothing of this stack's where the owner's routing layer is in front", () => {
    const none = shape({ mode: "none", certificate: { source: "none" } });
    assert.deepEqual([...controllerPods(none), ...proxyPods(none)], []);
  });

  it("is Envoy without its controller where that is there already, and no cert-manager for an issuer of the owner's", () => {
    const { gateway } = shape().edge;
    const there = shape({ gateway: { ...gateway, controller: "existing" }, certificate: { source: "issuer" } });
    assert.deepEqual(controllerPods(there), []);
    assert.deepEqual(
      proxyPods(there).map(({ name, pods }) => [name, pods]),
      [["Envoy", [2, 6]]],
    );
    assert.deepEqual(proxyPods(shape({ gateway: { ...gateway, attachTo: {} } })), []);
  });
});
