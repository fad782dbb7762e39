import assert from "node:assert/strict";
import { list, record, type Values } from "../../sandbox/providers/cloud/model";
import { makeNetwork, testAccount, type TestAccount } from "./awsAccount";

const balancer = "lb/loadBalancer:LoadBalancer";
const targets = "lb/targetGroup:TargetGroup";
const listener = "lb/listener:Listener";
const rule = "lb/listenerRule:ListenerRule";

const notFound = { type: "fixed-response", fixedResponse: { contentType: "text/plain", statusCode: "404" } };
const host = (...values: readonly string[]) => ({ hostHeader: { values } });

const application = (inputs: Values = {}) => ({ name: "app", port: 30081, protocol: "HTTP", vpcId: "vpc", ...inputs });
const ruled = (inputs: Values = {}) => ({
  ...{ listenerArn: "arn", priority: 1, conditions: [host("a.example.com")], actions: [notFound] },
  ...inputs,
});

/** Inputs by what is wrong with them, with what the simulated provider says; AWS' rules are known from its documentation. */
const refused: Readonly<Record<string, readonly [type: string, inputs: Values, said: string]>> = {
  "a version of the protocol that ELB does not speak": [
    targets,
    application({ protocolVersion: "HTTP3" }),
    'protocolVersion: "HTTP3" is not one of HTTP1, HTTP2, GRPC',
  ],
  "codes of HTTP for a check by gRPC": [
    targets,
    application({ protocolVersion: "GRPC", healthCheck: { matcher: "200" } }),
    "healthCheck.matcher: Health check matcher GRPC code '200' must be within '0-99' inclusive",
  ],
  "codes of gRPC for a check by HTTP": [
    targets,
    application({ healthCheck: { path: "/stats", matcher: "12" } }),
    "healthCheck.matcher: Health check matcher HTTP code '12' must be within '200-599' inclusive",
  ],
  "a version of HTTP for what is no HTTP": [
    targets,
    application({ protocol: "TCP", protocolVersion: "HTTP2" }),
    "protocolVersion does not go with protocol TCP",
  ],
  "the PROXY protocol of an application load balancer": [
    targets,
    application({ proxyProtocolV2: true }),
    "proxyProtocolV2 does not go with protocol HTTP",
  ],
  "a check by TCP of an application load balancer": [
    targets,
    application({ healthCheck: { protocol: "TCP" } }),
    "healthCheck.protocol must be HTTP or HTTPS with an application load balancer",
  ],
  "a policy of TLS that there is none of": [
    listener,
    {
      ...{ loadBalancerArn: "arn", port: 443, protocol: "HTTPS", sslPolicy: "ELBSecurityPolicy-TLS14" },
      ...{ certificateArn: "arn:aws:acm:eu-west-1:123456789012:certificate/1", defaultActions: [notFound] },
    },
    'sslPolicy: "ELBSecurityPolicy-TLS14" is not one of',
  ],
  "a fixed answer that is a redirect": [
    listener,
    {
      ...{ loadBalancerArn: "arn", port: 80, protocol: "HTTP" },
      defaultActions: [{ ...notFound, fixedResponse: { contentType: "text/plain", statusCode: "301" } }],
    },
    'defaultActions[0].fixedResponse.statusCode: "301" is not a status of 2XX, 4XX or 5XX, as text',
  ],
  "a fixed answer without one": [
    rule,
    ruled({ actions: [{ type: "fixed-response" }] }),
    "a fixed-response action needs fixedResponse",
  ],
  "a redirect of another status": [
    rule,
    ruled({ actions: [{ type: "redirect", redirect: { statusCode: "HTTP_308" } }] }),
    'actions[0].redirect.statusCode: "HTTP_308" is not one of AWS\' RedirectActionStatusCodeEnum: HTTP_301, HTTP_302',
  ],
  "a rule without conditions": [rule, ruled({ conditions: [] }), "conditions: a rule needs one at least"],
  "a condition of two kinds": [
    rule,
    ruled({ conditions: [{ ...host("a.example.com"), pathPattern: { values: ["/"] } }] }),
    "conditions: each must be of exactly one kind",
  ],
  "six values": [
    rule,
    ruled({ conditions: [host("a", "b", "c", "d", "e"), { pathPattern: { values: ["/x"] } }] }),
    "conditions: a rule can only have '5' condition values, and has 6",
  ],
  "a host that is too long": [
    rule,
    ruled({ conditions: [host("a".repeat(129))] }),
    `conditions: '${"a".repeat(129)}' is longer than 128 characters`,
  ],
};

