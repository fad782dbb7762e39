import { hex } from "../../cloud/ids";
import {
  CloudError,
  isUnknown,
  list,
  number,
  record,
  text,
  texts,
  type Entity,
  type Rule,
  type Values,
} from "../../cloud/model";
import type { AwsView, Kinds, ResourceKind } from "../kind";
import { length, matches, oneOf, whole } from "../../cloud/rules";
import { arn as arnRule, valueOf } from "../rules";

// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html, those of TLS 1.2 and later
const tlsPolicies = [
  ...["1-3", "1-2", "1-2-Res", "1-2-Ext1", "1-2-Ext2"].map((name) => `ELBSecurityPolicy-TLS13-${name}-2021-06`),
  "ELBSecurityPolicy-TLS-1-2-2017-01",
  "ELBSecurityPolicy-TLS-1-2-Ext-2018-06",
  ...["FS-1-2-2019-08", "FS-1-2-Res-2019-08", "FS-1-2-Res-2020-10"].map((name) => `ELBSecurityPolicy-${name}`),
];

const bodies = ["text/plain", "text/css", "text/html", "application/javascript", "application/json"];

/** Of the actions that a listener or a rule has: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Action.html */
const actionRules = (property: string): Readonly<Record<string, Rule>> => ({
  [`${property}[].type`]: valueOf("elastic-load-balancing-v2", "ActionTypeEnum"),
  [`${property}[].fixedResponse.contentType`]: oneOf(...bodies),
  [`${property}[].fixedResponse.statusCode`]: matches(/^[245]\d\d$/, "a status of 2XX, 4XX or 5XX, as text"),
  [`${property}[].fixedResponse.messageBody`]: length(0, 1024),
  [`${property}[].redirect.statusCode`]: valueOf("elastic-load-balancing-v2", "RedirectActionStatusCodeEnum"),
  [`${property}[].redirect.protocol`]: oneOf("HTTP", "HTTPS", "#{protocol}"),
  [`${property}[].redirect.port`]: matches(/^(\d{1,5}|#\{port\})$/, "a port as text, or #{port}"),
});

/** As AWS answers them: in their order, a redirect with the parts that stay as they were asked for. */
const answered = (actions: unknown): readonly Values[] =>
  list(actions)
    .map(record)
    .map((action, at) => ({
      order: at + 1,
      ...action,
      ...(action.redirect === undefined
        ? {}
        : {
            redirect: {
              ...{ host: "#{host}", path: "/#{path}", port: "#{port}", protocol: "#{protocol}", query: "#{query}" },
              ...record(action.redirect),
            },
          }),
    }));

const needed: Readonly<Record<string, readonly string[]>> = {
  forward: ["targetGroupArn", "forward"],
  redirect: ["redirect"],
  "fixed-response": ["fixedResponse"],
};

const actionFaults = (actions: unknown): readonly string[] =>
  list(actions)
    .map(record)
    .flatMap((action) => {
      const wanted = needed[text(action.type)] ?? [];
      return wanted.length === 0 || wanted.some((name) => action[name] !== undefined)
        ? []
        : [`a ${text(action.type)} action needs ${wanted[0] ?? ""}`];
    });

/** Target groups that a listener or a rule sends to. */
export const groupsOf = (outs: Values): readonly string[] =>
  list(outs.defaultActions ?? outs.actions)
    .map((action) => text(record(action).targetGroupArn))
    .filter((arn) => arn !== "");

const listener: ResourceKind = {
  api: ["ELBv2", "Listener"],
  rules: {
    protocol: valueOf("elastic-load-balancing-v2", "ProtocolEnum"),
    port: whole(1, 65_535),
    ...actionRules("defaultActions"),
    sslPolicy: oneOf(...tlsPolicies),
    certificateArn: arnRule("acm"),
    tcpIdleTimeoutSeconds: whole(60, 6000),
  },
  references: {
    loadBalancerArn: { to: "lb/loadBalancer:LoadBalancer", by: "arn", missing: "LoadBalancerNotFound" },
    "defaultActions[].targetGroupArn": { to: "lb/targetGroup:TargetGroup", by: "arn", missing: "TargetGroupNotFound" },
    certificateArn: {
      to: "acm/certificate:Certificate",
      by: "arn",
      missing: "CertificateNotFound",
      holds: "ResourceInUseException",
    },
  },
  replaces: ["loadBalancerArn"],
  check: (inputs) => {
    const encrypted = ["TLS", "HTTPS"].includes(text(inputs.protocol));
    return [
      ...(encrypted && inputs.certificateArn === undefined
        ? [`protocol ${text(inputs.protocol)} needs certificateArn`]
        : []),
      ...(!encrypted && !isUnknown(inputs.protocol) && inputs.certificateArn !== undefined
        ? ["certificateArn goes with TLS and HTTPS only"]
        : []),
      ...(!encrypted && !isUnknown(inputs.protocol) && inputs.sslPolicy !== undefined
        ? ["sslPolicy goes with TLS and HTTPS only"]
        : []),
      ...(inputs.tcpIdleTimeoutSeconds !== undefined && inputs.protocol !== "TCP"
        ? ["tcpIdleTimeoutSeconds goes with TCP only"]
        : []),
      ...actionFaults(inputs.defaultActions),
    ];
  },
  admit: (inputs, view, before) => {
    const of = view.of("lb/loadBalancer:LoadBalancer").find(({ id }) => id === inputs.loadBalancerArn);
    const same = view
      .of("lb/listener:Listener")
      .find(
        ({ id, outs }) =>
          id !== before?.id && outs.loadBalancerArn === inputs.loadBalancerArn && outs.port === inputs.port,
      );
    if (same !== undefined)
      throw new CloudError(
        "DuplicateListener",
        `A listener already exists on this port for this load balancer '${text(inputs.loadBalancerArn)}'`,
      );
    checkProtocols(inputs, of);
    checkGroups(inputs, { balancer: of, protocol: text(inputs.protocol) }, view);
    const issued = view
      .of("acm/certificateValidation:CertificateValidation")
      .some(({ outs }) => outs.certificateArn === inputs.certificateArn);
    if (inputs.certificateArn !== undefined && !issued)
      throw new CloudError(
        "UnsupportedCertificate",
        `The certificate '${text(inputs.certificateArn)}' must have a fully-qualified domain name, a supported signature, and a supported key size: it is not issued yet`,
      );
  },
  seconds: { create: 2, delete: 1 },
  id: (inputs) => `${text(inputs.loadBalancerArn).replace(":loadbalancer/", ":listener/")}/${hex(16)}`,
  outputs: (inputs, { id }) => ({
    arn: id,
    defaultActions: answered(inputs.defaultActions),
    protocol: inputs.protocol ?? "TCP",
    sslPolicy:
      inputs.sslPolicy ?? (inputs.certificateArn === undefined ? "" : "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"),
    tcpIdleTimeoutSeconds: inputs.tcpIdleTimeoutSeconds ?? (inputs.protocol === "TCP" ? 350 : 0),
    mutualAuthentication: { mode: "off" },
    routingHttpResponseServerEnabled: false,
  }),
  unset: [
    ...["MtlsClientcert", "MtlsClientcertIssuer", "MtlsClientcertLeaf", "MtlsClientcertSerialNumber"].map(
      (part) => `routingHttpRequestXAmzn${part}HeaderName`,
    ),
    ...["MtlsClientcertSubject", "MtlsClientcertValidity", "TlsCipherSuite", "TlsVersion"].map(
      (part) => `routingHttpRequestXAmzn${part}HeaderName`,
    ),
    ...["AllowCredentials", "AllowHeaders", "AllowMethods", "AllowOrigin", "ExposeHeaders", "MaxAge"].map(
      (part) => `routingHttpResponseAccessControl${part}HeaderValue`,
    ),
    ...["ContentSecurityPolicy", "StrictTransportSecurity", "XContentTypeOptions", "XFrameOptions"].map(
      (part) => `routingHttpResponse${part}HeaderValue`,
    ),
  ],
};

function checkProtocols(inputs: Values, balancer: Entity | undefined): void {
  const network = balancer?.outs.loadBalancerType === "network";
  if (network === isHttp(inputs.protocol))
    throw new CloudError(
      "InvalidConfigurationRequest",
      `Protocol ${text(inputs.protocol)} does not go with this type of load balancer`,
    );
}

const isHttp = (protocol: unknown): boolean => ["HTTP", "HTTPS"].includes(text(protocol));

/** Whether what is sent to goes with who sends: protocol, network, and one load balancer for each group. */
function checkGroups(
  sender: Values,
  { balancer, protocol }: { readonly balancer: Entity | undefined; readonly protocol: string },
  view: AwsView,
): void {
  const network = balancer?.outs.loadBalancerType === "network";
  for (const { id, outs } of view.of("lb/targetGroup:TargetGroup").filter((one) => groupsOf(sender).includes(one.id))) {
    const refuse = (code: string, why: string) => new CloudError(code, `Target group ${id} ${why}`);
    if (network === isHttp(outs.protocol))
      throw refuse(
        "InvalidConfigurationRequest",
        `has protocol ${text(outs.protocol)}, which this type of load balancer does not speak`,
      );
    if (outs.vpcId !== balancer?.outs.vpcId)
      throw refuse("InvalidConfigurationRequest", "is in another VPC than the load balancer");
    if (outs.protocolVersion === "GRPC" && protocol !== "HTTPS")
      throw refuse("InvalidConfigurationRequest", "has protocol version GRPC, which needs an HTTPS listener");
    if (balancersOf(id, view).some((other) => other !== balancer?.id))
      throw refuse("TargetGroupAssociationLimit", "is associated with another load balancer");
  }
}

/** Load balancers whose listeners or rules send to a group. */
function balancersOf(group: string, view: AwsView): readonly string[] {
  const senders = view.of("lb/listener:Listener");
  const rules = view.of("lb/listenerRule:ListenerRule").filter(({ outs }) => groupsOf(outs).includes(group));
  const listening = senders.filter(
    ({ id, outs }) => groupsOf(outs).includes(group) || rules.some((rule) => rule.outs.listenerArn === id),
  );
  return listening.map(({ outs }) => text(outs.loadBalancerArn));
}

// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
const most = { values: 5, wildcards: 6, length: 128, rules: 100 } as const;

const listenerRule: ResourceKind = {
  api: ["ELBv2", "Rule"],
  rules: { priority: whole(1, 50_000), ...actionRules("actions") },
  references: {
    listenerArn: { to: "lb/listener:Listener", by: "arn", missing: "ListenerNotFound" },
    "actions[].targetGroupArn": { to: "lb/targetGroup:TargetGroup", by: "arn", missing: "TargetGroupNotFound" },
  },
  replaces: ["listenerArn"],
  check: (inputs) => [...actionFaults(inputs.actions), ...conditionFaults(inputs.conditions)],
  admit: (inputs, view, before) => {
    const listener = view.of("lb/listener:Listener").find(({ id }) => id === inputs.listenerArn);
    const others = view
      .of("lb/listenerRule:ListenerRule")
      .filter(({ id, outs }) => id !== before?.id && outs.listenerArn === inputs.listenerArn);
    if (others.some(({ outs }) => outs.priority === inputs.priority))
      throw new CloudError("PriorityInUse", `Priority '${number(inputs.priority)}' is currently in use`);
    if (others.length >= most.rules) throw new CloudError("TooManyRules", "The maximum number of rules is reached");
    const balancer = view
      .of("lb/loadBalancer:LoadBalancer")
      .find(({ id }) => id === text(listener?.outs.loadBalancerArn));
    if (!isHttp(listener?.outs.protocol))
      throw new CloudError("UnsupportedFunctionality", "Rules are unsupported for Network Load Balancer listeners");
    checkGroups(inputs, { balancer, protocol: text(listener?.outs.protocol) }, view);
  },
  seconds: { create: 1, delete: 1 },
  id: (inputs) => `${text(inputs.listenerArn).replace(":listener/", ":listener-rule/")}/${hex(16)}`,
  outputs: (inputs, { id, view }) => ({
    arn: id,
    actions: answered(inputs.actions),
    priority:
      inputs.priority ??
      1 + Math.max(0, ...view.of("lb/listenerRule:ListenerRule").map(({ outs }) => number(outs.priority))),
  }),
};

/** Each condition is of one kind, and all of a rule have so many values together. */
function conditionFaults(conditions: unknown): readonly string[] {
  if (isUnknown(conditions)) return [];
  const all = list(conditions).map(record);
  const values = all.flatMap((condition) => Object.values(condition).flatMap((kind) => texts(record(kind).values)));
  return [
    ...(all.length === 0 ? ["conditions: a rule needs one at least"] : []),
    ...all
      .filter((condition) => Object.values(condition).filter((kind) => kind !== undefined).length !== 1)
      .map(() => "conditions: each must be of exactly one kind"),
    ...(values.length > most.values
      ? [`conditions: a rule can only have '${most.values}' condition values, and has ${values.length}`]
      : []),
    ...(values.join("").replaceAll(/[^*?]/g, "").length > most.wildcards
      ? [`conditions: a rule can only have '${most.wildcards}' wildcards`]
      : []),
    ...values
      .filter((value) => value.length > most.length)
      .map((value) => `conditions: '${value}' is longer than ${most.length} characters`),
  ];
}

export const listeners: Kinds = {
  "lb/listener:Listener": listener,
  "lb/listenerRule:ListenerRule": listenerRule,
};
