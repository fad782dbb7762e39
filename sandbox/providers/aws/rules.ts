import { matches, parseJson } from "../cloud/rules";
import { text, type Rule } from "../cloud/model";
import { enumeration, type Client } from "./enumerations";

/** A value of an enumeration of AWS' own client. */
export const valueOf =
  (client: Client, name: string): Rule =>
  (value) => {
    const values = enumeration(client, name);
    if (values.includes(String(value))) return undefined;
    return `not one of AWS' ${name}${values.length > 12 ? "" : `: ${values.join(", ")}`}`;
  };

export const arn = (service: string): Rule =>
  matches(new RegExp(`^arn:aws(-[a-z-]+)?:${service}:[a-z0-9-]*:(\\d{12}|aws)?:.+$`), `an ARN of ${service}`);

interface Statement {
  readonly Effect?: unknown;
  readonly Action?: unknown;
  readonly NotAction?: unknown;
  readonly Resource?: unknown;
  readonly NotResource?: unknown;
  readonly Principal?: unknown;
  readonly NotPrincipal?: unknown;
  readonly Sid?: unknown;
  readonly Condition?: unknown;
}

/** A policy document as JSON text: of an identity (resources, no principal) or of a resource (principal). */
export const policy =
  (kind: "identity" | "resource" | "trust", maxBytes: number): Rule =>
  (value) => {
    const document = parseJson(value);
    if (document === undefined) return "not JSON";
    const { Version, Statement, ...rest } = document as { Version?: unknown; Statement?: unknown };
    if (Version !== "2012-10-17") return "without Version 2012-10-17";
    const unknown = Object.keys(rest).filter((key) => key !== "Id");
    if (unknown.length > 0) return `with an unknown element ${unknown.join(", ")}`;
    // AWS does not count white space.
    const size = JSON.stringify(document).length;
    if (size > maxBytes) return `larger than ${maxBytes} characters (${size})`;
    const statements = (Array.isArray(Statement) ? Statement : [Statement]) as (Statement | undefined)[];
    if (statements.length === 0) return "without a Statement";
    return statements.map((statement) => statementFault(statement ?? {}, kind)).find((fault) => fault !== undefined);
  };

const elements = [
  ...["Sid", "Effect", "Action", "NotAction", "Resource", "NotResource"],
  ...["Principal", "NotPrincipal", "Condition"],
];

function statementFault(statement: Statement, kind: "identity" | "resource" | "trust"): string | undefined {
  const unknown = Object.keys(statement).find((key) => !elements.includes(key));
  if (unknown !== undefined) return `with an unknown element ${unknown} in a statement`;
  if (statement.Effect !== "Allow" && statement.Effect !== "Deny") return "with a statement without Effect";
  if (statement.Sid !== undefined && !/^[A-Za-z0-9]*$/.test(text(statement.Sid)) && kind !== "resource")
    return `with a Sid of other characters than letters and digits: ${text(statement.Sid)}`;
  const actions = [statement.Action ?? statement.NotAction].flat();
  const wrong = actions.find((action) => !/^(\*|[a-z0-9-]+:[A-Za-z0-9*]+)$/.test(String(action)));
  if (wrong !== undefined || actions.length === 0) return `with something that is no action: ${String(wrong)}`;
  const principal = statement.Principal ?? statement.NotPrincipal;
  if (kind === "identity" && principal !== undefined) return "with a Principal, which policies of identities have not";
  if (kind !== "identity" && principal === undefined) return "without a Principal";
  if (kind === "trust" && statement.Resource !== undefined) return "with a Resource, which trust policies have not";
  if (kind !== "trust" && statement.Resource === undefined && statement.NotResource === undefined)
    return "with a statement without Resource";
  const resources = [statement.Resource ?? statement.NotResource ?? []].flat();
  const bad = resources.find((resource) => resource !== "*" && !/^arn:aws(-[a-z-]+)?:/.test(text(resource)));
  return bad === undefined ? undefined : `with a Resource that is no ARN: ${text(bad)}`;
}

/** https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html */
export function tagFaults(tags: Readonly<Record<string, unknown>>): readonly string[] {
  const allowed = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
  return [
    ...(Object.keys(tags).length > 50 ? [`more than 50 tags: ${Object.keys(tags).length}`] : []),
    ...Object.entries(tags).flatMap(([key, value]) => [
      ...(key.length < 1 || key.length > 128 ? [`tag key "${key}" is not 1 to 128 characters long`] : []),
      ...(String(value).length > 256 ? [`tag ${key} has a value of more than 256 characters`] : []),
      ...(key.startsWith("aws:") ? [`tag key "${key}" begins with aws:, which is reserved`] : []),
      ...(allowed.test(key) && allowed.test(String(value))
        ? []
        : [`tag ${key}=${String(value)} has characters that AWS refuses`]),
    ]),
  ];
}
