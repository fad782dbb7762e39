import assert from "node:assert/strict";
import { roles } from "../../../components/platform/azure/figures/roles";
import { logfireOnAzure } from "../settings";
import { inputsOf, ofType, recordPlatform, usualRecording } from "./support";

const assignment = "authorization:RoleAssignment";
const nameOf = Object.fromEntries(Object.entries(roles).map(([name, id]) => [id, name]));

describe("identities on Azure", () => {
  it("trust one ServiceAccount each, of this cluster", async () => {
    const trusts = ofType(await usualRecording(), "managedidentity:FederatedIdentityCredential").map(inputsOf);
    assert.deepEqual(
      trusts.map(({ subject, issuer, audiences }) => [subject, issuer, audiences]).sort(),
      [["system:serviceaccount:cert-manager:cert-manager"], ["system:serviceaccount:logfire:logfire"]].map(
        ([subject]) => [subject, "https://oidc.test/id/", ["api://AzureADTokenExchange"]],
      ),
    );
  });

  /** Whoever may do anything at all here, and on what. The smallest built-in role that each needs. */
  it("have the smallest role that there is, on the one thing that they need it for", async () => {
    const granted = ofType(await usualRecording(), assignment).map((each) => {
      const { principalId, roleDefinitionId } = inputsOf(each);
      return [each.name, String(principalId), nameOf[String(roleDefinitionId).split("/").at(-1) ?? ""]];
    });
    assert.deepEqual(granted.sort(), [
      [
        ...["platform-administrator-aaaaaaaa-1111-2222-3333-444444444444", "aaaaaaaa-1111-2222-3333-444444444444"],
        "clusterAdmin",
      ],
      ["platform-cert-manager-zone", "principal-platform-cert-manager", "dnsZoneContributor"],
      ["platform-cluster-address", "principal-platform-cluster", "networkContributor"],
      ["platform-cluster-group", "principal-platform-cluster", "reader"],
      ["platform-cluster-subnet", "principal-platform-cluster", "networkContributor"],
      ["platform-maker", "cccccccc-1111-2222-3333-444444444444", "clusterAdmin"],
      ["platform-workloads-container", "principal-platform-workloads", "blobDataContributor"],
    ]);
    const all = ofType(await usualRecording(), assignment).map(inputsOf);
    assert.ok(
      all.every(({ scope }) => !/^\/subscriptions\/[^/]+$/.test(String(scope))),
      "the whole subscription",
    );
    const broad = all.filter(({ scope }) => /resourceGroups\/[^/]+$/.test(String(scope)));
    assert.deepEqual(
      broad.map(({ roleDefinitionId }) => nameOf[String(roleDefinitionId).split("/").at(-1) ?? ""]).sort(),
      ["clusterAdmin", "reader"],
    );
  });

  it("are said to be services, because Azure looks one of this minute up in vain", async () => {
    const all = ofType(await usualRecording(), assignment).map(inputsOf);
    const made = all.filter(({ principalId }) => String(principalId).startsWith("principal-"));
    assert.equal(made.length, 5);
    assert.ok(made.every(({ principalType }) => principalType === "ServicePrincipal"));
  });

  it("are made for cert-manager only where it proves hostnames by records", async () => {
    const edge = logfireOnAzure().edge;
    const { certificate } = edge;
    assert.ok(certificate.source === "acme");
    for (const given of [{ source: "given" } as const, { ...certificate, http01: true }]) {
      const recording = await recordPlatform({ logfire: { edge: { ...edge, certificate: given } } });
      assert.ok(!recording.resources.some(({ name }) => name.startsWith("platform-cert-manager")));
      const { dns01, certManagerIdentity } = recording.result.edge;
      assert.equal(dns01, undefined);
      assert.deepEqual(certManagerIdentity, { serviceAccountAnnotations: {}, podLabels: {} });
    }
  });
});
