import { z } from "zod";
import { secretNames } from "../logfire/catalogue/names";
import { connectorTypeNames } from "./connectorTypes";
import { choice, field, fine, flag, fault, matching, number, text } from "./fields";
import { cidr, dnsLabel, hostname, hostPattern, httpUrl, isDnsName, objectName } from "./formats";
import { attributes, isObject, keyed, kindOf } from "./maps";

const restarts = "The pods concerned restart.";

const connectorConfig = field<Record<string, unknown>>(
  {
    means:
      "As Dex documents it for the type, without secrets (those go to `secrets.connectors.<id>`) and `redirectURI`.",
    change: restarts,
  },
  "an object",
  (value) =>
    isObject(value) ? fine(value) : fault(`is ${kindOf(value)}, not an object`, "write Dex's keys, such as clientID"),
);

export const connectorSchema = z.strictObject({
  type: choice(connectorTypeNames, "a connector type of Dex", { means: "Dex's connector type." }),
  id: matching(/^[a-z0-9][a-z0-9-]{0,62}$/, "an id of small letters, digits and dashes", "github", {
    means: "Part of URLs and of stored accounts, unique.",
    change: "Accounts that signed in through it are not recognised any more.",
  }),
  name: text({ means: "On the sign-in page.", default: "the type's name" }).optional(),
  config: connectorConfig.default({}),
});

export const identitySchema = z
  .strictObject({
    passwordLogin: flag({
      means: "Whether people may sign in with e-mail and password, the administrator among them.",
      change: "Whoever has no account at a connector is locked out when it goes off.",
    }).default(true),
    connectors: z.array(connectorSchema).default([]).meta({ means: "Identity providers.", change: restarts }),
  })
  .prefault({});

const name = (means: string) => text({ means });
const projectRole = z.strictObject({
  project_name: name("Name of a project."),
  role: choice(["admin", "member"], "a role in a project", { means: "Role there." }),
});
const organizationRole = z.strictObject({
  organization_name: name("Name of an organisation."),
  role: choice(["admin", "member", "guest"], "a role in an organisation", { means: "Role there." }),
  project_roles: z.array(projectRole).optional().meta({ means: "Roles in single projects." }),
});
export const groupMappingSchema = z
  .array(
    z.strictObject({
      group_id: name("Identity of the group, as the provider sends it."),
      organization_roles: z.array(organizationRole).meta({ means: "What its members become." }),
    }),
  )
  .default([])
  .meta({ means: "Groups of the identity provider that become members of organisations.", change: restarts });

const perTime = (unit: string) =>
  number(
    { min: 1, max: 1_000_000_000, whole: true },
    { means: `Queries that one client may send in ${unit}.`, default: "no limit", change: restarts },
  ).optional();
export const rateLimitsSchema = z
  .strictObject({ queriesPerHour: perTime("an hour"), queriesPerMinute: perTime("a minute") })
  .prefault({});

export const smtpSchema = z
  .strictObject({
    host: text(
      { means: "Mail server." },
      (value) =>
        isDnsName(value) || /^[\d.:a-f]+$/.test(value)
          ? undefined
          : {
              problem: `"${value.slice(0, 80)}" is not a host`,
              remedy: "write smtp.example.com, without scheme and port",
            },
      "a DNS name or an IP address",
    ),
    port: number({ min: 1, max: 65535, whole: true }, { means: "Its port." }).default(587),
    tls: flag({ means: "Whether the connection is encrypted." }).default(true),
    authenticated: flag({
      means: "Whether the server wants `secrets.smtpUsername` and `secrets.smtpPassword`.",
    }).default(true),
  })
  .optional()
  .meta({ means: "Mail server for invitations and alerts.", change: restarts, default: "no e-mail is sent" });

const model = (use: string, other: string) =>
  text({
    means: `Model for ${use}, as \`provider:model\`; more after commas are fallbacks.`,
    default: other,
    change: restarts,
  }).optional();
export const aiSchema = z
  .strictObject({
    model: model("everything without one of its own", "no AI features"),
    chatModel: model("chat", "`ai.model`"),
    reasoningModel: model("reasoning in the worker", "`ai.model`"),
    llmJudgeModel: model("judging evaluations", "`ai.model`"),
    openAi: z
      .strictObject({
        baseUrl: httpUrl({ means: "Another address that speaks OpenAI's API.", default: "OpenAI's own" }).optional(),
      })
      .optional()
      .meta({ means: "For `openai:`, `openai-chat:` and `openai-responses:` models, with `secrets.openAiApiKey`." }),
    azureOpenAi: z
      .strictObject({
        endpoint: httpUrl({ means: "Endpoint of the resource." }),
        apiVersion: matching(/^\d{4}-\d{2}-\d{2}(-preview)?$/, "a version of the API", "2024-10-21", {
          means: "Version of the API.",
          default: "Logfire's own",
        }).optional(),
      })
      .optional()
      .meta({ means: "For `azure:` models, with `secrets.azureOpenAiApiKey`." }),
    vertexAi: z
      .strictObject({
        region: matching(/^[a-z]+-[a-z]+\d+$/, "a region of Google Cloud", "us-east5", {
          means: "Region of regional `google-cloud:` models.",
        }).optional(),
        multiRegionLocation: choice(["us", "eu"], "a multi-region (global would leave the region)", {
          means: "For models that exist in multi-regions only, such as `google-cloud:gemini-3.5-flash`.",
        }).optional(),
        anthropicProjectId: text({ means: "Google Cloud project of `anthropic-vertex:` models." }).optional(),
        anthropicBaseUrl: httpUrl({ means: "Address of their API.", default: "Google's own" }).optional(),
      })
      .optional()
      .meta({ means: "For `google-cloud:`, `google-vertex:` and `anthropic-vertex:` models." }),
  })
  .prefault({});

