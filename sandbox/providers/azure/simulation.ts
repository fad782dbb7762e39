import { randomBytes } from "node:crypto";
import { durations } from "../../../components/platform/azure/figures/durations";
import { digest } from "../cloud/ids";
import { CloudError, record, text, type Values } from "../cloud/model";
import type { Configuration, Resource, Simulation } from "../cloud/simulation";
import { apiVersionOf, groupId, groupToken, nameAndType, sameId } from "./arm";
import { effects } from "./effects";
import { emptyParts } from "./emptyParts";
import { viewOf, type AzureOptions, type AzureView } from "./kind";
import { kinds } from "./kinds";
import { lookups } from "./lookups";

/** Keys of the provider's configuration that are credentials, or name a file with one. */
const credentials = ["clientSecret", "clientCertificatePath", "clientCertificatePassword", "oidcToken"];

const configuration: Configuration<AzureOptions> = {
  settle: (given) => ({
    ...given,
    subscriptionId: text(given.subscriptionId) || (process.env.ARM_SUBSCRIPTION_ID ?? ""),
    location: text(given.location) || (process.env.ARM_LOCATION ?? ""),
  }),
  // The Azure CLI has a subscription, and the location is each resource's own.
  lacks: () => undefined,
  check: (given, { subscriptionId, tenantId }) => [
    ...(given.subscriptionId !== undefined && !sameId(given.subscriptionId, subscriptionId)
      ? [{ property: "subscriptionId", reason: `The subscription '${text(given.subscriptionId)}' could not be found.` }]
      : []),
    ...(given.tenantId !== undefined && !sameId(given.tenantId, tenantId)
      ? [{ property: "tenantId", reason: `is not the tenant of subscription ${subscriptionId}` }]
      : []),
    ...credentials
      .filter((key) => given[key] !== undefined)
      .map((key) => ({ property: key, reason: "is a static credential, which a rehearsal does not take" })),
  ],
  replaces: ["subscriptionId"],
};

/** What ARM answers of everything. */
function common({ token }: Resource<AzureView>, inputs: Values, view: AzureView): Values {
  const group = view.of(groupToken).find(({ id }) => sameId(id, groupId(view, inputs.resourceGroupName)));
  const known = nameAndType(token, inputs);
  const at = new Date().toISOString();
  return {
    ...known,
    azureApiVersion: apiVersionOf(token),
    location: group?.outs.location,
    ...{ provisioningState: "Succeeded", etag: `W/"${digest(JSON.stringify(known), 32)}"` },
    ...{ eTag: digest(JSON.stringify(known), 32), resourceGuid: digest(JSON.stringify(known), 32) },
    systemData: { createdAt: at, createdBy: view.caller.clientId, createdByType: "Application" },
  };
}

/** https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources#limitations */
function tagFaults(tags: Values): readonly string[] {
  return [
    ...(Object.keys(tags).length > 50 ? [`more than 50 tags: ${Object.keys(tags).length}`] : []),
    ...Object.entries(tags).flatMap(([key, value]) => [
      ...(key.length > 512 ? [`tag ${key.slice(0, 20)}… has a name of more than 512 characters`] : []),
      ...(String(value).length > 256 ? [`tag ${key} has a value of more than 256 characters`] : []),
      ...(/[<>%&\\?/]/.test(key) ? [`tag "${key}" has one of < > % & \\ ? / in its name`] : []),
      ...(/^(microsoft|azure|windows)/i.test(key) ? [`tag "${key}" begins with a word that is Microsoft's`] : []),
    ]),
  ];
}

export const azure: Simulation<AzureView, AzureOptions> = {
  package: "azure-native",
  platform: "azure",
  title: "Azure",
  ...{ kinds, durations, lookups, effects, emptyParts, configuration, common },
  view: (existing, options, { location }) => viewOf(existing, options, text(location)),
  everyAnswer: () => ({}),
  checkAll: ({ tags }) => tagFaults(record(tags)).map((reason) => ({ property: "tags", reason })),
  automaticName: (name) => `${name}${randomBytes(4).toString("hex")}`,
  caseless: true,
  errors: {
    missing: "ResourceNotFound",
    taken: (id) => new CloudError("ResourceAlreadyExists", `cannot create already existing resource '${id}'`),
    throttled: (attempts) =>
      new CloudError(
        "TooManyRequests",
        `The request is being throttled as the limit has been reached (${attempts} attempts).`,
      ),
    report: ({ error }) => `Code=${JSON.stringify(error.code)} Message=${JSON.stringify(error.detail)}`,
  },
  // ARM answers with Retry-After; the SDK's client waits for it: https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling
  retries: { attempts: 10, backoff: (attempt) => Math.min(60, 2 ** attempt) },
};
