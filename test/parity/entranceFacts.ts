import { flatten, type Facts, type Fields } from "./normalise";

/** What Gateways, routes, Ingresses and cert-manager's objects say, whatever order they say it in. */
export function entranceFacts(kind: string, { listeners, parentRefs, rules, ...rest }: Fields): Facts {
  switch (kind) {
    case "Gateway":
      return { ...flatten(rest), ...byName("listener", listeners) };
    case "HTTPRoute":
      return { ...flatten(rest), ...parents(parentRefs), ...routes(rules) };
    case "Ingress":
      return { ...flatten(rest), ...flatten(byHost(rules)) };
    default:
      return flatten(mapDurations(rest));
  }
}

type List = readonly Fields[];

const byName = (prefix: string, list: unknown): Facts =>
  Object.assign({}, ...(list as List).map((item) => flatten({ [prefix]: { [String(item["name"])]: item } }))) as Facts;

const parents = (list: unknown): Facts =>
  Object.fromEntries((list as List).map(({ name }) => [`parent.${String(name)}`, true]));

/** Which paths lead to which port; what else must hold of the request stands beside the path. */
const routes = (list: unknown): Facts =>
  Object.fromEntries(
    (list as List).flatMap(({ matches, backendRefs = [], filters }) =>
      [...(backendRefs as List).map(({ name, port }) => `to.${String(name)}:${String(port)}`)]
        .concat(filters === undefined ? [] : ["filtered"])
        .map((target) => [
          target,
          (matches as List)
            .map(({ path, headers }) => {
              const { type, value } = path as Fields;
              const condition = headers === undefined ? "" : ` and ${JSON.stringify(headers)}`;
              return `${String(type)} ${String(value)}${condition}`;
            })
            .join("; "),
        ]),
    ),
  );

const byHost = (list: unknown): Fields =>
  Object.fromEntries((list as List).map(({ host, ...rule }) => [`host.${String(host)}`, rule]));

/** Go's durations in hours. */
const mapDurations = (spec: Fields): Fields =>
  Object.fromEntries(
    Object.entries(spec).map(([key, value]) => {
      const hours = typeof value === "string" ? /^(\d+)h(0m0s)?$/.exec(value)?.[1] : undefined;
      return [key, hours === undefined ? value : Number(hours)];
    }),
  );
