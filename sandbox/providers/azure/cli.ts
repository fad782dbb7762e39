import type { AccountFolder } from "../cloud/account";
import { administrator, credential, say, type Answer } from "../cloud/credential";
import { text } from "../cloud/model";
import { accountFolder } from "../cloud/rehearsed";
import { placeOf } from "../cloud/simulation";
import type { AzureOptions, AzureView } from "./kind";
import { clusterToken } from "./services/cluster";
import { hasRole } from "./services/identity";
import { azure } from "./simulation";

/** Of AKS in all of Azure's public cloud: whom a token is made out to. */
const aksServer = "6dae42f8-4368-4678-94ff-3960e28e3630";

const options = ["--login", "-l", "--server-id", "--environment", "-e", "--tenant-id", "-t", "--client-id"] as const;

/**
 * Stands in for kubelogin where a kubeconfig asks for credentials: `kubelogin get-token --login azurecli --server-id ID`.
 * Of everything else it says that it does not know it.
 */
export function answer(args: readonly string[], account: AccountFolder<AzureOptions>, token: string): Answer {
  const [command, ...rest] = args;
  if (command !== "get-token")
    return refuse(`the rehearsal's kubelogin knows "get-token" only, not "${command ?? ""}"`);
  const given: Partial<Record<string, string>> = {};
  for (let at = 0; at < rest.length; at += 2) {
    const [name = "", value] = [rest[at], rest[at + 1]];
    if (!(options as readonly string[]).includes(name)) return refuse(`unknown flag: ${name}`);
    if (value === undefined || value.startsWith("-")) return refuse(`flag needs an argument: ${name}`);
    given[name] = value;
  }
  const server = given["--server-id"];
  if (server === undefined) return refuse("server-id is required");
  const login = given["--login"] ?? given["-l"] ?? "devicecode";
  if (login !== "azurecli")
    return refuse(`login by ${login} asks somebody at a terminal or a secret: the rehearsal has the Azure CLI's only`);
  const view = placeOf(azure, account, {}).view();
  // Entra signs a token for whoever is signed in, and does not know for which cluster. Each looks up the caller's roles.
  const good = server === aksServer && mayEnter(view);
  return { code: 0, text: credential(good ? token : "entra.not-for-this-cluster", 60) };
}

const admitting = ["Azure Kubernetes Service RBAC Cluster Admin", "Azure Kubernetes Service RBAC Admin"];

/** Whether there is a cluster that a role lets the caller into. */
const mayEnter = (view: AzureView): boolean =>
  view
    .of(clusterToken)
    .some(({ id, readyAt }) => readyAt <= view.now && hasRole(view, text(view.caller.objectId), admitting, id));

const refuse = (message: string): Answer => ({ code: 1, text: `Error: ${message}` });

/** `cli.ts STATE-FOLDER ARGUMENTS…`, as the start script on PATH calls it. */
function main([stateDir = "", ...args]: readonly string[]): void {
  say(answer(args, accountFolder<AzureOptions>(azure, stateDir), administrator(stateDir)));
}

if (require.main === module) main(process.argv.slice(2));
