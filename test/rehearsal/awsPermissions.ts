import type { StateResource } from "../../sandbox/rehearsal/chain";
import { autoscaling, bucketAccess, type PolicyDocument } from "../../components/platform/aws/policies";

/** What a stack's roles may do, and what the smallest set is that this package knows of, both as JSON by name. */
export interface Permissions {
  readonly granted: Readonly<Record<string, unknown>>;
  readonly smallest: Readonly<Record<string, PolicyDocument>>;
  /** Amazon's own policies, by role. */
  readonly attached: readonly string[];
}

type Outputs = Readonly<Record<string, unknown>>;
const outputsOf = (resource: StateResource): Outputs => (resource as { readonly outputs?: Outputs }).outputs ?? {};

export function permissionsIn(resources: readonly StateResource[]): Permissions {
  const of = (type: string) => resources.filter((resource) => resource.type === `aws:${type}`);
  const text = (type: string, name: string) => String(outputsOf(of(type)[0] ?? { urn: "", type: "" })[name]);
  const named = ({ urn }: StateResource) => (urn.split("::").at(-1) ?? "").replace(/^platform-/, "");
  return {
    granted: Object.fromEntries(
      of("iam/rolePolicy:RolePolicy").map((each) => [named(each), JSON.parse(String(outputsOf(each)["policy"]))]),
    ),
    smallest: {
      "workloads-bucket": bucketAccess({ partition: "aws", bucket: text("s3/bucket:Bucket", "bucket") }),
      "cluster-autoscaler-scale": autoscaling(text("eks/cluster:Cluster", "arn")),
      // Its own role must not make the group anew while the stack that made it goes.
      "cluster-keep-the-log-group": {
        Version: "2012-10-17",
        Statement: [{ Effect: "Deny", Action: "logs:CreateLogGroup", Resource: "*" }],
      },
    },
    attached: of("iam/rolePolicyAttachment:RolePolicyAttachment").map(named).sort(),
  };
}
