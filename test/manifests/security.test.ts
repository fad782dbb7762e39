import assert from "node:assert/strict";
import { workloadImages } from "../../components/logfire/catalogue";
import { imageReference, imageUser } from "../../components/logfire/catalogue/images";
import { imageNames, presetNames, secretNames } from "../../components/logfire/catalogue/names";
import { secretRefs } from "../../components/logfire/catalogue/secretRefs";
import { egress, featuresOf, renderLogfire } from "../../components/logfire/manifests";
import { everything, local, ofKind, withSettings, workloadOf, workloadsOf } from "./objects";

/** The rules of the Pod Security level `restricted`, as far as they touch what is rendered. The API server has the last word. */
describe("pods", () => {
  for (const preset of presetNames)
    it(`of ${preset} keep the restricted level`, () => {
      for (const input of [everything(), local()])
        for (const { name, pod, container } of workloadsOf(withSettings(input, { preset }))) {
          assert.equal(pod.securityContext["runAsNonRoot"], true, name);
          assert.ok(Number(pod.securityContext["runAsUser"]) > 0, name);
          assert.deepEqual(pod.securityContext["seccompProfile"], { type: "RuntimeDefault" }, name);
          assert.equal(container.securityContext["allowPrivilegeEscalation"], false, name);
          assert.deepEqual(container.securityContext["capabilities"], { drop: ["ALL"] }, name);
          for (const volume of pod.volumes) {
            const [kind] = Object.keys(volume).filter((key) => key !== "name");
            assert.ok(
              kind !== undefined && ["emptyDir", "configMap", "ephemeral", "secret"].includes(kind),
              `${name}: ${kind}`,
            );
          }
        }
    });

  it("may start as root at the baseline level, and the namespace says so", () => {
    const input = withSettings(everything(), { podSecurity: "baseline" });
    const { pod, container } = workloadOf(input, "logfire-backend");
    assert.equal(pod.securityContext["runAsNonRoot"], undefined);
    assert.equal(container.securityContext["capabilities"], undefined);
    assert.equal(container.securityContext["allowPrivilegeEscalation"], false);
    const [namespace] = ofKind(renderLogfire(input), "Namespace");
    for (const mode of ["enforce", "audit", "warn"])
      assert.equal(namespace?.metadata.labels?.[`pod-security.kubernetes.io/${mode}`], "baseline");
  });

  it("may write to their volumes as the user they run as", () => {
    for (const { name, pod, container } of workloadsOf(everything())) {
      const writable = container.volumeMounts.filter((mount) => {
        const volume = pod.volumes.find(({ name: candidate }) => candidate === mount.name);
        return volume?.configMap === undefined && volume?.secret === undefined;
      });
      assert.equal(
        pod.securityContext["fsGroup"],
        writable.length > 0 ? pod.securityContext["runAsUser"] : undefined,
        name,
      );
    }
  });

  it("have a token only where they use the Kubernetes API, and rights only where there is a token", () => {
    const input = everything();
    const withToken = workloadsOf(input).filter(({ pod }) => pod.automountServiceAccountToken);
    assert.deepEqual(
      withToken.map(({ name }) => name),
      ["logfire-otel-collector", "logfire-ff-query-api", "logfire-ff-query-worker"],
    );
    const objects = renderLogfire(input);
    const accounts = ofKind<{ metadata: { name: string }; automountServiceAccountToken: boolean }>(
      objects,
      "ServiceAccount",
    );
    assert.ok(accounts.every((account) => account.automountServiceAccountToken === false));
    const bound = ofKind<{ subjects: { name: string }[] }>(objects, "RoleBinding").flatMap(({ subjects }) => subjects);
    const used = new Set(withToken.map(({ pod }) => pod.serviceAccountName));
    assert.deepEqual(new Set(bound.map(({ name }) => name)), used);
    for (const { pod } of workloadsOf(input))
      assert.ok(accounts.some(({ metadata }) => metadata.name === pod.serviceAccountName));
  });

  it("have the cloud's identity where they use the bucket or a model, and nowhere else", () => {
    const input = everything();
    const identity = {
      serviceAccountAnnotations: { role: "r" },
      podLabels: { "identity/use": "true" },
      destinations: [{ port: 988, to: { cidrs: ["169.254.169.252/32"] } }],
    };
    const asking = egress(input.settings, { ...input.platform, identity })
      .filter(({ because, to }) => because === "cloudIdentity" && to.port === 988)
      .map(({ from }) => from);
    for (const { name, pod, labels } of workloadsOf({ ...input, platform: { ...input.platform, identity } })) {
      const uses = /logfire-(ff-(?!proxy)|backend$|worker$|ai-gateway)/.test(name);
      assert.equal(pod.serviceAccountName === "logfire", uses, name);
      assert.equal(labels["identity/use"], uses ? "true" : undefined, name);
      assert.equal(
        asking.some((from) => from === name),
        uses,
        `${name} reaches the credentials`,
      );
    }
  });
});

