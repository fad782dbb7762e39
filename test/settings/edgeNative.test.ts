import assert from "node:assert/strict";
import { problems, settings, type Values, withAws } from "../aws/figures/values";
import { edge, privateCa } from "./edgeValues";
import { problemsOf, raw } from "./helpers";

const native: Values = { mode: "native" };
const onAws = (written: Values, aws: Values = {}, others: Values = {}): Values =>
  withAws(aws, { ...others, edge: written });
const refused = (values: Values, ...lines: readonly string[]) => assert.deepEqual(problems(values), lines);
/** A name of so many characters, in labels of at most 63. */
const long = (length: number) => `${"a".repeat(40)}.${"b".repeat(length - 41 - ".mycompany.dev".length)}.mycompany.dev`;

describe("settings of the native edge", () => {
  it("are one word on AWS: no certificate of the cluster's, no proxy in front, nobody else let in", () => {
    const { logfire } = settings(onAws(native));
    const { mode, exposure, certificate, proxiesInFront, zone } = logfire.edge;
    assert.deepEqual(
      [mode, exposure, certificate, proxiesInFront, zone],
      ["native", "public", { source: "none" }, 0, "logfire.mycompany.dev"],
    );
    assert.deepEqual([logfire.https, logfire.network.edgeNamespaces], [true, []]);
  });

  it("go with a zone of one's own, a load balancer inside the network, source ranges and TLS in the cluster", () => {
    const dns = { existing: { name: "mycompany.dev", zoneId: "Z0123456789ABCDEFGHIJ" } };
    const inside = { ...native, exposure: "internal", sourceRanges: ["10.0.0.0/8"], proxiesInFront: 1 };
    refused(onAws(inside, { dns }, { inClusterTls: {} }));
  });

  it("are refused where there is no cloud, in one sentence", () => {
    assert.deepEqual(problemsOf(raw(edge({ ...native, exposure: "internal" }))), [
      'edge.mode: is native, and on the platform "existing" there is no cloud whose load balancer this stack makes; write gateway, ingress or none',
    ]);
  });

  it("are refused where nobody can write the records that prove the certificate", () => {
    refused(
      onAws(native, { dns: { manage: false } }),
      "edge.mode: is native, and the cloud proves its certificate by records in a zone that this stack writes into: aws.dns.manage is false; " +
        "name your zone as aws.dns.existing (name and zoneId), or write edge.mode: gateway with a certificate of yours",
    );
  });

  it("are refused beside a certificate, a Gateway, an Ingress or the PROXY protocol, and without HTTPS", () => {
    refused(
      onAws({ ...native, certificate: privateCa, gateway: {}, ingress: { className: "nginx" } }),
      "edge.gateway: stands beside edge.mode, which is native; remove it, or write edge.mode: gateway",
      "edge.ingress: stands beside edge.mode, which is native; remove it, or write edge.mode: ingress",
      "edge.certificate: stands beside edge.mode: native, where the cloud issues the certificate and renews it; remove it, or write edge.mode: gateway",
    );
    refused(
      onAws({ ...native, proxyProtocol: true }),
      "edge.proxyProtocol: is true, and a native load balancer says the client's address by X-Forwarded-For; remove it",
    );
    refused(
      onAws(native, {}, { https: false }),
      "edge.mode: is native, where HTTPS ends in the cloud's load balancer, and Logfire is without HTTPS; remove https: false and write a hostname of the zone, or write edge.mode: gateway",
    );
  });

  it("are refused with names that are longer than ACM and the load balancer take, and not a letter before", () => {
    const aws = { dns: { zone: "mycompany.dev" } };
    const hostnames = (...lengths: readonly number[]) => ({ hostname: undefined, hostnames: lengths.map(long) });
    refused(onAws(native, aws, hostnames(64)));
    refused(
      onAws(native, aws, hostnames(65)),
      `hostnames[0]: "${long(65)}" has 65 characters, and with edge.mode: native the first name of the certificate has 64 at the most; write a shorter one first, or edge.mode: gateway`,
    );
  });

  it("want public subnets of an owner's network, unless the load balancer stays inside", () => {
    const ids = ["a", "b", "c"].map((letter) => `subnet-0123456789abcdef${letter}`.slice(0, 24));
    const network = { existing: { vpcId: "vpc-0123456789abcdef0", privateSubnetIds: ids } };
    const [missing, ...others] = problems(onAws(native, { network }));
    assert.match(missing ?? "", /^aws\.network\.existing\.publicSubnetIds: is missing: edge\.exposure is public;/);
    assert.deepEqual(others, []);
    refused(onAws({ ...native, exposure: "internal" }, { network }));
  });
});
