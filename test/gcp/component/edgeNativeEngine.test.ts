import assert from "node:assert/strict";
import type { UpdateResult } from "../../../sandbox";
import { list, record, text, type Entity, type Values } from "../../../sandbox/providers/cloud/model";
import { leftIn } from "../../../sandbox/providers/cloud/operations";
import type { EdgeSettings } from "../../../components/settings/types";
import { startGcpRig, type GcpRig } from "../../sandbox/gcpSupport";
import { edgeSettings } from "../../support/logfireSettings";
import { program } from "../nativeProgram";
import type { Changes } from "../program";

const native = { mode: "native", proxiesInFront: 0, certificate: { source: "none" } } as const;

const with_ = (edge: Partial<EdgeSettings>): Changes => ({
  platform: {
    nodes: {
      general: { type: "n2d-standard-4", localSsds: 0, minNodes: 3, maxNodes: 8 },
      scratch: { type: "n2-highmem-4", localSsds: 1, minNodes: 3, maxNodes: 16 },
    },
  },
  logfire: {
    ...{ preset: "tiny", disposable: true },
    edge: edgeSettings({ certManager: { controller: "existing", namespace: "cert-manager" }, ...edge }),
  },
});

/**
 * Platform and Logfire with the native edge on the real engine, with a simulated project that checks what is known of
 * Google's rules and a real control plane with simulated nodes. Does not prove that Google accepts an input, that its load
 * balancer reaches a pod, or that Certificate Manager sees a record. Steps of one stack's life, in this order.
 */
describe("the native edge of GCP on a real engine", function () {
  this.timeout(600_000);
  let rig: GcpRig;
  const deploy = (edge: Partial<EdgeSettings>) =>
    rig.sandbox.engine.deploy({ stack: "native", program: () => program(with_(edge)) });
  const inProject = (token: string): readonly Entity[] => rig.account.entities().filter((each) => each.token === token);
  const inCluster = async (...what: readonly string[]): Promise<Values> =>
    JSON.parse(await rig.sandbox.controlPlane.kubectl(["get", ...what, "-n", "logfire", "-o", "json"])) as Values;
  const edgeOf = ({ outputs }: UpdateResult) => record(outputs["edge"]?.value);

  before(async () => {
    rig = await startGcpRig({ speed: 1000, project: "mycompany-logfire" });
  });
  after(async () => {
    await rig?.down();
  });

  it("comes up from nothing in one run with its certificate and its records, and a second run has nothing to do", async () => {
    const first = await deploy(native);
    const edge = edgeOf(first);
    const [address] = inProject("compute/globalAddress:GlobalAddress").filter(
      ({ outs }) => outs.purpose !== "VPC_PEERING",
    );
    assert.deepEqual([edge["addresses"], edge["pending"]], [[address?.outs.address], []]);
    assert.equal(first.outputs["url"]?.value, "https://logfire.acme.dev");
    const [entry, ...more] = inProject("dns/recordSet:RecordSet").filter(({ outs }) => outs.type === "A");
    assert.deepEqual([list(entry?.outs.rrdatas), more], [[address?.outs.address], []]);
    const second = await deploy(native);
    assert.deepEqual(Object.keys(second.changes), ["same"]);
  });

  it("names in the cluster what is in the project", async () => {
    const gateway = await inCluster("gateway", "logfire-edge-public");
    const annotations = record(record(gateway.metadata)["annotations"]);
    const [map] = inProject("certificatemanager/certificateMap:CertificateMap");
    assert.equal(annotations["networking.gke.io/certmap"], map?.outs.name);
    const [address] = list(record(gateway.spec)["addresses"]).map(record);
    const known = inProject("compute/globalAddress:GlobalAddress").map(({ outs }) => outs.name);
    assert.ok(known.includes(address?.["value"]), text(address?.["value"]));
    const policy = record(record((await inCluster("gcpgatewaypolicy", "logfire-edge-public")).spec)["default"]);
    assert.deepEqual(
      inProject("compute/sSLPolicy:SSLPolicy").map(({ outs }) => outs.name),
      [policy["sslPolicy"]],
    );
  });

  it("moves inside the network, with an address and certificates of the region", async () => {
    await deploy({ ...native, exposure: "internal" });
    assert.deepEqual(
      inProject("compute/address:Address").map(({ outs }) => [outs.addressType, outs.purpose]),
      [["INTERNAL", "SHARED_LOADBALANCER_VIP"]],
    );
    assert.deepEqual(
      inProject("certificatemanager/certificate:Certificate").map(({ outs }) => outs.location),
      ["europe-west3"],
    );
    assert.deepEqual(inProject("certificatemanager/certificateMap:CertificateMap"), []);
    assert.equal(record((await inCluster("gateway", "logfire-edge-internal")).spec)["gatewayClassName"], "gke-l7-rilb");
  });

  it("goes, and leaves only what Google does not let go", async () => {
    await rig.sandbox.engine.destroy({ stack: "native", removeStack: true });
    assert.deepEqual(leftIn(rig.account.entities()), []);
  });
});