describe("images", () => {
  it("all have a tag that is not `latest`, and run as a user that is not root", () => {
    for (const name of imageNames) {
      assert.match(
        imageReference(name, { version: "4ae3e48d", overrides: {} }),
        /^[^/]+\.[^/]+\/.+:(?!latest$)[\w.-]+$/,
      );
      assert.ok(imageUser(name) > 0);
    }
  });

  it("of the workloads are listed, for a mirror, exactly as the pods name them", () => {
    for (const input of [everything(), local()]) {
      const listed = workloadImages(featuresOf(input)).map((name) => imageReference(name, input.settings.images));
      const pulled = new Set(workloadsOf(input).map(({ container }) => container.image));
      assert.deepEqual(listed.sort(), [...pulled].sort());
    }
  });

  it("come from the mirror, and by the owner's repository, tag or digest where given", () => {
    const at = (override: object) =>
      imageReference("haproxy", {
        version: "v1",
        registry: "mirror.example.com/hub/",
        overrides: { haproxy: override },
      });
    assert.equal(at({}), "mirror.example.com/hub/library/haproxy:3.2");
    assert.equal(at({ tag: "3.2.1" }), "mirror.example.com/hub/library/haproxy:3.2.1");
    assert.equal(at({ tag: "3.2.1", digest: "sha256:abc" }), "mirror.example.com/hub/library/haproxy@sha256:abc");
    assert.equal(at({ repository: "own.example.com/haproxy" }), "own.example.com/haproxy:3.2");
  });

  it("are pulled with the owner's Secrets and the one that is made", () => {
    const { images } = everything().settings;
    const credentials = { server: "registry.example.com", username: "u" };
    const made = withSettings(everything(), { images: { ...images, pullSecrets: ["own"], credentials } });
    const { pod, rendered } = workloadOf(made, "logfire-dex");
    assert.deepEqual(pod.imagePullSecrets, [{ name: "own" }, { name: "logfire-image-key" }]);
    assert.ok(rendered.reads.secrets.includes("logfire-image-key"));
  });
});

describe("secrets", () => {
  it("are read by reference only", () => {
    const sensitive =
      /(_SECRET|PASSWORD|_TOKEN|API_KEY|_DSN|DATABASE_URL|ENCRYPTION_KEY|RECOVERY_CODES|_KEY_B64|ACCESS_KEY_ID)$/;
    for (const input of [everything(), local()])
      for (const { name, container } of workloadsOf(input))
        for (const variable of container.env.filter((candidate) => sensitive.test(candidate.name)))
          assert.ok(
            variable.valueFrom?.secretKeyRef !== undefined ||
              variable.value === "" ||
              variable.name === "POSTHOG_API_KEY",
            `${name}: ${variable.name}=${variable.value}`,
          );
  });

  it("stand in no ConfigMap", () => {
    for (const input of [everything(), local()])
      for (const { metadata, data } of ofKind(renderLogfire(input), "ConfigMap"))
        assert.doesNotMatch(JSON.stringify(data), /rediss?:|postgres(ql)?:\/\//, metadata.name);
  });

  it("each have a place, and one that the owner names wins", () => {
    const places = secretRefs({ existingSecrets: { jwtSecret: { name: "vault", key: "jwt" } } });
    assert.deepEqual(Object.keys(places).sort(), [...secretNames].sort());
    assert.deepEqual(places.jwtSecret, { secret: "vault", key: "jwt" });
    const all = Object.values(places).map(({ secret, key }) => `${secret}/${key}`);
    assert.equal(new Set(all).size, all.length);
  });
});
