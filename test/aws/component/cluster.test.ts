import assert from "node:assert/strict";
import { autoscalerImage, autoscalerManifests } from "../../../components/platform/aws/manifests/autoscaler";
import { edgeSettings } from "../../support/logfireSettings";
import { logfireOnAws } from "../settings";
import { comesAfter, inputsOf, ofType, recordPlatform, usualRecording } from "./support";

const addonsOf = async (given: Parameters<typeof recordPlatform>[0] = {}) =>
  ofType(await recordPlatform(given), "aws:eks/addon:Addon").map((addon) => String(inputsOf(addon)["addonName"]));

describe("add-ons of the cluster", () => {
  it("come in the order in which each can work: those of nodes before the first node, the others after", async () => {
    const recording = await usualRecording();
    for (const name of ["vpc-cni", "kube-proxy", "eks-pod-identity-agent"])
      assert.ok(!comesAfter(recording, `platform-${name}`).has("platform-general-0"), name);
    for (const name of ["coredns", "aws-ebs-csi-driver", "metrics-server"])
      assert.ok(comesAfter(recording, `platform-${name}`).has("platform-general-0"), name);
    assert.ok(comesAfter(recording, "platform-cert-manager").has("platform-cert-manager-zone"));
  });

  it("have the version that EKS recommends for the cluster's", async () => {
    const recording = await usualRecording();
    const of = (name: string) =>
      ofType(recording, "aws:eks/addon:Addon").find((addon) => addon.name === name) ?? assert.fail(name);
    assert.equal(inputsOf(of("platform-vpc-cni"))["addonVersion"], "v1.20.4-eksbuild.1");
  });

  it("enforce network policies, and tag the volumes that they make", async () => {
    const recording = await usualRecording();
    const configuration = (name: string): unknown => {
      const addon = ofType(recording, "aws:eks/addon:Addon").find((one) => one.name === name) ?? assert.fail(name);
      return JSON.parse(String(inputsOf(addon)["configurationValues"]));
    };
    assert.deepEqual(configuration("platform-vpc-cni"), { enableNetworkPolicy: "true" });
    const { controller } = configuration("platform-aws-ebs-csi-driver") as {
      controller: { extraVolumeTags: Record<string, string> };
    };
    assert.equal(controller.extraVolumeTags["logfire.dev/stack"], "test");
  });

  it("bring cert-manager only where a certificate is asked for, and no chart brings it", async () => {
    const edge = logfireOnAws().edge;
    assert.ok((await addonsOf()).includes("cert-manager"));
    const given = edgeSettings({ ...edge, certificate: { source: "given" } });
    assert.ok(!(await addonsOf({ logfire: { edge: given } })).includes("cert-manager"));
    const chart = edgeSettings({ ...edge, certManager: { controller: "install", namespace: "cert-manager" } });
    assert.ok(!(await addonsOf({ logfire: { edge: chart } })).includes("cert-manager"));
    const inside = { certificates: "certManager", secretPrefix: "logfire" } as const;
    assert.ok((await addonsOf({ logfire: { edge: given, inClusterTls: inside } })).includes("cert-manager"));
  });
});

describe("cluster-autoscaler", () => {
  it("is of the cluster's minor version, from the owner's mirror where there is one", () => {
    assert.equal(autoscalerImage("1.35", {}), "registry.k8s.io/autoscaling/cluster-autoscaler:v1.35.1");
    assert.equal(autoscalerImage("1.40", {}), "registry.k8s.io/autoscaling/cluster-autoscaler:v1.40.0");
    const registry = "mirror.acme.dev/logfire/";
    assert.equal(
      autoscalerImage("1.34", { registry }),
      "mirror.acme.dev/logfire/autoscaling/cluster-autoscaler:v1.34.4",
    );
  });

  it("finds this cluster's groups, and may remove nodes whose pods have only scratch", () => {
    const manifests = autoscalerManifests({
      clusterName: "logfire-prod",
      region: "eu-central-1",
      image: "image",
      pullPolicy: "IfNotPresent",
      annotations: {},
    });
    const deployment = manifests.find(({ kind }) => kind === "Deployment") as unknown as {
      spec: { template: { spec: { containers: { args: string[] }[]; priorityClassName: string } } };
    };
    const { containers, priorityClassName } = deployment.spec.template.spec;
    assert.equal(priorityClassName, "system-cluster-critical");
    const args = containers[0]?.args ?? [];
    assert.ok(args.includes("--skip-nodes-with-local-storage=false"));
    assert.ok(args.includes("--balance-similar-node-groups"));
    assert.ok(args.some((argument) => argument.endsWith("k8s.io/cluster-autoscaler/logfire-prod")));
  });

  it("may look at the whole cluster, and change nothing of it but nodes and evictions", () => {
    const manifests = autoscalerManifests({
      clusterName: "c",
      region: "r",
      image: "i",
      pullPolicy: "IfNotPresent",
      annotations: {},
    });
    const role = manifests.find(({ kind }) => kind === "ClusterRole") as unknown as {
      rules: { resources: string[]; verbs: string[]; resourceNames?: string[] }[];
    };
    const changes = role.rules.filter(({ verbs }) => verbs.some((verb) => !["get", "list", "watch"].includes(verb)));
    assert.deepEqual(
      changes.flatMap(({ resources, verbs }) => resources.map((resource) => `${resource}: ${verbs.join(" ")}`)),
      [
        "events: create patch",
        "pods/eviction: create",
        "pods/status: update",
        "nodes: get list watch update patch",
        "leases: create",
        "leases: get update",
      ],
    );
    assert.ok(role.rules.every(({ verbs, resources }) => !verbs.includes("*") && !resources.includes("*")));
    assert.ok(!role.rules.some(({ resources }) => resources.includes("secrets")));
  });

  it("starts only when it has its role", async () => {
    const recording = await usualRecording();
    const after = comesAfter(recording, "platform-deployment-cluster-autoscaler");
    assert.ok(after.has("platform-cluster-autoscaler") && after.has("platform-service-account-cluster-autoscaler"));
  });
});
