import type { Problem } from "../../lib/errors";
import { nearest } from "../../lib/errors";
import { show } from "../fields";
import { demand, has, type Rule, type RuleInput, when } from "./rule";

const roles = ["model", "chatModel", "reasoningModel", "llmJudgeModel"] as const;

/** Offered in multi-regions only; every other `google-cloud:` model is regional. */
const multiRegionModels = ["gemini-3.5-flash"];

type Demand = (input: RuleInput, because: string, model: string) => readonly Problem[];

const openAi: Demand = (input, because) => demand(input, "openAiApiKey", because);

const azure: Demand = (input, because) => [
  ...when(
    input.config.ai.azureOpenAi === undefined && input.readable(["ai", "azureOpenAi"]),
    "ai.azureOpenAi.endpoint",
    `is missing: ${because}`,
    "write the endpoint of the resource, such as https://NAME.openai.azure.com",
  ),
  ...demand(input, "azureOpenAiApiKey", because),
];

const vertex =
  (key: "region" | "multiRegionLocation" | "anthropicProjectId", remedy: string): Demand =>
  (input, because) =>
    when(
      input.config.ai.vertexAi?.[key] === undefined && input.readable(["ai", "vertexAi"]),
      `ai.vertexAi.${key}`,
      `is missing: ${because}`,
      remedy,
    );
const region = vertex("region", "write a region, such as us-east5");
const multiRegion = vertex("multiRegionLocation", "write us or eu");
const project = vertex("anthropicProjectId", "write the id of the Google Cloud project");

/** What a provider needs, by the prefix of the model's name. */
const providers: Readonly<Record<string, Demand>> = {
  openai: openAi,
  "openai-chat": openAi,
  "openai-responses": openAi,
  azure,
  "google-cloud": (...args) => (multiRegionModels.includes(args[2]) ? multiRegion : region)(...args),
  "google-vertex": region,
  "anthropic-vertex": (...args) => [...region(...args), ...project(...args)],
};

function checkModel(input: RuleInput, key: string, entry: string): readonly Problem[] {
  const colon = entry.indexOf(":");
  const provider = entry.slice(0, Math.max(0, colon));
  const model = entry.slice(colon + 1);
  if (colon < 1 || model === "" || /\s/.test(entry))
    return when(true, key, `${show(entry)} is not a model`, "write PROVIDER:MODEL, such as openai:gpt-4o");
  const needs = Object.entries(providers).find(([name]) => name === provider)?.[1];
  if (needs !== undefined) return needs(input, `${key} uses ${show(entry)}`, model);
  // A provider that is not listed takes its key from the workloads' extraEnv.
  const near = nearest(provider, Object.keys(providers));
  return near === undefined
    ? []
    : when(true, key, `${show(provider)} is not a provider`, `did you mean ${near}:${model}?`);
}

const models: Rule = (input) =>
  roles.flatMap((role) => {
    const value = input.config.ai[role];
    return value === undefined
      ? []
      : value.split(",").flatMap((entry) => checkModel(input, `ai.${role}`, entry.trim()));
  });

/** Two models that miss one key are one problem. */
const once: Rule = (input) =>
  models(input).filter(
    ({ key }, index, all) => !/^(secrets|ai\..*\.)/.test(key) || all.findIndex((one) => one.key === key) === index,
  );

const endpointWithoutKey: Rule = (input) =>
  when(
    input.config.ai.azureOpenAi !== undefined && !has(input, "azureOpenAiApiKey") && !usesAzure(input),
    "ai.azureOpenAi",
    "has an endpoint and no key",
    "set it with `pulumi config set --path --secret secrets.azureOpenAiApiKey`, or remove ai.azureOpenAi",
  );
const usesAzure = ({ config }: RuleInput) => roles.some((role) => config.ai[role]?.includes("azure:"));

export const aiRules: readonly Rule[] = [once, endpointWithoutKey];
