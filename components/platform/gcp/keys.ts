import { CryptoKey } from "@pulumi/gcp/kms/cryptoKey";
import { CryptoKeyIAMMember } from "@pulumi/gcp/kms/cryptoKeyIAMMember";
import { KeyRing } from "@pulumi/gcp/kms/keyRing";
import type * as pulumi from "@pulumi/pulumi";
import { enabled } from "./apis";
import type { GcpContext } from "./context";
import { limits } from "./names";
import { endsUniquely } from "../shared/unique";

/** A key that is there, and that the service whose data it encrypts may use. */
export interface UsableKey {
  /** `projects/<project>/locations/<region>/keyRings/<ring>/cryptoKeys/<key>` */
  readonly id: pulumi.Output<string>;
  /** Right of the service's agent. Nothing can be made with the key before it. */
  readonly usable: readonly pulumi.Resource[];
}

/** One for all keys of a stack. GCP deletes no key ring: it stays behind, empty of usable keys, under a name of its own. */
export const createKeyRing = (context: GcpContext): KeyRing =>
  new KeyRing(
    `${context.name}-keys`,
    { name: endsUniquely(context, "keys", limits.resource), location: context.settings.region },
    { ...context.child, dependsOn: enabled(context, "cloudkms") },
  );

/** Every 90 days there is a new version; what older ones have encrypted stays readable. */
const rotationPeriod = `${90 * 24 * 3600}s`;

/** What is encrypted by a version can be had back for so long after the version was deleted. Fixed when the key is made. */
const recoverable = { disposable: `${24 * 3600}s`, kept: `${30 * 24 * 3600}s` } as const;

/** A key that what it encrypts is lost without: protected, and its versions recoverable for a while. */
export function createKey(
  { name, logfire, child, guarded }: GcpContext,
  ring: KeyRing,
  part: string,
  agent: { readonly member: pulumi.Input<string>; readonly made: readonly pulumi.Resource[] },
): UsableKey {
  const key = new CryptoKey(
    `${name}-${part}`,
    {
      name: part,
      keyRing: ring.id,
      purpose: "ENCRYPT_DECRYPT",
      rotationPeriod,
      destroyScheduledDuration: logfire.disposable ? recoverable.disposable : recoverable.kept,
    },
    // Another value would be another key, which reads nothing of what this one has encrypted.
    { ...guarded, ignoreChanges: ["destroyScheduledDuration"] },
  );
  const right = new CryptoKeyIAMMember(
    `${name}-${part}`,
    { cryptoKeyId: key.id, role: "roles/cloudkms.cryptoKeyEncrypterDecrypter", member: agent.member },
    { ...child, dependsOn: [...agent.made] },
  );
  return { id: key.id, usable: [right] };
}
