import assert from "node:assert/strict";
import fc from "fast-check";
import { catalogue, selectWorkloads, startTiers } from "../../components/logfire/catalogue";
import { workloadNames, type WorkloadName } from "../../components/logfire/catalogue/names";
import { createContext, renderLogfire } from "../../components/logfire/manifests";
import { renderInput, renderingNames } from "../parity/renderings";
import { acceptedSettings } from "../sizing/arbitrary";
import {
  everything,
  local,
  ofKind,
  withPlatform,
  withSettings,
  workloadObjects,
  workloadOf,
  workloadsOf,
  type ProbeObject,
} from "./objects";

describe("rendered workloads", () => {
  it("are those that are asked for", () => {
    const names = (input: ReturnType<typeof everything>) => workloadsOf(input).map(({ name }) => name);
    assert.deepEqual(
      names(everything()),
      workloadNames.filter((name) => name !== "logfire-redis"),
    );
    const off: readonly string[] = ["logfire-ff-query-worker", "logfire-remote-mcp", "logfire-ai-gateway"];
    assert.deepEqual(
      names(local()),
      workloadNames.filter((name) => !off.includes(name)),
    );
  });

  it("have probes and Services on ports that they open", () => {
    for (const input of [everything(), local()])
      for (const { name, container } of workloadsOf(input)) {
        const open = container.ports.map((port) => port.name);
        const asked = ({ httpGet, tcpSocket }: ProbeObject) => httpGet?.port ?? tcpSocket?.port ?? "none";
        for (const probe of [container.startupProbe, container.livenessProbe, container.readinessProbe])
          assert.ok(open.includes(asked(probe)), `${name}: ${JSON.stringify(probe)}`);
        const { services } = catalogue[name as WorkloadName];
        for (const port of services.flatMap(({ ports }) => Object.keys(ports))) assert.ok(open.includes(port), name);
      }
  });

  it("end later than their drain and their longest request together", () => {
    const context = createContext(everything());
    for (const { name, pod, container } of workloadsOf(everything())) {
      const longest = catalogue[name as WorkloadName].longestRequestSeconds;
      const seconds = typeof longest === "function" ? longest(context) : longest;
      assert.ok(pod.terminationGracePeriodSeconds > (container.lifecycle?.preStop.sleep.seconds ?? 0) + seconds, name);
    }
    const patient = withSettings(everything(), {
      oauth: { ...everything().settings.oauth, gatewayTimeoutSeconds: 1800 },
    });
    for (const name of ["logfire-ai-gateway", "logfire-service"])
      assert.ok(workloadOf(patient, name).pod.terminationGracePeriodSeconds > 1800);
  });

  it("use a variable in another one only after it was defined", () => {
    for (const { name, container } of workloadsOf(everything())) {
      const defined = new Set<string>();
      for (const variable of container.env) {
        for (const [, used] of (variable.value ?? "").matchAll(/\$\(([A-Z_]+)\)/g))
          assert.ok(used !== undefined && defined.has(used), `${name}: ${variable.name} uses ${used}`);
        assert.ok(!defined.has(variable.name), `${name} defines ${variable.name} twice`);
        defined.add(variable.name);
      }
    }
  });

  it("name the ConfigMaps and Secrets that they read, and the ConfigMaps are there", () => {
    for (const input of [everything(), local()]) {
      const objects = renderLogfire(input);
      const configMaps = ofKind(objects, "ConfigMap").map(({ metadata }) => metadata.name);
      for (const { rendered, container, pod } of workloadObjects(objects)) {
        const read = container.env.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef?.name ?? []);
        const files = pod.volumes.flatMap(({ secret }) => secret?.secretName ?? []);
        assert.deepEqual(rendered.reads.secrets, [...new Set([...read, ...files])].sort());
        const mounted = pod.volumes.flatMap(({ configMap }) => configMap?.name ?? []);
        const asEnvironment = (container.envFrom ?? []).map(({ configMapRef }) => configMapRef.name);
        assert.deepEqual(Object.keys(rendered.reads.config).sort(), [...mounted, ...asEnvironment].sort());
        for (const name of Object.keys(rendered.reads.config)) assert.ok(configMaps.includes(name), name);
      }
      const readBySome = new Set(objects.flatMap(({ reads }) => Object.keys(reads.config)));
      assert.deepEqual(
        configMaps.filter((name) => !readBySome.has(name)),
        [],
      );
    }
  });

  it("leave nothing undefined, which every tool takes otherwise", () => {
    const holes = (value: unknown, at: string): string[] =>
      value === undefined
        ? [at]
        : typeof value === "object" && value !== null
          ? Object.entries(value).flatMap(([key, inner]) => holes(inner, `${at}.${key}`))
          : [];
    for (const input of renderingNames.map(renderInput))
      for (const { manifest } of renderLogfire(input)) assert.deepEqual(holes(manifest, manifest.metadata.name), []);
  });

  it("wait for migrations exactly where they use the database", () => {
    for (const { rendered, container } of workloadsOf(everything())) {
      const database = container.env.some(({ valueFrom }) => /postgres/.test(valueFrom?.secretKeyRef?.name ?? ""));
      assert.equal(rendered.waitsForMigrations, database, rendered.manifest.metadata.name);
    }
  });

  it("run on nodes of their pool, with the owner's selector merged over it", () => {
    const input = withPlatform(everything(), {
      scratch: {
        kind: "emptyDir",
        nodeSelector: { disk: "nvme" },
        tolerations: [{ key: "scratch", operator: "Exists" }],
      },
    });
    const workloads = { "logfire-backend": { nodeSelector: { arch: "arm64" } } };
    const placed = withSettings(input, { workloads });
    assert.deepEqual(workloadOf(placed, "logfire-ff-query-api").pod.nodeSelector, { disk: "nvme" });
    assert.deepEqual(workloadOf(placed, "logfire-ff-query-api").pod.tolerations, [
      { key: "scratch", operator: "Exists" },
    ]);
    assert.deepEqual(workloadOf(placed, "logfire-backend").pod.nodeSelector, { pool: "general", arch: "arm64" });
  });

  it("get their scratch as a limited emptyDir that is requested, or from a StorageClass", () => {
    const onNode = workloadOf(everything(), "logfire-ff-query-api");
    assert.equal(onNode.pod.volumes.find(({ name }) => name === "scratch-data")?.emptyDir?.sizeLimit, "6Gi");
    assert.equal(onNode.container.resources.requests["ephemeral-storage"], "7Gi");
    const scratch = { kind: "storageClass", storageClass: "local-nvme", nodeSelector: {}, tolerations: [] } as const;
    const claimed = workloadOf(withPlatform(everything(), { scratch }), "logfire-ff-query-api");
    const volume = claimed.pod.volumes.find(({ name }) => name === "scratch-data");
    assert.equal(volume?.ephemeral?.volumeClaimTemplate.spec["storageClassName"], "local-nvme");
    assert.equal(claimed.container.resources.requests["ephemeral-storage"], "1Gi");
  });

  it("let the cluster-autoscaler remove their node, whatever local files they have", () => {
    const key = "cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes";
    for (const { name: workload, pod, annotations } of workloadsOf(everything())) {
      const local = pod.volumes.flatMap(({ name, emptyDir }) => (emptyDir === undefined ? [] : [name]));
      assert.equal(annotations[key] ?? "", local.join(","), workload);
    }
  });

  it("take the owner's variables last, and labels and annotations beside their own", () => {
    const workloads = {
      "logfire-worker": {
        extraEnv: { LOGFIRE_REGION: "eu", TOKEN: { secret: "mine", key: "token" } },
        podLabels: { team: "a", "app.kubernetes.io/component": "other" },
        podAnnotations: { note: "b" },
      },
    };
    const { container, labels, annotations, rendered } = workloadOf(
      withSettings(everything(), { workloads }),
      "logfire-worker",
    );
    const value = (name: string) => container.env.find((variable) => variable.name === name);
    assert.equal(value("LOGFIRE_REGION")?.value, "eu");
    assert.deepEqual(value("TOKEN")?.valueFrom?.secretKeyRef, { name: "mine", key: "token" });
    assert.ok(rendered.reads.secrets.includes("mine"));
    assert.equal(labels["team"], "a");
    assert.equal(labels["app.kubernetes.io/component"], "logfire-worker");
    assert.equal(annotations["note"], "b");
  });

  it("roll when a configuration changes that they read, and only then", () => {
    const other = withSettings(everything(), { hostnames: ["other.example.com"] });
    const hash = (input: ReturnType<typeof everything>, name: string) =>
      workloadOf(input, name).annotations["checksum/config"];
    assert.notEqual(hash(everything(), "logfire-service"), hash(other, "logfire-service"));
    assert.equal(hash(everything(), "logfire-ff-crud-api"), hash(other, "logfire-ff-crud-api"));
  });

  it("roll when the certificates of the database change, where they connect to it", () => {
    const annotations = (caBundle: string) =>
      workloadsOf(withPlatform(everything(), { postgres: { ...everything().platform.postgres, caBundle } })).map(
        ({ name, annotations }) => [name, annotations["checksum/config"]] as const,
      );
    const before = new Map(annotations("old"));
    const rolled = annotations("new").flatMap(([name, hash]) => (before.get(name) === hash ? [] : [name]));
    const connected = workloadNames.filter((name) =>
      catalogue[name].needs.some((need) => need.startsWith("postgres:")),
    );
    assert.deepEqual(rolled.sort(), connected.sort());
  });

  it("keep what a queue holds unless the stack may be thrown away", () => {
    const policy = (disposable: boolean) =>
      workloadOf(withSettings(everything(), { disposable }), "logfire-ff-ingest").spec[
        "persistentVolumeClaimRetentionPolicy"
      ];
    assert.deepEqual(policy(false), { whenScaled: "Retain", whenDeleted: "Retain" });
    assert.deepEqual(policy(true), { whenScaled: "Retain", whenDeleted: "Delete" });
  });
});

