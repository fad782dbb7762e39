import { type SecretName, secretNames } from "../logfire/catalogue/names";

/** Secrets that no workload reads: they open the places that the stack connects to. */
export const accessSecretNames = [
  "registryPassword",
  "postgresAdminPassword",
  "redisDsn",
  "tokenRedisDsn",
  "usageRedisDsn",
  "tlsCertificate",
  "tlsPrivateKey",
] as const;
export type AccessSecretName = (typeof accessSecretNames)[number];

export const givableSecretNames: readonly (SecretName | AccessSecretName)[] = [...secretNames, ...accessSecretNames];

export interface SecretForm {
  readonly means: string;
  /** In words, as a remedy can say it. */
  readonly form: string;
  readonly fits: (value: string) => boolean;
  /** Generated when neither given nor existing. */
  readonly generated: boolean;
  readonly change?: string;
}

const privateKeyBlock = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;
const base64 = /^[A-Za-z0-9+/]+={0,2}$/;
const bytesOf = (value: string) => Buffer.from(value, "base64").length;
const isFernetKey = (value: string) => /^[A-Za-z0-9_-]{43}=$/.test(value) && bytesOf(value) === 32;
const isTotp = (value: string) => /^[A-Z2-7]{16,}=*$/.test(value);

/** Without double quotes and backslashes: some travel inside JSON. */
const isPrintable = (value: string) => /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(value);
const isRedisDsn = (value: string) =>
  /^rediss?:\/\/[^/\s]/.test(value) && URL.canParse(value) && new URL(value).hostname !== "";

function isTextList(value: string): boolean {
  try {
    const list: unknown = JSON.parse(value);
    return Array.isArray(list) && list.length > 0 && list.every((entry) => typeof entry === "string" && entry !== "");
  } catch {
    return false;
  }
}

const printable = (atLeast: number, means: string, change?: string): SecretForm => ({
  means,
  form: `at least ${atLeast} ASCII characters without blanks, double quotes and backslashes`,
  fits: (value) => value.length >= atLeast && isPrintable(value),
  generated: true,
  change,
});
const token = (means: string, change?: string) => printable(16, means, change);
const password = (means: string, change?: string) => printable(8, means, change);
const given = (means: string): SecretForm => ({
  means,
  form: "text that is not empty",
  fits: (value) => value.trim() !== "",
  generated: false,
});
const dsn = (means: string): SecretForm => ({
  means,
  form: "an address such as rediss://:PASSWORD@redis.example.com:6379",
  fits: isRedisDsn,
  generated: false,
});
const fernet = (means: string, more = ""): SecretForm => ({
  means,
  form: "URL-safe base64 of 32 bytes (44 characters)",
  fits: isFernetKey,
  generated: true,
  change: `What was encrypted with the old key can never be read again.${more}`,
});
const signsOut = "Everybody is signed out.";
const restarts = "The pods that use it restart.";

export const secretForms: Readonly<Record<SecretName | AccessSecretName, SecretForm>> = {
  jwtSecret: token("Signs the tokens of sessions.", signsOut),
  metaWriteToken: token("Writes Logfire's own telemetry into the project `logfire-meta`.", restarts),
  metaFrontendToken: token("Lets the frontend write its own telemetry.", restarts),
  dexClientSecret: token("Shared by the backend and Dex.", restarts),
  unsubscribeSecret: token(
    "Signs the links that unsubscribe from e-mails.",
    "Links in e-mails already sent stop working.",
  ),
  mcpOauthClientSecret: token("OAuth client secret of the remote MCP server.", restarts),
  encryptionKey: fernet(
    "Encrypts credentials that users store in Logfire. A Fernet key.",
    " `pulumi up` refuses it unless the stack is disposable.",
  ),
  adminPassword: password("First password of the administrator.", "Nothing: it is read when the account is created."),
  adminTotpSecret: {
    means: "Second factor of the administrator.",
    form: "base32: at least 16 of A-Z and 2-7",
    fits: isTotp,
    generated: true,
    change: "Nothing: it is read when the account is created.",
  },
  adminTotpRecoveryCodes: {
    means: "Recovery codes of the administrator's second factor.",
    form: 'a JSON list of texts, such as ["code-1", "code-2"]',
    fits: isTextList,
    generated: true,
    change: "Nothing: it is read when the account is created.",
  },
  gatewayEncryptionKey: fernet("Encrypts the provider keys that the AI gateway keeps."),
  gatewayInternalSecret: {
    means: "Shared by the backend and the AI gateway.",
    form: "base64 of at least 16 bytes",
    fits: (value) => base64.test(value) && bytesOf(value) >= 16,
    generated: true,
    change: restarts,
  },
  postgresCrudPassword: password("Password of the role that owns the database `crud`.", restarts),
  postgresFfPassword: password("Password of the role that owns the database `ff`.", restarts),
  postgresDexPassword: password("Password of the role that owns the database `dex`.", restarts),
  smtpUsername: given("User name at the mail server. Needed with `smtp.authenticated`."),
  smtpPassword: given("Password at the mail server. Needed with `smtp.authenticated`."),
  openAiApiKey: given("API key of OpenAI, or of what answers at `ai.openAi.baseUrl`. Needed for `openai…:` models."),
  azureOpenAiApiKey: given("API key of Azure OpenAI. Needed for `azure:` models."),
  objectStoreSseCKey: {
    means: "Key of the objects in the bucket, with `sseC`. Keep a copy: without it the data is lost.",
    form: "base64 of 32 bytes (44 characters)",
    fits: (value) => base64.test(value) && value.length === 44 && bytesOf(value) === 32,
    generated: false,
    change: "Every object written before becomes unreadable.",
  },
  registryPassword: given("Password of `images.credentials`. Needed with it."),
  postgresAdminPassword: given(
    "Password of `existing.postgres.adminUser`. Needed with a PostgreSQL server of your own.",
  ),
  redisDsn: dsn("Address of the Redis server, with its password. Needed with a Redis server of your own."),
  tokenRedisDsn: dsn("Another Redis server for tokens. `redisDsn` where absent."),
  usageRedisDsn: dsn("Another Redis server for usage counters. `redisDsn` where absent."),
  tlsCertificate: {
    means: "Certificate for every hostname, with its chain. Needed with `edge.certificate.source: given`.",
    form: "PEM text, the server's certificate first and then each one's issuer",
    fits: (value) => value.includes("-----BEGIN CERTIFICATE-----"),
    generated: false,
    change: "Replaced without a break.",
  },
  tlsPrivateKey: {
    means: "Its private key, RSA of at least 2048 bits or ECDSA. Needed with `edge.certificate.source: given`.",
    form: "PEM text without a passphrase",
    fits: (value) => privateKeyBlock.test(value),
    generated: false,
    change: "Replaced without a break.",
  },
};

/** The command that sets one secret. */
export const setSecret = (path: string) => `pulumi config set --path --secret ${quotePath(`secrets.${path}`)}`;

const quotePath = (path: string) => (/^[\w.-]+$/.test(path) ? path : `'${path}'`);
