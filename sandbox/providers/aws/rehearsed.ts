import { readFileSync } from "node:fs";
import { join } from "node:path";
import { usualPods } from "../../../components/platform/aws/figures/clusterPods";
import { instanceTypes } from "../../../components/platform/aws/figures/machineTypes";
import { awsMachines } from "../../../components/platform/aws/figures/nodePlan";
import { usableTypes } from "../../../components/platform/shared/checkNodePlan";
import { packedNodes, poolPods } from "../../../components/platform/shared/nodePlan";
import type { ControlPlane } from "../../controlPlane/controlPlane";
import type { StateResource } from "../../rehearsal/chain";
import type { RehearsedCloud } from "../../rehearsal/cloud";
import type { AccountFolder } from "../cloud/account";
import { holdsKey, makeAccount, withQuotas } from "../cloud/rehearsed";
import { RehearsedCloudAccount } from "../cloud/rehearsedAccount";
import { shortToken } from "../cloud/simulation";
import { usualOptions, type AwsOptions } from "./kind";
import { kinds } from "./kinds";
import { awsAccount } from "./rehearsedAccount";
import { versions } from "./services/eks";
import { aws } from "./simulation";

const newest = "1.35";

/** Further kwok Stages for a sandbox that stands in for EKS. */
export const awsStages = (): readonly string[] => [readFileSync(join(__dirname, "stages.yaml"), "utf8")];

/** An account with nothing in it whose EKS clusters are the sandbox's control plane. */
export const makeAwsAccount = (
  controlPlane: Pick<ControlPlane, "stateDir" | "apiServer">,
  options: Partial<AwsOptions> = {},
): AccountFolder<AwsOptions> => makeAccount(aws, controlPlane, { ...usualOptions, ...options });

/** What a rehearsal has to know of AWS. */
export const rehearsedAws: RehearsedCloud = {
  platform: "aws",
  title: "AWS",
  packages: ["aws"],
  stages: awsStages,
  makeAccount: (controlPlane, { settings, speed, quotas }) => {
    const options = { speed, quotas: withQuotas(aws, usualOptions.quotas, quotas) };
    const region = typeof settings.region === "string" ? settings.region : "";
    return new RehearsedCloudAccount(awsAccount, makeAwsAccount(controlPlane, options), { region });
  },
  holdsData: (type) => kinds[shortToken(aws, type)]?.stateful === true,
  isStaticKey: ({ type, inputs }: StateResource) =>
    /^aws:iam\/(accessKey|user):/.test(type) || holdsKey(inputs, staticKeys),
  versions: { earlier: versions[versions.indexOf(newest) - 1] ?? newest, newest },
  upgradeOrder: [
    { what: "control plane", resources: /^Cluster / },
    { what: "add-ons of the nodes", resources: /^Addon \S*-(kube-proxy|vpc-cni|eks-pod-identity-agent)$/ },
    { what: "nodes", resources: /^NodeGroup / },
    { what: "add-ons on nodes, autoscaler", resources: /^Addon |^Deployment \S*cluster-autoscaler/ },
  ],
  withVersion: (version) => ({ cluster: { version } }),
  withMachines: (types) => ({
    nodes: Object.fromEntries(Object.entries(types).map(([pool, type]) => [pool, { type }])),
  }),
  otherMachine: (pool, type) => {
    const holds = (each: string) => {
      const [one, other] = [instanceTypes[type]?.allocatable, instanceTypes[each]?.allocatable];
      return one !== undefined && other !== undefined && keys(one).every((key) => other[key] >= one[key] * 0.95);
    };
    const size = type.split(".")[1] ?? "";
    const others = usableTypes(awsMachines, pool).filter(
      (each) => each !== type && each.endsWith(`.${size}`) && holds(each),
    );
    // The same family in another generation, where there is one.
    return others.find((each) => each.charAt(0) === type.charAt(0)) ?? others[0];
  },
  packedNodes: (pool, type, sizes, preset) => {
    const known = instanceTypes[type];
    return known === undefined ? 0 : (packedNodes(poolPods(sizes, pool, "min", usualPods(preset)), known) ?? 0);
  },
  autoscaler: "cluster-autoscaler",
  poolsBeginEven: false,
  disksAreZonal: true,
};

const staticKeys = /^(accessKey|secretKey|AWS_ACCESS_KEY_ID|AWS_SECRET_ACCESS_KEY)$/;

const keys = <T extends object>(value: T): readonly (keyof T)[] => Object.keys(value) as (keyof T)[];
