import { collectorPorts } from "../../logfire/config/collector";
import { checkSizes } from "../../logfire/sizing";
import { type Rule, type RuleInput, demand, when } from "./rule";

const systemNamespaces = ["default", "kube-system", "kube-public", "kube-node-lease"];

const hostnames: Rule = ({ config, readable }) => {
  if (!readable(["hostname"]) || !readable(["hostnames"])) return [];
  const { hostname, hostnames: list } = config;
  if (hostname !== undefined && list !== undefined)
    return when(
      true,
      "hostnames",
      "stands beside hostname",
      "keep one: hostnames is the list, with the primary name first",
    );
  const repeated = (list ?? []).filter((name, index, all) => all.indexOf(name) !== index);
  return [
    ...when(
      hostname === undefined && (list === undefined || list.length === 0),
      "hostname",
      "is missing",
      "write the name under which people reach Logfire, such as logfire.example.com",
    ),
    ...repeated.flatMap((name) => when(true, "hostnames", `"${name}" stands there twice`, "remove one")),
  ];
};

const administrator: Rule = ({ config, readable }) =>
  when(
    config.adminEmail === undefined && readable(["adminEmail"]),
    "adminEmail",
    "is missing",
    "write the e-mail address of the first administrator",
  );

const namespace: Rule = ({ config }) =>
  when(
    systemNamespaces.includes(config.namespace),
    "namespace",
    `"${config.namespace}" belongs to the cluster, and Logfire denies all other traffic in its namespace`,
    "write a name of its own, such as logfire",
  );

/** Replicas, resources, scratch and tuning against what the pod gets from its preset. */
const sizes: Rule = ({ config, readable }) => (readable(["preset"]) ? checkSizes(config) : []);

const images: Rule = (input) => {
  const { images: settings } = input.config;
  if (!input.readable(["images"])) return [];
  return settings.credentials === undefined
    ? when(
        input.given.includes("registryPassword"),
        "secrets.registryPassword",
        "is given for no one",
        "write images.credentials with server and username, or remove it",
      )
    : demand(input, "registryPassword", "images.credentials needs it");
};

const smtp: Rule = (input) => {
  const { smtp: settings } = input.config;
  const names = ["smtpUsername", "smtpPassword"];
  if (!input.readable(["smtp"])) return [];
  if (settings?.authenticated === true)
    return names.flatMap((name) => demand(input, name, "smtp.authenticated is true"));
  const reason = settings === undefined ? "smtp is not configured" : "smtp.authenticated is false";
  return unused(input, names, reason, settings === undefined ? "write smtp.host" : "write smtp.authenticated: true");
};

/** Secrets that nothing reads: more likely a setting was forgotten than a secret. */
export const unused = (input: RuleInput, names: readonly string[], because: string, instead: string) =>
  names
    .filter((name) => input.given.includes(name))
    .flatMap((name) => when(true, `secrets.${name}`, `is not used: ${because}`, `${instead}, or remove it`));

const rateLimits: Rule = ({ config }) => {
  const { queriesPerHour: hour, queriesPerMinute: minute } = config.rateLimits;
  return when(
    hour !== undefined && minute !== undefined && minute > hour,
    "rateLimits.queriesPerMinute",
    `${minute} is more than queriesPerHour, ${hour}, allows at all`,
    `write at most ${hour}, or raise queriesPerHour`,
  );
};

const prometheus: Rule = ({ config: { telemetry } }) => {
  const taken = Object.values(collectorPorts).find((port) => port === telemetry.prometheusPort);
  return when(
    taken !== undefined,
    "telemetry.prometheusPort",
    `${taken ?? ""} is a port of the collector itself`,
    "write another one, such as 9090",
  );
};

const egress: Rule = ({ config }) =>
  when(
    config.network.egressCidrs.length === 0 && config.network.policies,
    "network.egressCidrs",
    "is empty, so that identity providers, AI providers and mail cannot be reached",
    "write the ranges where they are, or remove the key for any address",
  );

const existingSecrets: Rule = ({ config, given }) =>
  Object.keys(config.existingSecrets)
    .filter((name) => given.includes(name))
    .flatMap((name) =>
      when(
        true,
        `existingSecrets.${name}`,
        `stands beside secrets.${name}`,
        "keep the one that is meant and remove the other",
      ),
    );

export const coreRules: readonly Rule[] = [
  hostnames,
  administrator,
  namespace,
  sizes,
  images,
  smtp,
  rateLimits,
  prometheus,
  egress,
  existingSecrets,
];
