import assert from "node:assert/strict";
import { ConfigMap } from "@pulumi/kubernetes/core/v1";
import { renderLogfire } from "../../components/logfire/manifests";
import { registerObjects } from "../../components/logfire/objects";
import { LogfireSecrets } from "../../components/logfire/secrets/secrets";
import { record } from "../support/harness";
import { randomOutputs } from "../support/random";
import { everything, everythingInClear } from "./objects";

const register = (input = everything()) =>
  record(
    () => {
      const { settings, platform } = input;
      const { objectStore, postgres } = platform;
      const secrets = new LogfireSecrets("logfire-secrets", {
        settings,
        values: { "connectors.github.clientID": "id", "connectors.github.clientSecret": "secret" },
        platform: {
          objectStore: { ...objectStore, secretEnvironment: {} },
          postgres: { ...postgres, adminPassword: "p" },
          redis: { dsn: "redis://redis.example.com:6379", inCluster: false, destinations: [] },
        },
      });
      const common = { migrations: [], ready: [], certManager: [new ConfigMap("cert-manager")], disposable: true };
      registerObjects("logfire", { ...common, objects: renderLogfire(input), secrets, readyTimeoutSeconds: 600 }, {});
    },
    { outputs: randomOutputs },
  );

interface Inputs {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
}

/** Against mocks: the order in which the engine is told to make things, not what it makes of it. */
describe("certificates of services", () => {
  it("are asked for after cert-manager is there, and waited for", async () => {
    const { resources } = await register();
    const certificates = resources.filter(({ type }) => type === "kubernetes:cert-manager.io/v1:Certificate");
    assert.equal(certificates.length, 17);
    for (const { name, inputs, timeouts, dependsOn } of certificates) {
      assert.ok(dependsOn.includes("cert-manager"), name);
      const { annotations } = (inputs as Inputs).metadata;
      assert.equal(annotations?.["pulumi.com/waitFor"], "condition=Ready", name);
      assert.deepEqual(timeouts, { create: 600, update: 600 });
    }
    const issuers = resources.filter(({ type }) => type === "kubernetes:cert-manager.io/v1:Issuer");
    assert.equal(issuers.length, 2);
    for (const { inputs, dependsOn } of issuers) {
      assert.equal((inputs as Inputs).metadata.annotations?.["pulumi.com/waitFor"], undefined);
      assert.ok(dependsOn.includes("cert-manager"));
    }
  });

  it("are there before the pods that read them, and no pod waits for another's", async () => {
    const { named } = await register();
    const waitsFor = (kind: string, name: string) =>
      named(`logfire-${kind}-${name}`).dependsOn.filter((dependency) => dependency.includes("-certificate-"));
    assert.deepEqual(waitsFor("deployment", "logfire-worker"), ["logfire-certificate-logfire-incluster-ca"]);
    assert.deepEqual(waitsFor("stateful-set", "logfire-ff-ingest").sort(), [
      "logfire-certificate-logfire-ff-ingest-incluster-tls",
      "logfire-certificate-logfire-incluster-ca",
    ]);
    assert.deepEqual(waitsFor("deployment", "logfire-ff-proxy-cache-byte").sort(), [
      "logfire-certificate-logfire-ff-cache-byte-incluster-tls",
      "logfire-certificate-logfire-incluster-ca",
    ]);
  });

  it("are not there without HTTPS between services, and nothing waits for cert-manager then", async () => {
    const { resources } = await register(everythingInClear());
    assert.deepEqual(
      resources
        .filter(({ type, dependsOn }) => type.includes("cert-manager.io") || dependsOn.includes("cert-manager"))
        .map(({ name }) => name),
      [],
    );
  });
});
