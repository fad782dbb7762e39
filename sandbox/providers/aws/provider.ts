import type { CheckFailure } from "@pulumi/pulumi/provider";
import type { AccountFolder } from "./account";
import { checkInputs, shapeFailures } from "./check";
import { differ } from "./compare";
import { diffInputs } from "./diff";
import { lookUp } from "./invokes";
import { meet } from "./faults";
import { record, text, texts, type Values } from "./model";
import { plannedChange, plannedOutputs } from "./preview";
import { createResource, deleteResource, readResource, updateResource, type Place } from "./operations";
import { providerShape } from "./sdk/resources";

const typeOf = (urn: string): string => urn.split("::")[2]?.split("$").at(-1) ?? "";
const nameOf = (urn: string): string => urn.split("::").slice(3).join("::");

/** The simulated provider, as the engine speaks to it, without the wire. One for each process. */
export class AwsProvider {
  private region = "";
  private defaultTags: Values = {};

  constructor(private readonly account: AccountFolder) {}

  private get place(): Place {
    if (this.region === "") throw new Error("the aws provider has no region: give it one, or set aws:region");
    return { account: this.account, region: this.region, defaultTags: this.defaultTags };
  }

  checkConfig(news: Values): readonly CheckFailure[] {
    const given = configOf(news);
    const { accountId } = this.account.options();
    const allowed = texts(given.allowedAccountIds);
    const known = Object.fromEntries(
      Object.entries(given).filter(([key]) => !["version", "pluginDownloadURL"].includes(key)),
    );
    return [
      ...shapeFailures(providerShape(), known, "", "the aws provider"),
      ...(allowed.length > 0 && !allowed.includes(accountId)
        ? [{ property: "allowedAccountIds", reason: `AWS account ID not allowed: ${accountId}` }]
        : []),
      ...["accessKey", "secretKey", "token"]
        .filter((key) => given[key] !== undefined)
        .map((key) => ({ property: key, reason: "is a static key, which a rehearsal does not take" })),
    ];
  }

  /** Another region or account is another place for everything. */
  diffConfig = (olds: Values, news: Values): { readonly changed: boolean; readonly replaces: readonly string[] } => ({
    changed: differ(configOf(olds), configOf(news)),
    replaces: ["region"].filter((key) => differ(configOf(olds)[key], configOf(news)[key])),
  });

  configure(args: Values): void {
    const given = configOf(args);
    this.region = text(given.region) || (process.env.AWS_REGION ?? "");
    this.defaultTags = record(record(given.defaultTags).tags);
  }

  check = (urn: string, olds: Values, news: Values) => checkInputs(typeOf(urn), nameOf(urn), olds, news);

  diff = (urn: string, olds: Values, news: Values) => diffInputs(typeOf(urn), olds, news);

  create = (urn: string, inputs: Values) => createResource(this.place, typeOf(urn), urn, inputs);

  /** What a preview can say of it: what is given, and that the rest is not known yet. */
  previewCreate = (urn: string, inputs: Values): Values => plannedOutputs(typeOf(urn), inputs, this.place);

  previewUpdate = (urn: string, olds: Values, inputs: Values): Values => plannedChange(typeOf(urn), olds, inputs);

  update = (urn: string, id: string, inputs: Values) => updateResource(this.place, typeOf(urn), urn, id, inputs);

  delete = (urn: string, id: string) => deleteResource(this.place, typeOf(urn), urn, id);

  read = (urn: string, id: string) => readResource(this.place, typeOf(urn), id);

  invoke(token: string, args: Values): Values {
    meet(this.account.folder, `invoke:${token.split(":")[2] ?? ""}`);
    return lookUp(token, args, this.account.view(this.place.region));
  }
}

/** The engine hands everything but text to a provider as JSON in text. */
function configOf(values: Values): Values {
  const parsed = (value: unknown): unknown => {
    if (typeof value !== "string" || !/^([[{"]|true$|false$|\d+$)/.test(value)) return value;
    try {
      return JSON.parse(value) as unknown;
    } catch {
      return value;
    }
  };
  return Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value !== null && value !== undefined)
      .map(([key, value]) => [key, key === "region" || key === "profile" ? value : parsed(value)]),
  );
}