describe("scaling and budgets", () => {
  it("never leave a count to two masters, nor a drain without a pod to move, under any override", () =>
    fc.assert(
      fc.property(acceptedSettings, ({ preset, features, workloads }) => {
        const objects = renderLogfire(withSettings(everything(), { preset, features, workloads }));
        const scaled = ofKind(objects, "HorizontalPodAutoscaler");
        for (const { name, spec } of workloadObjects(objects)) {
          const scaler = scaled.find(({ metadata }) => metadata.name === name);
          assert.equal(spec.replicas === undefined, scaler !== undefined, name);
        }
        for (const { spec } of scaled) {
          assert.ok((spec["minReplicas"] as number) <= (spec["maxReplicas"] as number));
          assert.ok((spec["metrics"] as unknown[]).length > 0);
        }
        const budgets = ofKind(objects, "PodDisruptionBudget");
        assert.equal(budgets.length, workloadObjects(objects).length);
        for (const { spec } of budgets) {
          // With n pods, n - (n - 1) = 1 may always go.
          assert.equal(spec["maxUnavailable"], 1);
          assert.equal(spec["minAvailable"], undefined);
        }
      }),
      { numRuns: 60 },
    ));
});

describe("the start order", () => {
  it("starts every workload once, after those that it calls", () => {
    const features = { queryWorker: true, remoteMcp: true, aiGateway: true, redisInCluster: true };
    const tiers = startTiers(features);
    assert.deepEqual(tiers.flat().sort(), [...workloadNames].sort());
    const tier = (name: string) => tiers.findIndex((names) => names.some((other) => other === name));
    for (const { name, calls } of selectWorkloads(features))
      for (const called of Object.keys(calls))
        if (called !== "logfire-otel-collector" && name !== "logfire-otel-collector")
          assert.ok(tier(called) < tier(name), `${name} calls ${called}`);
    assert.equal(tier("logfire-service"), tiers.length - 1);
  });
});
