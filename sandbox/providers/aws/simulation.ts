import { randomBytes } from "node:crypto";
import { durations } from "../../../components/platform/aws/figures/durations";
import { CloudError, isUnknown, record, text, texts, unknown, type Values } from "../cloud/model";
import type { Configuration, Simulation } from "../cloud/simulation";
import { effects } from "./effects";
import { emptyParts } from "./emptyParts";
import { viewOf, type AwsOptions, type AwsView } from "./kind";
import { kinds } from "./kinds";
import { lookups } from "./lookups";
import { tagFaults } from "./rules";

const configuration: Configuration<AwsOptions> = {
  settle: (given) => ({ ...given, region: text(given.region) || (process.env.AWS_REGION ?? "") }),
  lacks: ({ region }) =>
    text(region) === "" ? "the aws provider has no region: give it one, or set aws:region" : undefined,
  check: (given, { accountId }) => {
    const allowed = texts(given.allowedAccountIds);
    return [
      ...(allowed.length > 0 && !allowed.includes(accountId)
        ? [{ property: "allowedAccountIds", reason: `AWS account ID not allowed: ${accountId}` }]
        : []),
      ...["accessKey", "secretKey", "token"]
        .filter((key) => given[key] !== undefined)
        .map((key) => ({ property: key, reason: "is a static key, which a rehearsal does not take" })),
    ];
  },
  replaces: ["region"],
};

export const aws: Simulation<AwsView, AwsOptions> = {
  package: "aws",
  platform: "aws",
  title: "AWS",
  ...{ kinds, durations, lookups, effects, emptyParts, configuration },
  view: (existing, options, { region, defaultTags }) =>
    viewOf(existing, options, { region: text(region), defaultTags: record(record(defaultTags).tags) }),
  common: (_of, { tags }: Values, { region, defaultTags }) => ({
    region,
    tagsAll: isUnknown(tags) ? unknown : { ...defaultTags, ...record(tags) },
  }),
  everyAnswer: ({ region }) => ({ id: region, region }),
  checkAll: ({ tags }) => tagFaults(record(tags)).map((reason) => ({ property: "tags", reason })),
  // The resource's name with seven digits.
  automaticName: (name) => `${name}-${randomBytes(4).toString("hex").slice(0, 7)}`,
  caseless: false,
  errors: {
    missing: "ResourceNotFoundException",
    throttled: (attempts) => new CloudError("ThrottlingException", `Rate exceeded (${attempts} attempts)`),
    report: ({ verb, api, call, error }) => {
      const doing = { Create: "creating", Update: "updating", Delete: "deleting" }[verb];
      return `${doing} ${api.join(" ")}: operation error ${call.replace(":", ": ")}, ${error.message}`;
    },
  },
  // https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html; the provider's default is 25.
  retries: { attempts: 25, backoff: (attempt) => Math.min(20, 2 ** attempt * 0.1) },
};
