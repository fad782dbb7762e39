import { ProblemsError } from "../../lib/errors";
import type { LogfireSettings } from "../../settings/types";
import { secretNames, type SecretName } from "../catalogue/names";
import { secretRefs } from "../catalogue/secretRefs";

/** How a secret is made when nobody gives it. Absent: it cannot be made up, because another party knows it. */
export const forms = {
  jwtSecret: "password",
  metaWriteToken: "password",
  metaFrontendToken: "password",
  dexClientSecret: "password",
  unsubscribeSecret: "password",
  mcpOauthClientSecret: "password",
  encryptionKey: "urlSafeKey",
  adminPassword: "password",
  adminTotpSecret: "base32",
  adminTotpRecoveryCodes: "recoveryCodes",
  gatewayEncryptionKey: "urlSafeKey",
  gatewayInternalSecret: "base64Key",
  postgresCrudPassword: "password",
  postgresFfPassword: "password",
  postgresDexPassword: "password",
} as const satisfies Partial<Record<SecretName, string>>;
export type Form = (typeof forms)[keyof typeof forms];

/** Data is encrypted with these: whoever loses them loses it. */
export const irreplaceable: readonly SecretName[] = ["encryptionKey", "gatewayEncryptionKey"];

export type Source =
  | { readonly from: "existing"; readonly name: string; readonly key: string }
  | { readonly from: "given" }
  | { readonly from: "generated"; readonly form: Form };

type Deciding = Pick<LogfireSettings, "features" | "smtp" | "ai" | "sseC" | "existingSecrets" | "givenSecrets">;

/** The secrets that the enabled features read. */
function neededSecrets({ features, smtp, ai, sseC }: Omit<Deciding, "existingSecrets" | "givenSecrets">) {
  const conditions: Partial<Record<SecretName, boolean>> = {
    gatewayEncryptionKey: features.aiGateway,
    gatewayInternalSecret: features.aiGateway,
    smtpUsername: smtp?.authenticated === true,
    smtpPassword: smtp?.authenticated === true,
    openAiApiKey: ai.openAi !== undefined,
    azureOpenAiApiKey: ai.azureOpenAi !== undefined,
    objectStoreSseCKey: sseC,
  };
  return secretNames.filter((name) => conditions[name] ?? true);
}

/** Where each needed secret comes from. Depends on settings alone, so that a preview knows every resource. */
export function secretSources(settings: Deciding): ReadonlyMap<SecretName, Source> {
  const missing: SecretName[] = [];
  const sources = new Map<SecretName, Source>();
  for (const name of neededSecrets(settings)) {
    const existing = settings.existingSecrets[name];
    const form = (forms as Partial<Record<SecretName, Form>>)[name];
    if (existing !== undefined) sources.set(name, { from: "existing", ...existing });
    else if (settings.givenSecrets.includes(name)) sources.set(name, { from: "given" });
    else if (form !== undefined) sources.set(name, { from: "generated", form });
    else missing.push(name);
  }
  if (missing.length > 0)
    throw new ProblemsError(
      "Secrets are missing",
      missing.map((name) => ({
        key: `secrets.${name}`,
        problem: "is needed by a feature that is switched on and cannot be generated",
        remedy: `give it in the encrypted configuration, or name a Kubernetes Secret in existingSecrets.${name}`,
      })),
    );
  return sources;
}

/** The Kubernetes Secrets that are made for them: key -> secret, by name. */
export function ownSecrets(settings: Deciding): ReadonlyMap<string, ReadonlyMap<string, SecretName>> {
  const refs = secretRefs(settings);
  const groups = new Map<string, Map<string, SecretName>>();
  for (const [name, source] of secretSources(settings)) {
    if (source.from === "existing") continue;
    const { secret, key } = refs[name];
    groups.set(secret, (groups.get(secret) ?? new Map<string, SecretName>()).set(key, name));
  }
  return groups;
}
