import { CloudError } from "../cloud/model";
import type { Errors, Retries } from "../cloud/simulation";

/** HTTP status by the reason that Google's APIs give. */
const statuses: Readonly<Record<string, number>> = {
  ...{
    badRequest: 400,
    invalid: 400,
    failedPrecondition: 400,
    resourceInUseByAnotherResource: 400,
    containerNotEmpty: 400,
  },
  ...{ forbidden: 403, accessNotConfigured: 403, quotaExceeded: 403 },
  ...{ notFound: 404, alreadyExists: 409, conflict: 409, instanceAlreadyExists: 409, rateLimitExceeded: 429 },
  ...{ internalError: 500, backendError: 503 },
};

/** What the provider itself refuses, without asking Google. */
export const ownRefusal = "provider";

const verbs = { Create: "creating", Update: "updating", Delete: "deleting" } as const;

export const errors: Errors = {
  missing: "notFound",
  taken: (id) => new CloudError("alreadyExists", `The resource '${id}' already exists`),
  throttled: (attempts) =>
    new CloudError(
      "rateLimitExceeded",
      `Quota exceeded for quota metric 'Queries' and limit 'Queries per minute' (${attempts} attempts)`,
    ),
  report: ({ verb, api: [, thing], error: { code, detail } }) =>
    code === ownRefusal
      ? detail
      : `Error ${verbs[verb]} ${thing}: googleapi: Error ${statuses[code] ?? 400}: ${detail}, ${code}`,
};

/** https://docs.cloud.google.com/compute/docs/api/best-practices: exponential back-off; the provider goes on for minutes. */
export const retries: Retries = { attempts: 20, backoff: (attempt) => Math.min(32, 2 ** attempt * 0.5) };

/** A limit of a region, in the words of Compute Engine and of GKE. */
export const overQuota = (code: string, limit: number, region: string): CloudError =>
  new CloudError("quotaExceeded", `Quota '${code}' exceeded.  Limit: ${limit.toFixed(1)} in region ${region}.`);

export function shortOf(code: string, wanted: number, limit: number, used: number, project: string): CloudError {
  const free = limit - used;
  return new CloudError(
    "forbidden",
    `Insufficient regional quota to satisfy request: resource "${code}": request requires '${wanted.toFixed(1)}' and is short ` +
      `'${(wanted - free).toFixed(1)}'. project has a quota of '${limit.toFixed(1)}' with '${free.toFixed(1)}' available. ` +
      `View and manage quotas at https://console.cloud.google.com/iam-admin/quotas?usage=USED&project=${project}.`,
  );
}
