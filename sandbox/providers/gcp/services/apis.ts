import { CloudError, text } from "../../cloud/model";
import { matches } from "../../cloud/rules";
import type { GcpView, Kinds, ResourceKind } from "../kind";

/** The API behind each service of the tables, as `projects.Service` enables it. */
const apis: Readonly<Record<string, string>> = {
  "Certificate Manager": "certificatemanager.googleapis.com",
  "Cloud DNS": "dns.googleapis.com",
  "Cloud KMS": "cloudkms.googleapis.com",
  "Cloud SQL": "sqladmin.googleapis.com",
  "Cloud Storage": "storage.googleapis.com",
  Compute: "compute.googleapis.com",
  Container: "container.googleapis.com",
  IAM: "iam.googleapis.com",
  "Memorystore for Redis": "redis.googleapis.com",
  "Resource Manager": "cloudresourcemanager.googleapis.com",
  "Service Networking": "servicenetworking.googleapis.com",
};

/** What somebody has enabled who runs all of it already. */
export const ownerApis = Object.values(apis);

const service: ResourceKind = {
  api: ["Service Usage", "Service"],
  rules: {
    service: matches(/^[a-z0-9-]+(\.[a-z0-9-]+)*\.googleapis\.com$/, "an API such as container.googleapis.com"),
  },
  replaces: ["project", "service"],
  repeatable: true,
  admit: ({ service: name }) => {
    if (!Object.values(apis).includes(text(name)) && !others.includes(text(name)))
      throw new CloudError("forbidden", `Not found or permission denied for service(s): ${text(name)}.`);
  },
  seconds: { create: 25, delete: 5 },
  id: (inputs) => `${text(inputs.project)}/${text(inputs.service)}`,
  outputs: () => ({}),
};

/** APIs that a program may ask for although no resource of the tables needs them. */
const others = [
  ...["artifactregistry.googleapis.com", "iamcredentials.googleapis.com", "logging.googleapis.com"],
  ...["monitoring.googleapis.com", "networkmanagement.googleapis.com", "serviceusage.googleapis.com"],
  ...["sts.googleapis.com", "networkservices.googleapis.com", "cloudquotas.googleapis.com"],
];

/** Makes the agent of an API before the API's first resource does: `service-1@container-engine-robot.iam…`. */
const serviceIdentity: ResourceKind = {
  api: ["Service Usage", "ServiceIdentity"],
  replaces: ["project", "service"],
  repeatable: true,
  admit: ({ service: name }, view) => requireApi(text(name), view),
  seconds: { create: 10 },
  id: (inputs) => `projects/${text(inputs.project)}/services/${text(inputs.service)}`,
  outputs: ({ service: name }, { view }) => {
    const email = agentOf(text(name), view);
    return { email, member: `serviceAccount:${email}` };
  },
};

const agents: Readonly<Record<string, string>> = {
  "container.googleapis.com": "container-engine-robot",
  "sqladmin.googleapis.com": "gcp-sa-cloud-sql",
  "redis.googleapis.com": "cloud-redis",
  "storage.googleapis.com": "gs-project-accounts",
  "servicenetworking.googleapis.com": "service-networking",
};

/** Agents that are there only when the first resource, or `projects.ServiceIdentity`, has made them. */
const lateAgents = ["sqladmin.googleapis.com"];

/** E-mail of an API's agent: the account that Google works with in the project. */
export const agentOf = (api: string, { projectNumber }: GcpView): string =>
  `service-${projectNumber}@${agents[api] ?? "gcp-sa-unknown"}.iam.gserviceaccount.com`;

/** Whether an e-mail is that of an agent which is there: of an API that is on. */
export const isAgent = (email: string, view: GcpView): boolean =>
  Object.keys(agents).some(
    (api) =>
      agentOf(api, view) === email &&
      isEnabled(api, view) &&
      (!lateAgents.includes(api) ||
        view.of("projects/serviceIdentity:ServiceIdentity").some(({ outs }) => outs.service === api)),
  );

const isEnabled = (api: string, view: GcpView): boolean =>
  view.enabled.includes(api) ||
  view.of("projects/service:Service").some(({ outs, readyAt }) => outs.service === api && readyAt <= view.now);

export function requireApi(api: string, view: GcpView): void {
  if (isEnabled(api, view)) return;
  throw new CloudError(
    "accessNotConfigured",
    `${api} has not been used in project ${view.project} before or it is disabled. Enable it by visiting ` +
      `https://console.developers.google.com/apis/api/${api}/overview?project=${view.project} then retry.`,
  );
}

/** The tables with one rule for all of them: nothing is made with an API that is not on yet. */
export const withApis = (kinds: Kinds): Kinds =>
  Object.fromEntries(Object.entries(kinds).map(([token, kind]) => [token, behindApi(kind)]));

function behindApi(kind: ResourceKind): ResourceKind {
  const api = apis[kind.api[0]];
  if (api === undefined) return kind;
  return {
    ...kind,
    admit: (inputs, view, before) => {
      requireApi(api, view);
      kind.admit?.(inputs, view, before);
    },
  };
}

export const services: Kinds = {
  "projects/service:Service": service,
  "projects/serviceIdentity:ServiceIdentity": serviceIdentity,
};
