import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Namespace } from "@pulumi/kubernetes/core/v1/namespace";
import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import { edgeCharts, edgeImages } from "../../components/logfire/edge/charts";
import { Edge } from "../../components/logfire/edge/edge";
import { renderEdge } from "../../components/logfire/edge/objects";
import { createContext } from "../../components/logfire/manifests";
import type { EdgeSettings } from "../../components/settings/types";
import { computedPlatform } from "../component/programs";
import { describeWith } from "../config/programs";
import { startRig, stackName, Steps, type KubeObject, type Rig } from "../engine/support";
import { certificateAuthority } from "../support/certificates";
import { findCharts, type ChartFolders } from "./chartFolders";
import { acme, inputOf, ownGateway } from "./renderings";

/** A pod as far as its chart's values show in it. */
interface Pod extends KubeObject {
  readonly spec: {
    readonly nodeSelector?: Record<string, string>;
    readonly containers: readonly { readonly image: string }[];
  };
}

/** On the sandbox's nodes, which are labelled. */
const placement = { nodeSelector: { "logfire.dev/pool": "general" }, tolerations: [] };

/**
 * The projects' own charts, installed by the real engine into a cluster that has never heard of Gateway API. No pod
 * runs: hooks succeed without doing anything, and cert-manager's webhook cannot answer, so its configuration is taken
 * away before the first issuer. The tests build on each other in this order.
 */
