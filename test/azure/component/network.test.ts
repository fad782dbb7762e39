import assert from "node:assert/strict";
import { valueOf } from "../../support/harness";
import { comesAfter, inputsOf, ofType, one, onlyOf, recordPlatform, usualRecording } from "./support";

const subnet = "network:Subnet";
const rulesOf = (inputs: Record<string, unknown>) =>
  (inputs["securityRules"] as Record<string, unknown>[]).map(
    ({ access, direction, protocol, sourceAddressPrefix, destinationPortRange }) =>
      [access, direction, protocol, sourceAddressPrefix, destinationPortRange].join(" "),
  );

describe("the network on Azure", () => {
  it("has a subnet for nodes, one that is PostgreSQL's, and one for private endpoints", async () => {
    const subnets = ofType(await usualRecording(), subnet).map(inputsOf);
    assert.deepEqual(
      subnets.map(({ subnetName, addressPrefix, delegations }) => [
        subnetName,
        addressPrefix,
        (delegations as { serviceName: string }[] | undefined)?.[0]?.serviceName,
      ]),
      [
        ["logfire-test-nodes", "10.60.0.0/17", undefined],
        ["logfire-test-postgres", "10.60.128.0/18", "Microsoft.DBforPostgreSQL/flexibleServers"],
        ["logfire-test-endpoints", "10.60.192.0/18", undefined],
      ],
    );
  });

  it("makes them one after the other, as Azure demands, and leaves them alone when the network changes", async () => {
    const recording = await usualRecording();
    assert.ok(one(recording, subnet, "platform-subnet-postgres").dependsOn.includes("platform-subnet-nodes"));
    assert.ok(one(recording, subnet, "platform-subnet-endpoints").dependsOn.includes("platform-subnet-postgres"));
    assert.deepEqual(onlyOf(recording, "network:VirtualNetwork").ignoreChanges, ["subnets"]);
  });

  it("goes out by one NAT gateway with an address that stays, and by nothing else", async () => {
    const recording = await usualRecording();
    const nodes = inputsOf(one(recording, subnet, "platform-subnet-nodes"));
    assert.deepEqual(nodes["natGateway"], { id: "platform-nat-id" });
    assert.equal(nodes["defaultOutboundAccess"], false);
    const { sku, publicIPAllocationMethod, zones } = inputsOf(
      one(recording, "network:PublicIPAddress", "platform-nat"),
    );
    assert.deepEqual(sku, { name: "Standard", tier: "Regional" });
    assert.deepEqual([publicIPAllocationMethod, zones], ["Static", ["1", "2", "3"]]);
    assert.deepEqual(inputsOf(onlyOf(recording, "network:NatGateway"))["publicIpAddresses"], [
      { id: "platform-nat-id" },
    ]);
    assert.ok(comesAfter(recording, "platform-scratch").has("platform-subnet-nodes"));
  });

  it("has no tags on zones that Azure DNS does not take", async () => {
    const recording = await recordPlatform({ platform: { tags: { "Cost Center": "7", team: "sre" } } });
    const zones = ["dns:Zone", "privatedns:PrivateZone", "privatedns:VirtualNetworkLink"];
    for (const type of zones)
      for (const zone of ofType(recording, type)) {
        const tags = inputsOf(zone)["tags"] as Record<string, unknown>;
        assert.deepEqual([tags["Cost Center"], tags["team"], tags["managed-by"]], [undefined, "sre", "pulumi"], type);
      }
    const tags = inputsOf(onlyOf(recording, "network:VirtualNetwork"))["tags"] as Record<string, unknown>;
    assert.equal(tags["Cost Center"], "7");
  });

  it("reaches storage without paying for the way", async () => {
    const { serviceEndpoints } = inputsOf(one(await usualRecording(), subnet, "platform-subnet-nodes"));
    assert.deepEqual(serviceEndpoints, [{ service: "Microsoft.Storage" }]);
    const account = comesAfter(await usualRecording(), "platform-objects");
    assert.ok(account.has("platform-subnet-endpoints"), "no subnet is being made while an account names one");
  });

  it("lets nodes alone into database and cache, each on its port", async () => {
    const recording = await usualRecording();
    const group = (name: string) => inputsOf(one(recording, "network:NetworkSecurityGroup", name));
    assert.deepEqual(rulesOf(group("platform-rules-postgres")), [
      "Allow Inbound Tcp 10.60.0.0/17 5432",
      "Allow Inbound * 10.60.128.0/18 *",
      "Deny Inbound * VirtualNetwork *",
    ]);
    assert.deepEqual(rulesOf(group("platform-rules-endpoints")), [
      "Allow Inbound Tcp 10.60.0.0/17 10000",
      "Deny Inbound * VirtualNetwork *",
    ]);
    for (const part of ["postgres", "endpoints"])
      assert.deepEqual(inputsOf(one(recording, subnet, `platform-subnet-${part}`))["networkSecurityGroup"], {
        id: `platform-rules-${part}-id`,
      });
    const { privateEndpointNetworkPolicies } = inputsOf(one(recording, subnet, "platform-subnet-endpoints"));
    assert.equal(privateEndpointNetworkPolicies, "NetworkSecurityGroupEnabled", "rules would not hold otherwise");
  });

  it("tells the edge by which addresses its own pods come", async () => {
    const { result } = await usualRecording();
    const ranges = await Promise.all(result.edge.clusterRanges.map((range) => valueOf(range)));
    assert.deepEqual(ranges, ["10.244.0.0/16", "10.60.0.0/16", "192.0.2.12/32"]);
  });
});

describe("logs of control plane and database", () => {
  it("go to one workspace, which forgets them in time", async () => {
    const recording = await usualRecording();
    const { retentionInDays, workspaceName } = inputsOf(onlyOf(recording, "operationalinsights:Workspace"));
    assert.equal(retentionInDays, 30);
    // Azure would give a deleted one of the same name back, with its logs.
    assert.equal(workspaceName, "logfire-test-logs-0a1b2c3d");
    const sent = ofType(recording, "monitor:DiagnosticSetting").map(inputsOf);
    assert.deepEqual(
      sent
        .map(({ resourceUri, workspaceId, logs }) => [
          resourceUri,
          workspaceId,
          (logs as { category: string; enabled: boolean }[])
            .filter(({ enabled }) => enabled)
            .map((log) => log.category),
        ])
        .sort(),
      [
        ["platform-cluster-id", "platform-logs-id", ["kube-apiserver", "kube-audit-admin", "guard"]],
        ["platform-postgres-id", "platform-logs-id", ["PostgreSQLLogs"]],
      ],
    );
  });
});