const derivedUrl = (means: string, from: string) =>
  httpUrl({ means, default: `\`${from}\``, change: "Tokens issued for the old address are refused." }).optional();
export const oauthSchema = z
  .strictObject({
    intakeResourceUrl: derivedUrl("OAuth audience of the intake (RFC 8707).", "URL/v1"),
    gatewayResourceUrl: derivedUrl("OAuth audience of the AI gateway.", "URL/proxy"),
    gatewayIssuer: derivedUrl("Issuer that the AI gateway trusts.", "URL"),
    mcpServerUrl: derivedUrl("Public address of the remote MCP server.", "URL/mcp"),
    gatewayTimeoutSeconds: number(
      { unit: "seconds", min: 1, max: 3600, whole: true },
      { means: "A request through the AI gateway may be silent for so long.", change: "The edge restarts." },
    ).default(600),
  })
  .prefault({});

export const telemetrySchema = z
  .strictObject({
    resourceAttributes: attributes({
      means: "OpenTelemetry resource attributes of Logfire's own telemetry.",
      change: "Every pod restarts.",
    }).default({}),
    prometheusPort: number(
      { min: 1024, max: 65535, whole: true },
      {
        means: "Port where the collector offers metrics to Prometheus; any pod of the cluster may scrape it.",
        default: "none",
        change: "The collector restarts.",
      },
    ).optional(),
  })
  .prefault({});

export const networkSchema = z
  .strictObject({
    policies: flag({
      means: "NetworkPolicies: nothing goes in or out but what Logfire needs.",
      change: "Off, every pod in the cluster may reach the databases' clients.",
    }).default(true),
    allowedHosts: z
      .array(hostPattern({ means: "A host." }))
      .default([])
      .meta({
        means: "Outside hosts that browsers and the frontend may use, for logos and model prices.",
        change: "The frontend restarts; its policy headers and the egress rules follow.",
      }),
    webhookHosts: z
      .array(hostPattern({ means: "A host." }))
      .default([])
      .meta({
        means: "Outside hosts that alerts may be sent to, such as `hooks.slack.com`. E-mail goes to `smtp.host`.",
        change: "The egress rules of worker and backend follow; alerts to other hosts stay undelivered.",
      }),
    edgeNamespaces: z
      .array(dnsLabel({ means: "A namespace." }))
      .optional()
      .meta({
        means:
          "Namespaces whose pods may connect to `logfire-service`, such as the Ingress controller's. Empty: any source.",
        default: "`edge.gateway.namespace` where its controller is installed, else empty",
      }),
    egressCidrs: z
      .array(cidr({ means: "An address range." }))
      .default(["0.0.0.0/0", "::/0"])
      .meta({
        means:
          "Address ranges of what is known by name only: identity providers, AI providers, mail, `allowedHosts`, `webhookHosts`, the cloud's token service.",
        change: "Too narrow, sign-in, AI features or e-mail stop working.",
      }),
    kubernetesApi: z
      .strictObject({
        port: number({ min: 1, max: 65535, whole: true }, { means: "Its port.", default: "443 and 6443" }).optional(),
        cidrs: z
          .array(cidr({ means: "An address range." }))
          .optional()
          .meta({ means: "Its addresses.", default: "any address" }),
      })
      .prefault({})
      .meta({ means: "Where the Kubernetes API answers, for the pods that watch it." }),
    dns: z
      .strictObject({
        namespaces: z
          .array(dnsLabel({ means: "A namespace." }))
          .default(["kube-system"])
          .meta({ means: "Namespaces of the name servers' pods; `openshift-dns` on OpenShift." }),
        cidrs: z
          .array(cidr({ means: "An address range." }))
          .default(["169.254.20.10/32", "169.254.10.10/32", "169.254.10.11/32", "169.254.169.254/32"])
          .meta({ means: "Addresses of others: a cache on each node, AKS' LocalDNS, Google's metadata server." }),
        ports: z
          .array(number({ min: 1, max: 65535, whole: true }, { means: "A port." }))
          .default([53])
          .meta({ means: "Ports that the name servers listen on; OpenShift's pods on 5353." }),
      })
      .prefault({})
      .meta({ means: "Where names are resolved. Wrong, no pod finds any other." }),
    clusterDomain: hostname({
      means: "Domain of the cluster's own names.",
      change: "Edge and cache proxy restart.",
    }).default("cluster.local"),
  })
  .prefault({});

const secretKey = z.strictObject({
  name: objectName({ means: "Name of the Secret, in Logfire's namespace." }),
  key: matching(/^[-._a-zA-Z0-9]+$/, "a key of a Secret", "password", { means: "Key in it." }),
});
export const existingSecretsSchema = keyed(secretNames, "a secret", secretKey, {
  means:
    "Kubernetes Secrets of your own, in the namespace before the first `pulumi up`, in place of a generated or given one. " +
    "A value has the form that `secrets` asks for.",
  change: "The pods restart with the other value.",
}).prefault({});
