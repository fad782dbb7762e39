/** What Dex demands of a connector: it refuses to start, or nobody can sign in, while one of these is missing. */
export interface ConnectorType {
  readonly title: string;
  /** Keys of `config`, or of the connector's secrets; dots lead into objects. */
  readonly required: readonly string[];
  /** Keys that are secrets and required as such. */
  readonly secrets: readonly string[];
  /** At least one of these keys has to be set. */
  readonly oneOf?: readonly string[];
  /** A key that demands a secret once it is set: a name to bind with and its password. */
  readonly secretWith?: Readonly<Record<string, string>>;
}

const oauthClient = (title: string, ...more: readonly string[]): ConnectorType => ({
  title,
  required: ["clientID", ...more],
  secrets: ["clientSecret"],
});

/** By Dex's name of the type, as of Dex 2.45. Without the mock types: they let anybody in. */
export const connectorTypes = {
  github: oauthClient("GitHub"),
  google: oauthClient("Google"),
  oidc: oauthClient("OpenID Connect", "issuer"),
  microsoft: oauthClient("Microsoft"),
  gitlab: oauthClient("GitLab"),
  saml: {
    title: "SAML",
    required: ["ssoURL", "usernameAttr", "emailAttr"],
    secrets: [],
    oneOf: ["ca", "caData", "insecureSkipSignatureValidation"],
  },
  ldap: {
    title: "LDAP",
    required: ["host", "userSearch.baseDN", "userSearch.username"],
    secrets: [],
    secretWith: { bindDN: "bindPW" },
  },
  oauth: oauthClient("OAuth 2.0", "tokenURL", "authorizationURL", "userInfoURL"),
  "bitbucket-cloud": oauthClient("Bitbucket Cloud"),
  linkedin: oauthClient("LinkedIn"),
  gitea: oauthClient("Gitea"),
  openshift: oauthClient("OpenShift", "issuer"),
  "atlassian-crowd": oauthClient("Atlassian Crowd", "baseURL"),
  keystone: {
    title: "Keystone",
    required: ["domain", "keystoneHost", "keystoneUsername"],
    secrets: ["keystonePassword"],
  },
  authproxy: { title: "Authenticating proxy", required: [], secrets: [] },
} as const satisfies Readonly<Record<string, ConnectorType>>;

export type ConnectorTypeName = keyof typeof connectorTypes;
export const connectorTypeNames = Object.keys(connectorTypes) as readonly ConnectorTypeName[];
