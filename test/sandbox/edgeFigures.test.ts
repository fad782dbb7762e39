import assert from "node:assert/strict";
import { reached } from "../../cli/start";
import { statusText } from "../../sandbox";
import { edgeFigures, type EdgeObject } from "../../sandbox/edgeStatus";

const metadata = (name: string) => ({ metadata: { name } });
const condition = (type: string, status: string, message = "") => ({ conditions: [{ type, status, message }] });

const gateway: EdgeObject = {
  ...{ kind: "Gateway", ...metadata("front") },
  status: { ...condition("Programmed", "True"), addresses: [{ value: "203.0.113.7" }] },
};
const route: EdgeObject = {
  ...{ kind: "HTTPRoute", ...metadata("all") },
  spec: { rules: [{ backendRefs: [{ name: "web" }] }, { backendRefs: [{ name: "web" }] }] },
  status: { parents: [condition("Accepted", "True")] },
};
const redirect: EdgeObject = { ...route, ...metadata("redirect"), spec: { rules: [{}] } };
const certificate: EdgeObject = {
  ...{ kind: "Certificate", ...metadata("leaf") },
  spec: { dnsNames: ["logfire.example"] },
  status: { ...condition("Ready", "True"), notAfter: "2027-02-19T08:00:00Z" },
};

describe("the edge in the sandbox's status", () => {
  it("shows addresses, what routes lead to, and how long certificates last", () => {
    const edge = edgeFigures([gateway, route, redirect, certificate]);
    const text = statusText({ workloads: [], nodes: [], edge }, false);
    assert.match(text, /^front +Gateway +yes +203\.0\.113\.7$/m);
    assert.match(text, /^all +HTTPRoute +yes +web$/m);
    assert.match(text, /^redirect +HTTPRoute +yes +redirect$/m);
    assert.match(text, /^leaf +Certificate +yes +logfire\.example, until 2027-02-19$/m);
  });

  it("says what is waited for", () => {
    const figures = edgeFigures([
      { ...gateway, status: condition("Programmed", "False", "No addresses have been assigned") },
      { ...certificate, status: undefined },
      { kind: "Ingress", ...metadata("front") },
    ]);
    assert.deepEqual(
      figures.map(({ ready, detail }) => [ready, detail]),
      [
        [false, "No addresses have been assigned"],
        [false, "has no condition Ready yet"],
        [false, "has no address yet"],
      ],
    );
  });

  it("is left out where there is none", () => {
    assert.doesNotMatch(statusText({ workloads: [], nodes: [], edge: [] }, false), /edge/);
  });
});

describe("what `npm start` says at its end", () => {
  const workloads = [{ name: "web", kind: "Deployment", ready: 2, desired: 2 }];
  const outputs = (edge: object) => ({
    url: { value: "https://logfire.example", secret: false },
    edge: { value: edge, secret: false },
  });

  it("names the URL, its address, what is behind it, and what is pending", () => {
    const pending = ["Make the DNS record logfire.example A 203.0.113.7, unless it is there."];
    const status = { workloads, nodes: [], edge: edgeFigures([gateway, route, redirect]) };
    const edge = { addresses: ["203.0.113.7"], pending, caCertificate: "-----BEGIN CERTIFICATE-----" };
    assert.deepEqual(reached({ warnings: ["odd"], outputs: outputs(edge) }, status).split("\n"), [
      "warning: odd",
      "On a real cluster people would now sign in at https://logfire.example (203.0.113.7).",
      "  Gateway front -> HTTPRoute all -> Service web -> 2 pods",
      "Here pods and the load balancer are simulated: nothing answers there.",
      "The certificate is of a private authority, whose own is the output `edge.caCertificate`.",
      "",
      "On a real cluster somebody would have to do now:",
      "  - Make the DNS record logfire.example A 203.0.113.7, unless it is there.",
    ]);
  });

  it("says no more than there is", () => {
    assert.deepEqual(
      reached(
        { warnings: [], outputs: outputs({ addresses: [], pending: [] }) },
        { workloads, nodes: [], edge: [] },
      ).split("\n"),
      [
        "On a real cluster people would now sign in at https://logfire.example.",
        "Here pods and the load balancer are simulated: nothing answers there.",
      ],
    );
  });
});
