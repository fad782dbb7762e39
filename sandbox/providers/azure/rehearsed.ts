import { readFileSync } from "node:fs";
import { join } from "node:path";
import { usualPods } from "../../../components/platform/azure/figures/clusterPods";
import { azureMachines } from "../../../components/platform/azure/figures/nodePlan";
import { usableTypes } from "../../../components/platform/shared/checkNodePlan";
import { packedNodes, poolPods } from "../../../components/platform/shared/nodePlan";
import type { ControlPlane } from "../../controlPlane/controlPlane";
import type { StateResource } from "../../rehearsal/chain";
import type { PoolName, RehearsedCloud } from "../../rehearsal/cloud";
import type { AccountFolder } from "../cloud/account";
import { holdsKey, makeAccount, withQuotas } from "../cloud/rehearsed";
import { RehearsedCloudAccount } from "../cloud/rehearsedAccount";
import { shortToken } from "../cloud/simulation";
import { usualOptions, type AzureOptions } from "./kind";
import { kinds } from "./kinds";
import { azureAccount } from "./rehearsedAccount";
import { machineOf } from "./services/machines";
import { azure } from "./simulation";

/** Further kwok Stages for a sandbox that stands in for AKS. */
export const azureStages = (): readonly string[] => [readFileSync(join(__dirname, "stages.yaml"), "utf8")];

/** A subscription with nothing in it whose AKS clusters are the sandbox's control plane. */
export const makeAzureAccount = (
  controlPlane: Pick<ControlPlane, "stateDir" | "apiServer">,
  options: Partial<AzureOptions> = {},
): AccountFolder<AzureOptions> => makeAccount(azure, controlPlane, { ...usualOptions, ...options });

/** What a rehearsal has to know of Azure. */
export const rehearsedAzure: RehearsedCloud = {
  platform: "azure",
  title: "Azure",
  packages: ["azure-native"],
  stages: azureStages,
  makeAccount: (controlPlane, { settings, speed, quotas }) => {
    const options = { speed, quotas: withQuotas(azure, usualOptions.quotas, quotas) };
    const location = typeof settings.location === "string" ? settings.location : "";
    return new RehearsedCloudAccount(azureAccount, makeAzureAccount(controlPlane, options), { location });
  },
  holdsData: (type) => kinds[shortToken(azure, type)]?.stateful === true,
  isStaticKey: ({ type, inputs }: StateResource) =>
    /^azuread:index\/(applicationPassword|servicePrincipalPassword):/.test(type) || holdsKey(inputs, staticKeys),
  versions: { earlier: "1.34", newest: "1.35" },
  // AKS takes the cluster's first pool along with the control plane, one after the other, and so every pool that the
  // request names: what follows finds its nodes renewed.
  upgradeOrder: [
    { what: "control plane and first pool", resources: /^ManagedCluster / },
    { what: "node pools", resources: /^AgentPool / },
  ],
  withVersion: (version) => ({ cluster: { version } }),
  withMachines: (types) => ({
    nodes: Object.fromEntries(Object.entries(types).map(([pool, type]) => [pool, { type }])),
  }),
  otherMachine,
  packedNodes: (pool, type, sizes, preset) => {
    const known = azureMachines.usable(pool)[type];
    return known === undefined ? 0 : (packedNodes(poolPods(sizes, pool, "min", usualPods(preset)), known) ?? 0);
  },
  poolsBeginEven: false,
  disksAreZonal: false,
};

/** AKS never changes the machines of a cluster's first pool, which general nodes are. */
function otherMachine(pool: PoolName, type: string): string | undefined {
  if (pool === "general") return undefined;
  const all = azureMachines.usable(pool);
  const own = all[type]?.allocatable;
  const holds = (each: string) => {
    const other = all[each]?.allocatable;
    return own !== undefined && other !== undefined && keys(own).every((key) => other[key] >= own[key] * 0.95);
  };
  const sized = usableTypes(azureMachines, pool).filter((each) => machineOf(each)?.cpus === machineOf(type)?.cpus);
  return sized.find((each) => each !== type && holds(each));
}

const staticKeys =
  /^(clientSecret|accountKey|AZURE_CLIENT_SECRET|AZURE_STORAGE_(ACCOUNT_KEY|ACCESS_KEY|SAS_KEY|SAS_TOKEN|CONNECTION_STRING))$/;

const keys = <T extends object>(value: T): readonly (keyof T)[] => Object.keys(value) as (keyof T)[];
