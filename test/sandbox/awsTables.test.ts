import assert from "node:assert/strict";
import { emptyPartsOf, withEmptyParts } from "../../sandbox/providers/aws/emptyParts";
import { kinds, kindOf } from "../../sandbox/providers/aws/kinds";
import { lookUp, lookupTokens } from "../../sandbox/providers/aws/invokes";
import type { Made, View } from "../../sandbox/providers/aws/model";
import { undefinedIn } from "../../sandbox/providers/aws/operations";
import { functionShape, nestedShape, resourceShape } from "../../sandbox/providers/aws/sdk/resources";
import type { Properties, Shape } from "../../sandbox/providers/aws/sdk/types";

const tokens = Object.keys(kinds).map((token) => `aws:${token}`);

const emptyAccount: View = {
  ...{ accountId: "123456789012", partition: "aws", region: "eu-west-1", now: 0, quotas: {}, caller: "", entities: [] },
  zones: [{ name: "eu-west-1a", id: "euw1-az1", without: [], lost: false }],
  controlPlane: { server: "https://127.0.0.1:1", authority: "" },
  of: () => [],
};
const made: Made = { id: "an-id", view: emptyAccount, arn: (service, resource) => `arn:aws:${service}:::${resource}` };

/** Inputs of a path such as `rules[].id`, followed through the SDK's nested types. */
function leadsNowhere(properties: Properties, path: string): string | undefined {
  const [head = "", ...rest] = path.split(".");
  const property = properties[head.replace("[]", "")];
  if (property === undefined) return head;
  let shape: Shape = property.shape;
  if (head.endsWith("[]")) {
    if (shape.kind !== "list") return `${head} is no list`;
    shape = shape.of;
  }
  if (rest.length === 0) return undefined;
  return shape.kind === "object" ? leadsNowhere(nestedShape(shape), rest.join(".")) : `${head} has no parts`;
}

/** Says nothing about AWS itself: only that the tables and the installed SDK speak of the same things. */
describe("the tables of the simulated aws provider", () => {
  for (const token of tokens)
    it(`define every output of ${token} that the SDK's class promises`, () => {
      const { kind, shape } = kindOf(token);
      const own = Object.keys(kind.outputs({}, made));
      const defined = new Set([...own, ...(kind.unset ?? []), "region", "tagsAll"]);
      const required = Object.keys(shape.inputs).filter((name) => shape.inputs[name]?.optional === false);
      const promised = Object.keys(shape.outputs).filter((name) => shape.outputs[name]?.optional === false);
      const given = new Set([...required, kind.name?.property, ...Object.keys(kind.defaults ?? {})]);
      // What `check` or the rules require although the SDK does not.
      const asked = new Set(requiredByCheck[token] ?? []);
      const lacking = [...new Set([...shape.computed, ...promised])].filter(
        (name) => !defined.has(name) && !given.has(name) && !asked.has(name),
      );
      // An optional output may be missing; a computed one that the class calls optional is answered all the same.
      assert.deepEqual(lacking, []);
    });

  it("name inputs that the SDK has, in rules, references and replacements alike", () => {
    const wrong = tokens.flatMap((token) => {
      const { kind, shape } = kindOf(token);
      const paths = [...Object.keys(kind.rules ?? {}), ...Object.keys(kind.references ?? {}), ...(kind.replaces ?? [])];
      const names = [kind.name?.property, kind.name?.prefix].filter((name) => name !== undefined);
      return [...paths, ...names].flatMap((path) => {
        const end = leadsNowhere(shape.inputs, path);
        return end === undefined ? [] : [`${token} ${path}: ${end}`];
      });
    });
    assert.deepEqual(wrong, []);
  });

  it("name outputs that the SDK has", () => {
    const wrong = tokens.flatMap((token) => {
      const { kind, shape } = kindOf(token);
      const names = [...Object.keys(kind.outputs({}, made)), ...(kind.unset ?? [])];
      return names.filter((name) => !(name in shape.outputs)).map((name) => `${token} ${name}`);
    });
    assert.deepEqual(wrong, []);
  });

  it("leave empty only parts that the SDK promises, and no part of what is not there", () => {
    for (const token of tokens) {
      const { outputs } = resourceShape(token);
      for (const path of emptyPartsOf(token.replace("aws:", "")))
        assert.equal(leadsNowhere(outputs, path), undefined, `${token} ${path}`);
    }
    const { outputs } = resourceShape("aws:eks/cluster:Cluster");
    const paths = emptyPartsOf("eks/cluster:Cluster");
    assert.deepEqual(withEmptyParts({ vpcConfig: { vpcId: "vpc-1" } }, outputs, paths), {
      vpcConfig: { vpcId: "vpc-1", controlPlaneEgressMode: "" },
    });
  });

  it("are searched for parts of parts that the SDK promises and they do not define", () => {
    const { outputs } = resourceShape("aws:eks/nodeGroup:NodeGroup");
    const found = undefinedIn(
      { resources: outputs["resources"] ?? assert.fail(), launchTemplate: outputs["launchTemplate"] ?? assert.fail() },
      { resources: [{ autoscalingGroups: [{ name: "eks-1" }, {}] }], launchTemplate: { id: "lt-1", version: "1" } },
    );
    assert.deepEqual(found, ["resources[0].remoteAccessSecurityGroupId", "launchTemplate.name"]);
  });

  it("refer to types that can be made, or that AWS makes along with another", () => {
    const companions = ["autoscaling/group:Group", "rds/snapshot:Snapshot"];
    const wrong = Object.entries(kinds).flatMap(([token, { references = {} }]) =>
      Object.values(references)
        .flatMap(({ to }) => [to].flat())
        .filter((to) => !(to in kinds) && !companions.includes(to))
        .map((to) => `${token} -> ${to}`),
    );
    assert.deepEqual(wrong, []);
  });

  it("refuse a type, a lookup and an argument that they do not know, in a sentence", () => {
    assert.throws(() => kindOf("aws:sqs/queue:Queue"), /does not have aws:sqs\/queue:Queue: add what AWS takes/);
    assert.throws(
      () => lookUp("aws:ec2/getAmi:getAmi", {}, emptyAccount),
      /does not answer aws:ec2\/getAmi:getAmi; it answers/,
    );
    assert.throws(
      () => lookUp("aws:index/getRegion:getRegion", { zone: "a" }, emptyAccount),
      /zone is not an input of/,
    );
    assert.throws(() => resourceShape("aws:ec2/nothing:Nothing"), /@pulumi\/aws has no aws:ec2\/nothing:Nothing/);
  });

  it("answer lookups that the SDK has", () => {
    for (const token of lookupTokens) assert.ok(Object.keys(functionShape(token).outputs).length > 0, token);
  });
});

const requiredByCheck: Readonly<Record<string, readonly string[]>> = {
  "aws:ec2/vpc:Vpc": ["cidrBlock"],
  "aws:ec2/subnet:Subnet": ["cidrBlock"],
};
