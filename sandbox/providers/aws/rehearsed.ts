import { readFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../../components/lib/errors";
import { instanceTypes } from "../../../components/platform/aws/figures/instanceTypes";
import { usualPods } from "../../../components/platform/aws/figures/clusterPods";
import { packedNodes, poolPods, usableTypes } from "../../../components/platform/aws/figures/nodePlan";
import { layout } from "../../controlPlane/components";
import type { ControlPlane } from "../../controlPlane/controlPlane";
import type { RehearsedCloud } from "../../rehearsal/cloud";
import type { StateResource } from "../../rehearsal/chain";
import { accountFolder, usualOptions, type AccountFolder, type AccountOptions } from "./account";
import { kinds, shortToken } from "./kinds";
import { RehearsedAwsAccount } from "./rehearsedAccount";
import { versions } from "./services/eks";

const newest = "1.35";

/** Further kwok Stages for a sandbox that stands in for EKS. */
export const awsStages = (): readonly string[] => [readFileSync(join(__dirname, "stages.yaml"), "utf8")];

/** An account with nothing in it whose EKS clusters are the sandbox's control plane. */
export function makeAccount(
  { stateDir, apiServer }: Pick<ControlPlane, "stateDir" | "apiServer">,
  options: Partial<AccountOptions> = {},
): AccountFolder {
  const account = accountFolder(stateDir);
  const authority = Buffer.from(readFileSync(layout(stateDir).ca, "utf8")).toString("base64");
  account.prepare({ ...usualOptions, controlPlane: { server: apiServer, authority }, ...options });
  return account;
}

/** What a rehearsal has to know of AWS. */
export const rehearsedAws: RehearsedCloud = {
  platform: "aws",
  title: "AWS",
  packages: ["aws"],
  stages: awsStages,
  makeAccount: (controlPlane, { settings, speed, quotas }) => {
    const unknown = Object.keys(quotas).filter((code) => !(code in usualOptions.quotas));
    if (unknown.length > 0)
      throw new UserError(
        `No limit of AWS that counts here: ${unknown.join(", ")}; there are ${Object.keys(usualOptions.quotas).join(", ")}`,
      );
    const account = makeAccount(controlPlane, { speed, quotas: { ...usualOptions.quotas, ...quotas } });
    return new RehearsedAwsAccount(account, typeof settings.region === "string" ? settings.region : "");
  },
  holdsData: (type) => kinds[shortToken(type)]?.stateful === true,
  isStaticKey: ({ type, inputs }: StateResource) => /^aws:iam\/(accessKey|user):/.test(type) || holdsKey(inputs),
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
    const others = usableTypes(pool).filter((each) => each !== type && each.endsWith(`.${size}`) && holds(each));
    // The same family in another generation, where there is one.
    return others.find((each) => each.charAt(0) === type.charAt(0)) ?? others[0];
  },
  packedNodes: (pool, type, sizes, preset) => {
    const known = instanceTypes[type];
    return known === undefined ? 0 : (packedNodes(poolPods(sizes, pool, "min", usualPods(preset)), known) ?? 0);
  },
  autoscaler: "cluster-autoscaler",
  disksAreZonal: true,
};

const staticKeys = /^(accessKey|secretKey|AWS_ACCESS_KEY_ID|AWS_SECRET_ACCESS_KEY)$/;

/** As a key of its own, or as the name of a container's variable. */
function holdsKey(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const variable = (value as { readonly name?: unknown }).name;
  if (typeof variable === "string" && staticKeys.test(variable)) return true;
  return Object.entries(value).some(
    ([key, inner]: [string, unknown]) =>
      (staticKeys.test(key) && inner !== undefined && inner !== "") || holdsKey(inner),
  );
}

const keys = <T extends object>(value: T): readonly (keyof T)[] => Object.keys(value) as (keyof T)[];
