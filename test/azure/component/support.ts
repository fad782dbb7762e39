import type { MockCallArgs, MockResourceArgs } from "@pulumi/pulumi/runtime";
import {
  AzurePlatform,
  createAzureProvider,
  lookUpAzure,
  type AzureAdoption,
  type AzureFacts,
} from "../../../components/platform/azure";
import type { LogfireSettings, SecretValues } from "../../../components/settings/types";
import type { AzurePlatformSettings } from "../../../components/settings/azure/types";
import { record, type Recording, type RecordOptions, type Registered } from "../../support/harness";
import { randomOutputs } from "../../support/random";
import { comesAfter as after, inputsOf } from "../../support/recordings";
import { subscriptionId } from "../figures/values";
import { azureSettings, factsOf, settingsOf } from "../settings";

export const group = `/subscriptions/${subscriptionId}/resourceGroups/logfire-test`;

const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** Inputs by which a resource is named, in the order in which they are looked for. */
const ownNames = [
  "roleAssignmentName",
  "federatedIdentityCredentialResourceName",
  "agentPoolName",
  "subnetName",
  "containerName",
  "databaseName",
  "privateZoneName",
  "zoneName",
  "serverName",
  "clusterName",
  "accountName",
  "publicIpAddressName",
  "virtualNetworkName",
  "privateEndpointName",
  "natGatewayName",
  "networkSecurityGroupName",
  "workspaceName",
  "resourceName",
  "resourceGroupName",
];

/** What Azure would compute of what the program reads. */
export function azureOutputs(resource: MockResourceArgs): Record<string, unknown> {
  const { type, name } = resource;
  const inputs = resource.inputs as Record<string, unknown>;
  const computed: Readonly<Record<string, Record<string, unknown>>> = {
    "random:index/randomId:RandomId": { hex: "0a1b2c3d" },
    "azure-native:network:PublicIPAddress": { ipAddress: `192.0.2.${name.length}` },
    "azure-native:managedidentity:UserAssignedIdentity": {
      clientId: `client-${name}`,
      principalId: `principal-${name}`,
    },
    "azure-native:containerservice:ManagedCluster": { oidcIssuerProfile: { issuerURL: "https://oidc.test/id/" } },
    "azure-native:dbforpostgresql:Server": { fullyQualifiedDomainName: "database.postgres.database.azure.com" },
    "azure-native:redisenterprise:RedisEnterprise": { hostName: "cache.swedencentral.redis.azure.net" },
    "azure-native:dns:Zone": { nameServers: ["ns1.test.", "ns2.test."] },
  };
  const named = ownNames.map((key) => text(inputs[key])).find((value) => value !== "");
  return { ...(named === undefined ? {} : { name: named }), ...computed[type], ...randomOutputs(resource) };
}

/** A kubeconfig as Azure hands it out for a cluster without local accounts. */
export const credentials = (server = "https://cluster.test:443", authority = "Y2E=") => ({
  kubeconfigs: [
    {
      name: "clusterUser",
      value: Buffer.from(
        [
          "apiVersion: v1",
          "clusters:",
          "- cluster:",
          `    certificate-authority-data: ${authority}`,
          `    server: ${server}`,
          "  name: logfire-test",
        ].join("\n"),
      ).toString("base64"),
    },
  ],
});

export const accessKey = "a+key/of=";

export function azureCalls({ token }: MockCallArgs): Record<string, unknown> {
  switch (token) {
    case "azure-native:containerservice:listManagedClusterUserCredentials":
      return credentials();
    case "azure-native:redisenterprise:listDatabaseKeys":
      return { primaryKey: accessKey, secondaryKey: "another" };
    default:
      throw new Error(`no answer for the call ${token}`);
  }
}

export interface Given {
  readonly platform?: Partial<AzurePlatformSettings>;
  readonly logfire?: Partial<LogfireSettings>;
  readonly facts?: Partial<AzureFacts>;
  readonly secrets?: SecretValues;
  readonly prefix?: string;
}

/** The platform alone, recorded with mocks: proves what the program asks for, not that Azure accepts it. */
export const recordPlatform = (given: Given = {}, options: RecordOptions = {}): Promise<Recording<AzurePlatform>> =>
  record(
    () => {
      const settings = settingsOf(given);
      const { secrets = {}, prefix } = given;
      const provider = createAzureProvider("platform", settings.platform);
      const args = { settings, secrets, facts: factsOf(given.facts), ...(prefix === undefined ? {} : { prefix }) };
      return new AzurePlatform("platform", args, { provider });
    },
    { outputs: azureOutputs, call: azureCalls, ...options },
  );

let usual: Promise<Recording<AzurePlatform>> | undefined;

/** The platform with everything made, recorded once for all tests that only look at it. */
export const usualRecording = (): Promise<Recording<AzurePlatform>> => (usual ??= recordPlatform());

