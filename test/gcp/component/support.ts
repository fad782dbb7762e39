import type { MockResourceArgs } from "@pulumi/pulumi/runtime";
import { createGcpProvider, GcpPlatform, type GcpAdoption, type GcpFacts } from "../../../components/platform/gcp";
import { adoptedFacts } from "../../../components/platform/gcp/adopt";
import type { LogfireSettings, SecretValues } from "../../../components/settings/types";
import type { GcpPlatformSettings } from "../../../components/settings/gcp/types";
import { record, type Recording, type RecordOptions } from "../../support/harness";
import { randomOutputs } from "../../support/random";
import { factsOf, settingsOf } from "../settings";

export { comesAfter, inputsOf, keyOf, ofType } from "../../support/recordings";

const project = "mycompany-logfire";

/** What GCP would compute of what the program reads. Ids are made of the logical name. */
export function gcpOutputs(resource: MockResourceArgs): Record<string, unknown> {
  const { type, name } = resource;
  const inputs = resource.inputs as Record<string, unknown>;
  const accountId = String(inputs["accountId"]);
  const computed: Readonly<Record<string, Record<string, unknown>>> = {
    "random:index/randomId:RandomId": { hex: "0a1b2c3d" },
    "gcp:compute/address:Address": { address: `192.0.2.${name.length}`, selfLink: `link-${name}` },
    "gcp:compute/globalAddress:GlobalAddress": { address: inputs["address"] ?? `198.51.100.${name.length}` },
    "gcp:serviceaccount/account:Account": {
      email: `${accountId}@${project}.iam.gserviceaccount.com`,
      name: `projects/${project}/serviceAccounts/${accountId}@${project}.iam.gserviceaccount.com`,
    },
    "gcp:container/cluster:Cluster": {
      masterVersion: "1.35.8-gke.1036000",
      controlPlaneEndpointsConfig: { dnsEndpointConfig: { endpoint: "gke-0a1b.europe-west3.gke.goog" } },
    },
    "gcp:sql/databaseInstance:DatabaseInstance": {
      privateIpAddress: "10.40.32.3",
      serverCaCerts: ["one", "two"].map((which) => ({ cert: `-----BEGIN CERTIFICATE-----\n${which}\n-----END` })),
    },
    "gcp:redis/instance:Instance": { host: "10.40.32.11", authString: "a-token-of-google" },
    "gcp:dns/managedZone:ManagedZone": { nameServers: ["ns-1.test.", "ns-2.test."] },
    "gcp:projects/iAMCustomRole:IAMCustomRole": { name: `projects/${project}/roles/${String(inputs["roleId"])}` },
    "gcp:certificatemanager/dnsAuthorization:DnsAuthorization": {
      dnsResourceRecords: [
        { name: `_acme-challenge.${String(inputs["domain"])}.`, type: "CNAME", data: "proof.authorize.test." },
      ],
    },
  };
  return { ...computed[type], ...randomOutputs(resource) };
}

export interface Given {
  readonly platform?: Partial<GcpPlatformSettings>;
  readonly logfire?: Partial<LogfireSettings>;
  readonly facts?: Partial<GcpFacts>;
  readonly secrets?: SecretValues;
  readonly prefix?: string;
  readonly adopt?: GcpAdoption;
}

/** The platform alone, recorded with mocks: proves what the program asks for, not that GCP accepts it. */
export const recordPlatform = (given: Given = {}, options: RecordOptions = {}): Promise<Recording<GcpPlatform>> =>
  record(
    () => {
      const settings = settingsOf(given);
      const { secrets = {}, prefix, adopt } = given;
      const facts = factsOf({ ...given.facts, ...adoptedFacts(adopt ?? {}, settings.platform) });
      const provider = createGcpProvider("platform", settings.platform);
      const others = { ...(prefix === undefined ? {} : { prefix }), ...(adopt === undefined ? {} : { adopt }) };
      return new GcpPlatform("platform", { settings, secrets, facts, ...others }, { provider });
    },
    { outputs: gcpOutputs, ...options },
  );

let usual: Promise<Recording<GcpPlatform>> | undefined;

/** The platform with everything made, recorded once for all tests that only look at it. */
export const usualRecording = (): Promise<Recording<GcpPlatform>> => (usual ??= recordPlatform());
