import { UserError } from "../../lib/errors";
import type { GcpPlatformSettings } from "../../settings/gcp/types";

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Google's words for a service that the project does not use yet. */
const unused = /has not been used in project|SERVICE_DISABLED|it is disabled/i;

/** Only "there is none" is an answer; throttling and missing rights stay errors. */
export async function unlessMissing<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    if (!unused.test(textOf(error)) && /\b404\b|not ?found|does not exist/i.test(textOf(error))) return undefined;
    throw error;
  }
}

/** Nothing of a service is there before the service is used. */
export async function unlessUnused<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    if (unused.test(textOf(error))) return undefined;
    throw error;
  }
}

/** What nothing can be asked without, and so has to be enabled by hand, once for a project. */
export const enabledByHand = ["cloudresourcemanager", "serviceusage", "compute"] as const;

/** Errors that a new project meets, in words that say what to do. */
export async function explained<T>({ project }: Pick<GcpPlatformSettings, "project">, found: Promise<T>): Promise<T> {
  try {
    return await found;
  } catch (error) {
    const text = textOf(error);
    if (unused.test(text)) {
      const named = [...text.matchAll(/\b([a-z]+)\.googleapis\.com\b/g)].map(([, api = ""]) => api);
      const apis = [...new Set([...enabledByHand, ...named])].map((api) => `${api}.googleapis.com`).join(" ");
      throw new UserError(
        `Nothing can be asked of the project ${project} yet. Run \`gcloud services enable ${apis} --project ${project}\`, ` +
          "and again a minute later.",
      );
    }
    if (/could not find default credentials|invalid_grant|reauth/i.test(text))
      throw new UserError("Google knows nobody here. Run `gcloud auth application-default login`.");
    throw error;
  }
}
