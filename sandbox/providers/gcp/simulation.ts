import { randomBytes } from "node:crypto";
import { durations } from "../../../components/platform/gcp/figures/durations";
import { isUnknown, record, text, unknown, type Entity, type Values } from "../cloud/model";
import type { Configuration, Simulation } from "../cloud/simulation";
import { effects } from "./effects";
import { errors, retries } from "./errors";
import { viewOf, type GcpOptions, type GcpView } from "./kind";
import { kinds } from "./kinds";
import { labelFaults } from "./labels";
import { lookups } from "./lookups";

const staticKeys = ["credentials", "accessToken"];

const configuration: Configuration<GcpOptions> = {
  settle: (given) => ({
    ...given,
    project: text(given.project) || (process.env.GOOGLE_PROJECT ?? process.env.GOOGLE_CLOUD_PROJECT ?? ""),
    region: text(given.region) || (process.env.GOOGLE_REGION ?? ""),
  }),
  lacks: ({ project, region }) =>
    [project, region].some((each) => text(each) === "")
      ? "the gcp provider has no project or no region: give it both, or set gcp:project and gcp:region"
      : undefined,
  check: (given, { project }) => [
    ...(text(given.project) !== "" && given.project !== project && !isUnknown(given.project)
      ? [
          {
            property: "project",
            reason: `the caller does not have permission on project ${text(given.project)}, or it does not exist`,
          },
        ]
      : []),
    ...staticKeys
      .filter((key) => given[key] !== undefined)
      .map((key) => ({ property: key, reason: "is a static key, which a rehearsal does not take" })),
  ],
  // Resources name their project and region themselves in their ids: another one makes others of them, each by itself.
  replaces: [],
};

/** Google's label on what Pulumi makes, unless the provider is told otherwise. */
const attribution = { "goog-pulumi-provisioned": "true" };

const labelsOf = ({ labels, resourceLabels }: Values, { defaultLabels }: GcpView): unknown =>
  isUnknown(labels) || isUnknown(resourceLabels)
    ? unknown
    : { ...attribution, ...defaultLabels, ...record(resourceLabels), ...record(labels) };

export const gcp: Simulation<GcpView, GcpOptions> = {
  package: "gcp",
  platform: "gcp",
  title: "GCP",
  ...{ kinds, durations, lookups, effects, configuration, errors, retries },
  emptyParts: {},
  view: (existing, options, { region, defaultLabels }) =>
    viewOf(existing, options, { region: text(region), defaultLabels: record(defaultLabels) }),
  common: (_of, inputs, view) => ({
    ...{ project: view.project, region: view.region, deletionPolicy: "DELETE" },
    ...{ effectiveLabels: labelsOf(inputs, view), pulumiLabels: labelsOf(inputs, view) },
  }),
  everyAnswer: ({ project, region }) => ({ id: `projects/${project}`, project, region }),
  checkAll: labelFaults,
  // The resource's name in lower case with seven digits.
  automaticName: (name) => `${name.toLowerCase()}-${randomBytes(4).toString("hex").slice(0, 7)}`,
  caseless: false,
  keeps,
};

/** Google's provider often forgets instead of deleting, and some of Google's things cannot be deleted at all. */
function keeps({ token, outs }: Entity): string | undefined {
  if (token === "sql/user:User") return undefined;
  if (outs.deletionPolicy === "ABANDON") return "the program lets it go instead of deleting it (deletionPolicy)";
  if (token === "kms/keyRing:KeyRing") return "a key ring cannot be deleted";
  if (token === "kms/cryptoKey:CryptoKey")
    return "a key cannot be deleted; its versions are destroyed after their time";
  if (token === "projects/service:Service" && outs.disableOnDestroy !== true)
    return "the API stays on (disableOnDestroy)";
  return undefined;
}
