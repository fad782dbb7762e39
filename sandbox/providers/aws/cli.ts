import type { AccountFolder } from "../cloud/account";
import { administrator, credential, say, type Answer } from "../cloud/credential";
import { record } from "../cloud/model";
import { accountFolder } from "../cloud/rehearsed";
import { placeOf } from "../cloud/simulation";
import type { AwsOptions, AwsView } from "./kind";
import { clusterNamed, roleBehind } from "./services/eks";
import { aws } from "./simulation";

const options = ["--cluster-name", "--region", "--output", "--profile", "--role-arn"] as const;

/**
 * Stands in for the AWS CLI where a kubeconfig asks for credentials: `aws eks get-token --cluster-name N --region R`. Of
 * everything else it says that it does not know it.
 */
export function answer(args: readonly string[], account: AccountFolder<AwsOptions>, token: string): Answer {
  const [service, command, ...rest] = args;
  if (service !== "eks" || command !== "get-token")
    return refuse(`the rehearsal's aws knows "eks get-token" only, not "${args.slice(0, 2).join(" ")}"`);
  const given: Partial<Record<string, string>> = {};
  for (let at = 0; at < rest.length; at += 2) {
    const [name = "", value] = [rest[at], rest[at + 1]];
    if (!(options as readonly string[]).includes(name)) return refuse(`Unknown options: ${name}`);
    if (value === undefined || value.startsWith("--")) return refuse(`argument ${name}: expected one argument`);
    given[name] = value;
  }
  const { "--cluster-name": name, "--region": region, "--output": output = "json" } = given;
  if (name === undefined) return refuse("the following arguments are required: --cluster-name");
  if (output !== "json") return refuse(`argument --output: the rehearsal's aws writes json, not ${output}`);
  const place = region ?? process.env.AWS_REGION ?? "";
  if (place === "")
    return refuse('You must specify a region. You can also configure your region by running "aws configure".');
  const view = placeOf(aws, account, { region: place }).view();
  const cluster = clusterNamed(view, name);
  // EKS' tokens last 15 minutes. The real one signs a token for any name. What it is good for, the cluster decides.
  const good = cluster !== undefined && String(cluster.outs.arn).split(":")[3] === place && mayEnter(view, name);
  return { code: 0, text: credential(good ? token : "k8s-aws-v1.not-for-this-cluster", 15) };
}

/** Whether the cluster lets the caller in: as its maker, or by an access entry with a policy. */
function mayEnter(view: AwsView, name: string): boolean {
  const config = record(clusterNamed(view, name)?.outs.accessConfig);
  if (config.bootstrapClusterCreatorAdminPermissions === true) return true;
  const role = roleBehind(view.caller);
  return view
    .of("eks/accessPolicyAssociation:AccessPolicyAssociation")
    .some(({ outs }) => outs.clusterName === name && [role, view.caller].includes(String(outs.principalArn)));
}

const refuse = (message: string): Answer => ({ code: 252, text: `aws: [ERROR]: ${message}` });

/** `cli.ts STATE-FOLDER ARGUMENTS…`, as the start script on PATH calls it. */
function main([stateDir = "", ...args]: readonly string[]): void {
  say(answer(args, accountFolder<AwsOptions>(aws, stateDir), administrator(stateDir)));
}

if (require.main === module) main(process.argv.slice(2));