export const ofType = ({ resources }: Recording<unknown>, type: string): readonly Registered[] =>
  resources.filter((resource) => resource.type === `azure-native:${type}`);

/** The only one of its type. */
export function onlyOf(recording: Recording<unknown>, type: string): Registered {
  const [found, ...others] = ofType(recording, type);
  if (found === undefined || others.length > 0) throw new Error(`not one resource of the type ${type}`);
  return found;
}

/** Of this type and logical name: one name has several types. */
export function one(recording: Recording<unknown>, type: string, name: string): Registered {
  const found = ofType(recording, type).find((resource) => resource.name === name);
  if (found === undefined) throw new Error(`no ${type} "${name}"`);
  return found;
}

/** Everything that these wait for, however far, by name; types are not told apart. */
export const comesAfter = (recording: Recording<unknown>, ...names: readonly string[]): ReadonlySet<string> =>
  new Set(names.flatMap((name) => [...after(recording, name)]));

type Answer = Record<string, unknown> | Error;
export type Answers = Readonly<Record<string, (inputs: Record<string, unknown>) => Answer>>;

export const { caller, tenantId } = factsOf();

/** A subscription in which nothing is yet. */
const empty: Answers = {
  getClientConfig: () => ({ clientId: "client", objectId: caller, subscriptionId, tenantId }),
  getManagedCluster: () =>
    new Error(
      "invocation of azure-native:containerservice:getManagedCluster returned an error: Status=404 " +
        'Code="ResourceGroupNotFound" Message="Resource group \'logfire-test\' could not be found."',
    ),
};

/** Answers by the lookup's own name; the engine would have reported the provider that was asked. */
export const answering = (answers: Answers) => {
  const asked: MockCallArgs[] = [];
  const call = (args: MockCallArgs): Record<string, unknown> => {
    asked.push(args);
    const name = args.token.split(":").at(-1) ?? "";
    const answer = { ...empty, ...answers }[name]?.(args.inputs as Record<string, unknown>);
    if (answer === undefined) throw new Error(`nobody should ask for ${args.token}`);
    // As the engine hands an error of a provider on.
    if (answer instanceof Error) throw Object.assign(answer, { code: 2, details: answer.message });
    return answer;
  };
  return { asked, call };
};

export { inputsOf };

/** What is found in a subscription that answers so; `asked` are the questions. */
export async function look(
  platform: Partial<AzurePlatformSettings>,
  answers: Answers,
  adopt?: AzureAdoption,
): Promise<AzureFacts & { readonly asked: readonly MockCallArgs[] }> {
  const { asked, call } = answering(answers);
  const settings = azureSettings(platform);
  const recording = await record(
    () => {
      const found = lookUpAzure(settings, createAzureProvider("platform", settings), undefined, adopt);
      found.catch(() => undefined);
      return found;
    },
    { outputs: azureOutputs, call },
  );
  return { ...(await recording.result), asked };
}

/** A pool as Azure answers it: what it was told, and what became of it. */
const answered = (profile: Record<string, unknown>, change: Record<string, unknown>) => ({
  ...profile,
  ...change,
  currentOrchestratorVersion: "1.35.8",
  eTag: "1",
  nodeImageVersion: "AKSAzureLinux-202610.01.0",
  provisioningState: "Succeeded",
  powerState: { code: "Running" },
  localDNSProfile: { ...(profile["localDNSProfile"] as Record<string, unknown>), state: "Disabled" },
});

/** What Azure answers for the usual cluster when it is up. `general` and `scratch` differ from what they were told. */
export async function runningCluster(
  changes: Readonly<Partial<Record<"general" | "scratch", Record<string, unknown>>>>,
): Promise<Record<string, unknown>> {
  const recording = await usualRecording();
  const {
    resourceGroupName: _,
    resourceName,
    agentPoolProfiles,
    ...cluster
  } = inputsOf(onlyOf(recording, "containerservice:ManagedCluster"));
  const { agentPoolName, ...scratch } = inputsOf(onlyOf(recording, "containerservice:AgentPool"));
  const [general = {}] = agentPoolProfiles as Record<string, unknown>[];
  return {
    ...cluster,
    name: resourceName,
    currentKubernetesVersion: "1.35.8",
    agentPoolProfiles: [
      answered(general, changes.general ?? {}),
      answered({ ...scratch, name: agentPoolName }, changes.scratch ?? {}),
    ],
  };
}

/** What the platform knows of it, by its own look-up. */
export async function runningFacts(changes: Parameters<typeof runningCluster>[0]): Promise<Partial<AzureFacts>> {
  const answer = await runningCluster(changes);
  const { clusterIsUp, pools, running } = await look({}, { getManagedCluster: () => answer });
  return { clusterIsUp, pools, ...(running === undefined ? {} : { running }) };
}