describe("application load balancers in the simulated account", () => {
  let aws: TestAccount;
  beforeEach(() => (aws = testAccount()));
  afterEach(() => aws.remove());

  for (const [what, [type, inputs, said]] of Object.entries(refused))
    it(`refuse ${what}`, () => {
      const found = aws.failures(type, inputs);
      assert.equal(found.length, 1, found.join("\n"));
      assert.ok(found[0]?.startsWith(said), found[0]);
    });

  const made = async () => {
    const { vpc, subnets } = await makeNetwork(aws);
    const make = (name: string) => aws.create(balancer, { name, internal: true, subnets });
    const group = (name: string, inputs: Values = {}) =>
      aws.create(targets, application({ name, vpcId: vpc, ...inputs }));
    const listen = (loadBalancerArn: unknown, port = 80) =>
      aws.create(listener, { loadBalancerArn, port, protocol: "HTTP", defaultActions: [notFound] });
    const forward = (listenerArn: unknown, targetGroupArn: unknown, priority = 1) =>
      aws.create(rule, ruled({ listenerArn, priority, actions: [{ type: "forward", targetGroupArn }] }));
    return { make, group, listen, forward };
  };

  it("answer what was left out: check by HTTP, cookie of their own, parts of a redirect that stay", async () => {
    const { make, group, listen } = await made();
    const { healthCheck, protocolVersion, stickiness } = await group("web");
    assert.deepEqual(
      [record(healthCheck)["protocol"], record(healthCheck)["path"], protocolVersion, record(stickiness)["type"]],
      ["HTTP", "/", "HTTP1", "lb_cookie"],
    );
    const { arn } = await listen((await make("one")).arn);
    const redirect = { protocol: "HTTPS", port: "443", statusCode: "HTTP_301" };
    const { actions } = await aws.create(rule, ruled({ listenerArn: arn, actions: [{ type: "redirect", redirect }] }));
    assert.deepEqual(list(actions), [
      { order: 1, type: "redirect", redirect: { host: "#{host}", path: "/#{path}", query: "#{query}", ...redirect } },
    ]);
  });

  it("have one rule of a priority, and a target group for themselves", async () => {
    const { make, group, listen, forward } = await made();
    const [one, other] = [await listen((await make("one")).arn), await listen((await make("other")).arn)];
    const web = await group("web");
    await forward(one.arn, web.arn);
    await assert.rejects(forward(one.arn, web.arn), /PriorityInUse/);
    await forward(one.arn, web.arn, 2);
    await assert.rejects(forward(other.arn, web.arn), /TargetGroupAssociationLimit/);
    await assert.rejects(aws.delete(targets, web.id), /ResourceInUse/);
  });

  it("speak gRPC only where they speak HTTPS", async () => {
    const { make, group, listen, forward } = await made();
    const plain = await listen((await make("one")).arn);
    const grpc = await group("grpc", { protocolVersion: "GRPC", healthCheck: { matcher: "12" } });
    await assert.rejects(forward(plain.arn, grpc.arn), /protocol version GRPC, which needs an HTTPS listener/);
  });

  it("cannot be deleted while they are protected", async () => {
    const { subnets } = await makeNetwork(aws);
    const { id } = await aws.create(balancer, { name: "one", internal: true, subnets, enableDeletionProtection: true });
    await assert.rejects(aws.delete(balancer, id), /OperationNotPermitted/);
  });

  it("take certificates for ten names at the most", async () => {
    const names = (count: number) => Array.from({ length: count }, (_, index) => `host-${index}.example.com`);
    const request = (count: number) => {
      const [domainName, ...subjectAlternativeNames] = names(count);
      return aws.create("acm/certificate:Certificate", {
        domainName,
        subjectAlternativeNames,
        validationMethod: "DNS",
      });
    };
    await request(10);
    await assert.rejects(request(11), /LimitExceededException/);
  });
});