describeWith(
  "the controllers' charts",
  () => Promise.resolve(findCharts()),
  (charts) => {
    let rig: Rig;
    let folder: string;
    let stopStatus: () => Promise<void>;
    let values: Readonly<Record<string, string>>;

    before(async function () {
      this.timeout(3_600_000);
      folder = mkdtempSync(join(tmpdir(), "logfire-charts-"));
      const authority = await certificateAuthority();
      const { chain, privateKey } = await authority.issue({ hostnames: ["logfire.example.org"] });
      values = { tlsCertificate: chain, tlsPrivateKey: privateKey };
      rig = await startRig({ presets: ["tiny"] });
      // As on a new cluster: the sandbox has them from the start.
      await rig.kubectl("delete", "crds", "--all", "--wait");
      stopStatus = playController(rig);
    });
    after(async () => {
      await stopStatus?.();
      await rig?.down();
      rmSync(folder, { recursive: true, force: true });
    });

    const folders = (): ChartFolders => charts()(folder);

    const settingsOf = (certificate: EdgeSettings["certificate"]) => {
      const { envoyGateway, certManager } = folders();
      const input = inputOf({
        settings: { inClusterTls: { certificates: "certManager", secretPrefix: "logfire" } },
        edge: {
          certificate,
          gateway: { ...ownGateway, chart: envoyGateway },
          certManager: { controller: "install", namespace: "cert-manager", chart: certManager },
        },
      });
      return { ...input, platform: { ...input.platform, placement } };
    };

    /** The edge alone: nothing of it needs the workloads. */
    const program = (certificate: EdgeSettings["certificate"]) => () => {
      const input = settingsOf(certificate);
      const { settings } = input;
      const kubeconfig = pulumi.secret(readFileSync(rig.sandbox.controlPlane.kubeconfig, "utf8"));
      const provider = new Provider("cluster", {
        kubeconfig,
        enableServerSideApply: true,
        clusterIdentifier: "sandbox",
      });
      const namespace = new Namespace("logfire", { metadata: { name: "logfire" } }, { provider });
      const platform = computedPlatform({ provider, ready: [] }, (name) => name);
      const args = {
        settings,
        platform,
        objects: renderEdge(createContext(input)),
        charts: edgeCharts(input),
        values,
        namespace,
      };
      const { outputs } = new Edge("edge", args, { providers: { kubernetes: provider } });
      return Promise.resolve({ ...outputs });
    };

    const given = { source: "given" } as const;

    it("can be previewed in a cluster that has none of their definitions", async function () {
      this.timeout(300_000);
      assert.equal((await rig.kubectl("get", "crds", "-o", "name")).trim(), "");
      const { changes } = await rig.sandbox.engine.preview({ stack: stackName, program: program(given) });
      assert.deepEqual(Object.keys(changes), ["create"]);
    });

    it("are installed before what needs them, on the nodes and from the images that were meant", async function () {
      this.timeout(300_000);
      const { outputs, warnings } = await rig.sandbox.engine.deploy({ stack: stackName, program: program(given) });
      assert.deepEqual(warnings, []);
      assert.match(JSON.stringify(outputs["addresses"]?.value), /^\["203\.0\.113\.\d+"\]$/);
      const pods = await podsOf("envoy-gateway-system", "cert-manager");
      // Without those of Helm's hooks, which are there for a while.
      const lasting = pods.filter(({ metadata }) => metadata.labels?.["batch.kubernetes.io/job-name"] === undefined);
      assert.deepEqual(lasting.map(({ metadata }) => metadata.name.replace(/-[0-9a-f]+-\w+$/, "")).sort(), [
        "cert-manager",
        "cert-manager-cainjector",
        "cert-manager-webhook",
        "envoy-gateway",
      ]);
      const listed = edgeImages(settingsOf(given));
      for (const { metadata, spec } of pods) {
        assert.equal(spec.nodeSelector?.["logfire.dev/pool"], "general", metadata.name);
        for (const { image } of spec.containers) assert.ok(listed.includes(image), `${image} is not among the images`);
      }
    });

    it("stay as they are when the certificate comes by ACME instead, which nothing waits for", async function () {
      this.timeout(300_000);
      const ours = "app.kubernetes.io/instance=cert-manager";
      await rig.kubectl("delete", "validatingwebhookconfigurations,mutatingwebhookconfigurations", "-l", ours);
      const steps = new Steps();
      const { outputs } = await rig.sandbox.engine.deploy({
        stack: stackName,
        program: program(acme),
        onEvent: steps.onEvent,
      });
      assert.deepEqual(steps.with("update", "replace", "create-replacement"), []);
      assert.deepEqual(
        steps.with("create").map((urn) => urn.split("::").at(-1)),
        ["edge-certificate-logfire-frontend-cert", "edge-cluster-issuer-logfire-acme"],
      );
      assert.match(JSON.stringify(outputs["pending"]?.value), /The certificate is not there yet/);
    });

    it("go with the stack, but for the definitions", async function () {
      this.timeout(300_000);
      await rig.sandbox.engine.destroy({ stack: stackName });
      const kept = await rig.kubectl("get", "crds", "-o", "name");
      for (const name of [
        "gateways.gateway.networking",
        "envoyproxies.gateway.envoyproxy",
        "certificates.cert-manager",
      ])
        assert.ok(kept.includes(name), name);
      const namespaces = await rig.kubectl("get", "namespaces", "-o", "name");
      assert.doesNotMatch(namespaces, /envoy-gateway-system|cert-manager|logfire/);
    });

    async function podsOf(...namespaces: readonly string[]): Promise<readonly Pod[]> {
      const lists = await Promise.all(
        namespaces.map(async (namespace) => {
          const text = await rig.kubectl("get", "pods", "-n", namespace, "-o", "json");
          return (JSON.parse(text) as { items: Pod[] }).items;
        }),
      );
      return lists.flat();
    }
  },
);

/**
 * Programs the Gateway, as the controller would. The sandbox does so by itself, but it has lost sight of the definitions
 * that were taken away.
 */
function playController(rig: Rig): () => Promise<void> {
  let open = true;
  const time = new Date().toISOString();
  const condition = { type: "Programmed", status: "True", reason: "Programmed", message: "", lastTransitionTime: time };
  const status = {
    addresses: [{ type: "IPAddress", value: "203.0.113.9" }],
    conditions: [{ ...condition, observedGeneration: 1 }],
  };
  const patch = ["--subresource=status", "--type=merge", "-p", JSON.stringify({ status })];
  const work = (async () => {
    for (; open; await new Promise((resolve) => setTimeout(resolve, 1000)))
      await rig.kubectl("patch", "gateway", "logfire-gateway", "-n", "logfire", ...patch).catch(() => undefined);
  })();
  return async () => {
    open = false;
    await work;
  };
}
