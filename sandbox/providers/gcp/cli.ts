import type { AccountFolder } from "../cloud/account";
import { administrator, credential, say, type Answer } from "../cloud/credential";
import { record, text } from "../cloud/model";
import { accountFolder } from "../cloud/rehearsed";
import { placeOf } from "../cloud/simulation";
import type { GcpOptions, GcpView } from "./kind";
import { entryRoles } from "./services/gke";
import { projectRoles } from "./services/identity";
import { gcp } from "./simulation";

/** Of the real plugin: version, and whose credentials it takes. */
const flags = ["--use_application_default_credentials", "--use_edge_cloud"];

/**
 * Stands in for `gke-gcloud-auth-plugin`, which a kubeconfig asks for credentials and which hands out the caller's access
 * token. Which cluster they are for is in `KUBERNETES_EXEC_INFO`, where the kubeconfig has `provideClusterInfo`.
 */
export function answer(
  args: readonly string[],
  account: AccountFolder<GcpOptions>,
  token: string,
  environment: Readonly<Record<string, string | undefined>>,
): Answer {
  const strange = args.find((each) => !flags.includes(each));
  if (strange !== undefined) return refuse(`unknown flag: ${strange}`);
  const view = placeOf(gcp, account, {}).view();
  const server = serverIn(environment.KUBERNETES_EXEC_INFO);
  if (server === "")
    return refuse("KUBERNETES_EXEC_INFO does not name a cluster: the kubeconfig needs provideClusterInfo");
  // The real one fetches a token that is good for an hour, for whatever cluster. What it is good for, IAM decides.
  const good = isCluster(server, view) && mayEnter(view);
  return { code: 0, text: credential(good ? token : "ya29.not-for-this-cluster", 60) };
}

function serverIn(info: string | undefined): string {
  try {
    const { spec } = JSON.parse(info ?? "{}") as {
      readonly spec?: { readonly cluster?: { readonly server?: string } };
    };
    return spec?.cluster?.server ?? "";
  } catch {
    return "";
  }
}

const isCluster = (server: string, view: GcpView): boolean =>
  view
    .of("container/cluster:Cluster")
    .some(
      ({ outs }) =>
        `https://${text(record(record(outs.controlPlaneEndpointsConfig).dnsEndpointConfig).endpoint)}` ===
        server.replace(/\/$/, ""),
    );

/** Whether IAM lets the caller in, by a role of the project that may connect to clusters. */
const mayEnter = (view: GcpView): boolean =>
  [...view.callerRoles, ...projectRoles(view, view.caller)].some((role) => entryRoles.includes(role));

const refuse = (message: string): Answer => ({ code: 1, text: `gke-gcloud-auth-plugin: ${message}` });

/** `cli.ts STATE-FOLDER ARGUMENTS…`, as the start script on PATH calls it. */
function main([stateDir = "", ...args]: readonly string[]): void {
  say(answer(args, accountFolder<GcpOptions>(gcp, stateDir), administrator(stateDir), process.env));
}

if (require.main === module) main(process.argv.slice(2));
