import assert from "node:assert/strict";
import { quotas } from "../../components/platform/gcp/figures/quotas";
import { text, type Values } from "../../sandbox/providers/cloud/model";
import { placeOf } from "../../sandbox/providers/cloud/simulation";
import { groupOf, leavingGroupOf } from "../../sandbox/providers/gcp/cluster/nodes";
import { usualOptions } from "../../sandbox/providers/gcp/kind";
import { gcp as simulation } from "../../sandbox/providers/gcp/simulation";
import {
  clusterInputs,
  makeCluster,
  makeNetwork,
  poolInputs,
  project,
  projectNumber,
  region,
  testAccount,
  type TestAccount,
} from "./gcpAccount";

const gkeAgent = `service-${projectNumber}@container-engine-robot.iam.gserviceaccount.com`;

/** What the simulated project has against clusters and nodes, and against what they need: keys, grants, certificates. */
describe("clusters of the simulated gcp project", () => {
  let gcp: TestAccount;
  beforeEach(() => (gcp = testAccount()));
  afterEach(() => gcp.remove());

  it("deletes no key ring and no key, and encrypts only with a key of the region that may be used", async () => {
    const ring = await gcp.create("kms/keyRing:KeyRing", { name: "ring", location: region });
    const key = await gcp.create("kms/cryptoKey:CryptoKey", { name: "secrets", keyRing: ring.id });
    const { network, subnet } = await makeNetwork(gcp);
    const databaseEncryption = { state: "ENCRYPTED", keyName: key.id };
    const cluster = () =>
      gcp.create("container/cluster:Cluster", clusterInputs(network, subnet, { databaseEncryption }));
    await assert.rejects(cluster(), /cloudkms\.cryptoKeyVersions\.useToEncrypt denied/);
    const role = "roles/cloudkms.cryptoKeyEncrypterDecrypter";
    const grant = (email: string) =>
      gcp.create("kms/cryptoKeyIAMMember:CryptoKeyIAMMember", {
        ...{ cryptoKeyId: key.id, role, member: `serviceAccount:${email}` },
      });
    const sqlAgent = `service-${projectNumber}@gcp-sa-cloud-sql.iam.gserviceaccount.com`;
    await assert.rejects(grant(sqlAgent), /Service account .*gcp-sa-cloud-sql.* does not exist/);
    await gcp.create("projects/serviceIdentity:ServiceIdentity", { service: "sqladmin.googleapis.com" });
    await grant(sqlAgent);
    await grant(gkeAgent);
    await cluster();
    const elsewhere = { name: "logfire-test", location: "EUROPE-WEST4", encryption: { defaultKmsKeyName: key.id } };
    await assert.rejects(
      gcp.create("storage/bucket:Bucket", elsewhere),
      /is in location europe-west1, and what it is to encrypt in europe-west4/,
    );
    await gcp.delete("kms/cryptoKey:CryptoKey", key.id);
    await gcp.delete("kms/keyRing:KeyRing", ring.id);
    await assert.rejects(gcp.create("kms/keyRing:KeyRing", { name: "ring", location: region }), /Error 409/);
  });

  it("grants nothing to who is not there, and to pods only when a cluster has made their pool", async () => {
    const account = await gcp.create("serviceaccount/account:Account", { accountId: "workloads" });
    const toPods = () =>
      gcp.create("serviceaccount/iAMMember:IAMMember", {
        ...{ serviceAccountId: account.name, role: "roles/iam.workloadIdentityUser" },
        member: `serviceAccount:${project}.svc.id.goog[logfire/logfire]`,
      });
    await assert.rejects(toPods(), /Identity Pool does not exist \(logfire-rehearsal\.svc\.id\.goog\)/);
    const member = `serviceAccount:nobody@${project}.iam.gserviceaccount.com`;
    await assert.rejects(
      gcp.create("projects/iAMMember:IAMMember", { project, role: "roles/viewer", member }),
      /Service account nobody@.* does not exist/,
    );
    await makeCluster(gcp);
    await toPods();
    // Granted twice it is one grant.
    await toPods();
  });

  it("gives nobody the id of a custom role again that was deleted", async () => {
    const role = { roleId: "records", title: "Records", permissions: ["dns.changes.create"] };
    const { id } = await gcp.create("projects/iAMCustomRole:IAMCustomRole", role);
    await gcp.delete("projects/iAMCustomRole:IAMCustomRole", id);
    await assert.rejects(gcp.create("projects/iAMCustomRole:IAMCustomRole", role), /in a deleted state/);
  });

  it("wants for a cluster a subnet of its region with its ranges, a version of its channel and room for first nodes", async () => {
    const { network, subnet } = await makeNetwork(gcp);
    const cluster = (inputs: Values) =>
      gcp.create("container/cluster:Cluster", clusterInputs(network, subnet, { name: "other", ...inputs }));
    await assert.rejects(
      cluster({ ipAllocationPolicy: { clusterSecondaryRangeName: "podz", servicesSecondaryRangeName: "services" } }),
      /Pod secondary range "podz" does not exist in network "main", subnetwork "nodes"/,
    );
    await assert.rejects(cluster({ location: "europe-west4" }), /is not in region europe-west4/);
    await assert.rejects(cluster({ minMasterVersion: "1.34" }), /Master version must be one of "REGULAR" channel/);
    await assert.rejects(
      cluster({ workloadIdentityConfig: { workloadPool: "other.svc.id.goog" } }),
      /only supported workload pool is 'logfire-rehearsal\.svc\.id\.goog'/,
    );
    const small = testAccount({ quotas: { ...usualOptions.quotas, [quotas.ssd.code]: 200 } });
    const there = await makeNetwork(small);
    await assert.rejects(
      small.create("container/cluster:Cluster", clusterInputs(there.network, there.subnet)),
      /resource "SSD_TOTAL_GB": request requires '300\.0' and is short '100\.0'\. project has a quota of '200\.0'/,
    );
    small.remove();
  });

  it("updates a cluster by one minor version, never back, and deletes none that is protected", async () => {
    const { network, subnet, cluster } = await makeCluster(gcp, {
      releaseChannel: { channel: "EXTENDED" },
      minMasterVersion: "1.33",
    });
    const to = (minMasterVersion: string, inputs: Values = {}) =>
      gcp.update(
        "container/cluster:Cluster",
        cluster.id,
        clusterInputs(network, subnet, { releaseChannel: { channel: "EXTENDED" }, minMasterVersion, ...inputs }),
      );
    await assert.rejects(to("1.35"), /cannot upgrade the master from 1\.33\.\S+ by more than one minor version/);
    assert.match(text((await to("1.34")).masterVersion), /^1\.34\./);
    // A least version that the cluster is past already changes nothing.
    assert.match(text((await to("1.33", { deletionProtection: true })).masterVersion), /^1\.34\./);
    await assert.rejects(gcp.delete("container/cluster:Cluster", cluster.id), /deletion_protection is set to true/);
  });

  it("lets nodes join only of types and disks that go together, within limits, ranges and versions", async () => {
    const { network, subnet, cluster } = await makeCluster(gcp);
    const pool = (nodeConfig: Values = {}, inputs: Values = {}) =>
      gcp.create("container/nodePool:NodePool", poolInputs(cluster.id, nodeConfig, inputs));
    const scratch = (machineType: string, localSsdCount: number, diskType = "pd-balanced") =>
      pool({ machineType, diskType, ephemeralStorageLocalSsdConfig: { localSsdCount } });
    await assert.rejects(
      scratch("n2-highmem-8", 3),
      /Number of local SSDs 3 is not supported for machine type n2-highmem-8/,
    );
    await assert.rejects(scratch("c4-highmem-8-lssd", 1), /pd-balanced disk type cannot be used by c4-highmem-8-lssd/);
    await assert.rejects(
      pool({ serviceAccount: `nobody@${project}.iam.gserviceaccount.com` }),
      /does not exist, badRequest/,
    );
    await assert.rejects(
      pool({}, { management: { autoUpgrade: false } }),
      /Auto_upgrade cannot be false when release_channel REGULAR/,
    );
    await assert.rejects(
      pool({}, { version: "1.36.2-gke.1214000" }),
      /must not have a greater minor version than master version/,
    );
    await assert.rejects(pool({}, { nodeLocations: ["europe-west4-a"] }), /Location "europe-west4-a" does not exist/);
    const many = { autoscaling: { totalMinNodeCount: 90, totalMaxNodeCount: 90 } };
    await assert.rejects(pool({}, many), /resource "CPUS_ALL_REGIONS": request requires '720\.0'/);
    const crowded = { ...many, autoscaling: { totalMinNodeCount: 1021, totalMaxNodeCount: 1021 } };
    await assert.rejects(pool({}, crowded), /IP_SPACE_EXHAUSTED/);
    await gcp.update("compute/subnetwork:Subnetwork", subnet, {
      ...{ name: "nodes", network, region, ipCidrRange: "10.40.0.0/22", privateIpGoogleAccess: false },
      secondaryIpRanges: [
        { rangeName: "pods", ipCidrRange: "10.48.0.0/14" },
        { rangeName: "services", ipCidrRange: "10.44.0.0/20" },
      ],
    });
    await gcp.delete("compute/routerNat:RouterNat", `${project}/${region}/main/main`);
    await assert.rejects(pool(), /only 0 nodes out of 3 have registered/);
  });

  it("lets pods of a pool that is deleted keep their disruption budgets only where the pool is told to", async () => {
    const { cluster } = await makeCluster(gcp);
    const view = placeOf(simulation, gcp.account, { project, region }).view();
    /** What an eviction may take, against that of nodes that are exchanged. */
    const patience = (inputs: Values) => {
      const outs = poolInputs(cluster.id, {}, { version: "1.35.8-gke.1036000", ...inputs });
      return leavingGroupOf(outs, view).drain.seconds / groupOf(outs, view).drain.seconds;
    };
    const told = (respectPdbDuringNodePoolDeletion: boolean) => ({
      nodeDrainConfigs: [{ respectPdbDuringNodePoolDeletion }],
    });
    assert.equal(patience(told(true)), 1);
    for (const inputs of [{}, { nodeDrainConfigs: [] }, told(false)]) assert.ok(patience(inputs) < 0.1);
  });

  it("puts a certificate into a map only when its domains are proved by its own authorizations", async () => {
    const proof = await gcp.create("certificatemanager/dnsAuthorization:DnsAuthorization", {
      name: "proof",
      domain: "logfire.example.com",
    });
    const [record_] = proof.dnsResourceRecords as readonly Values[];
    assert.match(text(record_?.data), /\.authorize\.certificatemanager\.goog\.$/);
    const certificate = (domains: readonly string[]) =>
      gcp.create("certificatemanager/certificate:Certificate", {
        name: "main",
        managed: { domains, dnsAuthorizations: [proof.id] },
      });
    await assert.rejects(
      certificate(["other.example.com"]),
      /Domain other\.example\.com has no matching DNS authorization/,
    );
    const made = await certificate(["logfire.example.com", "*.logfire.example.com"]);
    const map = await gcp.create("certificatemanager/certificateMap:CertificateMap", { name: "map" });
    await gcp.create("certificatemanager/certificateMapEntry:CertificateMapEntry", {
      ...{ name: "entry", map: map.name, certificates: [made.id], hostname: "logfire.example.com" },
    });
    await assert.rejects(gcp.delete("certificatemanager/certificate:Certificate", made.id), /failedPrecondition/);
    await assert.rejects(
      gcp.delete("certificatemanager/dnsAuthorization:DnsAuthorization", proof.id),
      /failedPrecondition/,
    );
  });
});
