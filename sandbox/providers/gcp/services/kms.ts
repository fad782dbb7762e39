import { CloudError, isUnknown, record, text, type Entity } from "../../cloud/model";
import { matches, oneOf } from "../../cloud/rules";
import type { GcpView, Kinds, ResourceKind } from "../kind";
import { regions } from "../regions";

const resourceId = {
  ...{ property: "name", max: 63 },
  pattern: /^[a-zA-Z0-9_-]{1,63}$/,
  words: "1 to 63 letters, digits, underscores and hyphens",
} as const;

const keyRing: ResourceKind = {
  api: ["Cloud KMS", "KeyRing"],
  rules: { location: oneOf(...regions, "global", "europe", "us", "asia") },
  name: resourceId,
  replaces: ["name", "location", "project"],
  seconds: { create: 3 },
  id: (inputs) => `projects/${text(inputs.project)}/locations/${text(inputs.location)}/keyRings/${text(inputs.name)}`,
  outputs: () => ({}),
};

const seconds = matches(/^\d+s$/, "a number of seconds such as 7776000s");
const day = 86_400;
const algorithm = "GOOGLE_SYMMETRIC_ENCRYPTION";

const cryptoKey: ResourceKind = {
  api: ["Cloud KMS", "CryptoKey"],
  rules: {
    rotationPeriod: seconds,
    destroyScheduledDuration: seconds,
    purpose: oneOf("ENCRYPT_DECRYPT", "ASYMMETRIC_SIGN", "ASYMMETRIC_DECRYPT", "MAC"),
    "versionTemplate.protectionLevel": oneOf("SOFTWARE", "HSM", "EXTERNAL", "EXTERNAL_VPC"),
  },
  name: resourceId,
  references: { keyRing: { to: "kms/keyRing:KeyRing", by: ["id"], missing: "notFound" } },
  replaces: ["name", "keyRing", "purpose", "destroyScheduledDuration", "importOnly", "skipInitialVersionCreation"],
  check: ({ rotationPeriod, destroyScheduledDuration: wait }) => [
    ...(rotationPeriod !== undefined && !isUnknown(rotationPeriod) && Number.parseInt(text(rotationPeriod), 10) < day
      ? [`rotationPeriod ${text(rotationPeriod)} is less than a day`]
      : []),
    ...(wait !== undefined && !isUnknown(wait) && Number.parseInt(text(wait), 10) < day
      ? [`destroyScheduledDuration ${text(wait)} is less than a day`]
      : []),
  ],
  seconds: { create: 3, delete: 3 },
  id: (inputs) => `${text(inputs.keyRing)}/cryptoKeys/${text(inputs.name)}`,
  outputs: (inputs, { id }) => ({
    primaries: [{ name: `${id}/cryptoKeyVersions/1`, state: "ENABLED" }],
    destroyScheduledDuration: inputs.destroyScheduledDuration ?? "2592000s",
    purpose: inputs.purpose ?? "ENCRYPT_DECRYPT",
    versionTemplate: inputs.versionTemplate ?? { algorithm, protectionLevel: "SOFTWARE" },
  }),
  unset: ["cryptoKeyBackend", "importOnly", "keyAccessJustificationsPolicy"],
  // What it encrypted cannot be read any more when its versions are destroyed.
  release: ({ id }, view) => {
    const user = usersOf(view, id)[0];
    if (user !== undefined)
      throw new CloudError("failedPrecondition", `CryptoKey ${id} still encrypts '${user.id}', which would be lost`);
  },
  stateful: true,
};

const usersOf = (view: GcpView, key: string): readonly Entity[] => [
  ...view.of("container/cluster:Cluster").filter(({ outs }) => record(outs.databaseEncryption).keyName === key),
  ...view.of("sql/databaseInstance:DatabaseInstance").filter(({ outs }) => outs.encryptionKeyName === key),
  ...view.of("storage/bucket:Bucket").filter(({ outs }) => record(outs.encryption).defaultKmsKeyName === key),
  ...view.of("redis/instance:Instance").filter(({ outs }) => outs.customerManagedKey === key),
];

/** Whoever encrypts with a key of the program's needs the key in its own region, and the right to use it. */
export function requireKey(view: GcpView, key: unknown, agent: string, region: unknown, refusal: string): void {
  const name = text(key);
  if (name === "") return;
  const found = view
    .of("kms/cryptoKey:CryptoKey")
    .find(({ id, outs }) => id === name && outs.simulatedDestroyed !== true);
  if (found === undefined)
    throw new CloudError("badRequest", `Cloud KMS key '${name}' was not found or is not usable.`);
  const [, location] = /\/locations\/([^/]+)\//.exec(name) ?? [];
  if (location !== String(region).toLowerCase())
    throw new CloudError(
      "badRequest",
      `Cloud KMS key '${name}' is in location ${text(location)}, and what it is to encrypt in ${String(region)}.`,
    );
  const granted = view
    .of("kms/cryptoKeyIAMMember:CryptoKeyIAMMember")
    .some(
      ({ outs, readyAt }) =>
        readyAt <= view.now &&
        outs.cryptoKeyId === name &&
        outs.role === "roles/cloudkms.cryptoKeyEncrypterDecrypter" &&
        outs.member === `serviceAccount:${agent}`,
    );
  if (!granted) throw new CloudError("forbidden", refusal);
}

export const kms: Kinds = {
  "kms/keyRing:KeyRing": keyRing,
  "kms/cryptoKey:CryptoKey": cryptoKey,
};
