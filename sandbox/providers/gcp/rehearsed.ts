import { readFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../../components/lib/errors";
import { usualPods } from "../../../components/platform/gcp/figures/clusterPods";
import { machineTypes, nodeOf, type GcpMachine } from "../../../components/platform/gcp/figures/machineTypes";
import { gcpMachines, usualSsds } from "../../../components/platform/gcp/figures/nodePlan";
import { usableTypes } from "../../../components/platform/shared/checkNodePlan";
import { packedNodes, poolPods } from "../../../components/platform/shared/nodePlan";
import type { ControlPlane } from "../../controlPlane/controlPlane";
import type { StateResource } from "../../rehearsal/chain";
import type { PoolName, RehearsedCloud } from "../../rehearsal/cloud";
import type { AccountFolder } from "../cloud/account";
import { holdsKey, makeAccount, withQuotas } from "../cloud/rehearsed";
import { RehearsedCloudAccount } from "../cloud/rehearsedAccount";
import { shortToken } from "../cloud/simulation";
import { usualOptions, type GcpOptions } from "./kind";
import { kinds } from "./kinds";
import { gcpAccount } from "./rehearsedAccount";
import { gcp } from "./simulation";

/** Further kwok Stages for a sandbox that stands in for GKE. */
export const gcpStages = (): readonly string[] => [readFileSync(join(__dirname, "stages.yaml"), "utf8")];

/** A project with nothing in it whose GKE clusters are the sandbox's control plane. */
export const makeGcpAccount = (
  controlPlane: Pick<ControlPlane, "stateDir" | "apiServer">,
  options: Partial<GcpOptions> = {},
): AccountFolder<GcpOptions> => makeAccount(gcp, controlPlane, { ...usualOptions, ...options });

/** What a rehearsal has to know of GCP. */
export const rehearsedGcp: RehearsedCloud = {
  platform: "gcp",
  title: "GCP",
  packages: ["gcp"],
  stages: gcpStages,
  makeAccount: (controlPlane, { settings, speed, quotas }) => {
    if (process.platform === "darwin") throw new UserError(linuxOnly);
    const of = (name: string) => (typeof settings[name] === "string" ? settings[name] : "");
    const [project, region] = [of("project"), of("region")];
    const options = { project, speed, quotas: withQuotas(gcp, usualOptions.quotas, quotas) };
    return new RehearsedCloudAccount(gcpAccount, makeGcpAccount(controlPlane, options), { project, region });
  },
  holdsData: (type) => kinds[shortToken(gcp, type)]?.stateful === true,
  isStaticKey: ({ type, inputs }: StateResource) =>
    /^gcp:(serviceaccount\/key:|storage\/hmacKey:)/.test(type) || holdsKey(inputs, staticKeys),
  // GKE makes no new clusters of 1.34 any more, but for the channel that costs extra.
  versions: { earlier: "1.35", newest: "1.36" },
  upgradeOrder: [
    { what: "control plane", resources: /^Cluster / },
    { what: "nodes", resources: /^NodePool / },
  ],
  withVersion: (version) => ({ cluster: { version } }),
  withMachines: (types) => ({
    nodes: Object.fromEntries(Object.entries(types).map(([pool, type]) => [pool, { type }])),
  }),
  otherMachine: (pool, type) => {
    const holds = (each: string) => {
      const ssds = machineTypes[type]?.localSsds[0] ?? 0;
      const [one, other] = [type, each].map((name) => figuresOf(pool, name, ssds));
      return one !== undefined && other !== undefined && keys(one).every((key) => other[key] >= one[key] * 0.95);
    };
    const size = type.replace(/^[^-]+-/, "");
    return usableTypes(gcpMachines, pool).find((each) => each !== type && each.endsWith(size) && holds(each));
  },
  packedNodes: (pool, type, sizes, preset) => {
    const known = nodeOf(machineOf(pool, type, usualSsds(type, preset)));
    return known === undefined ? 0 : (packedNodes(poolPods(sizes, pool, "min", usualPods(preset)), known) ?? 0);
  },
  // GKE's control plane scales node pools itself: no Deployment.
  poolsBeginEven: true,
  disksAreZonal: true,
};

/** Programs in Go ask macOS itself for authorities, which does not know the sandbox's. */
const linuxOnly =
  "A stack on GCP is rehearsed on Linux only: a public authority signs for its cluster's DNS name, and on macOS programs " +
  "take no other in its place";

const machineOf = (pool: PoolName, type: string, localSsds: number): GcpMachine => ({
  type,
  localSsds: pool === "general" ? 0 : localSsds,
});

/** With at least so many local SSDs. */
const figuresOf = (pool: PoolName, type: string, least: number) =>
  nodeOf(machineOf(pool, type, machineTypes[type]?.localSsds.find((count) => count >= least) ?? 0))?.allocatable;

const staticKeys =
  /^(credentials|accessToken|private_key|privateKeyData|GOOGLE_APPLICATION_CREDENTIALS|GOOGLE_CREDENTIALS)$/;

const keys = <T extends object>(value: T): readonly (keyof T)[] => Object.keys(value) as (keyof T)[];
