import { readFileSync } from "node:fs";
import { join } from "node:path";
import { AccountFolder } from "./account";
import { record, type View } from "./model";
import { clusterNamed, roleBehind } from "./services/eks";

/**
 * Stands in for the AWS CLI where a kubeconfig asks for credentials: `aws eks get-token --cluster-name N --region R`. Of
 * everything else it says that it does not know it.
 */
export interface Answer {
  readonly code: number;
  readonly text: string;
}

const options = ["--cluster-name", "--region", "--output", "--profile", "--role-arn"] as const;

export function answer(args: readonly string[], account: AccountFolder, token: string): Answer {
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
  const view = account.view(place);
  const cluster = clusterNamed(view, name);
  // The real one signs a token for any name. What it is good for, the cluster decides.
  const good = cluster !== undefined && String(cluster.outs.arn).split(":")[3] === place && mayEnter(view, name);
  return { code: 0, text: credential(good ? token : "k8s-aws-v1.not-for-this-cluster") };
}

/** Whether the cluster lets the caller in: as its maker, or by an access entry with a policy. */
function mayEnter(view: View, name: string): boolean {
  const config = record(clusterNamed(view, name)?.outs.accessConfig);
  if (config.bootstrapClusterCreatorAdminPermissions === true) return true;
  const role = roleBehind(view.caller);
  return view
    .of("eks/accessPolicyAssociation:AccessPolicyAssociation")
    .some(({ outs }) => outs.clusterName === name && [role, view.caller].includes(String(outs.principalArn)));
}

/** https://kubernetes.io/docs/reference/config-api/client-authentication.v1beta1/; EKS' tokens last 15 minutes. */
const credential = (token: string): string =>
  JSON.stringify({
    kind: "ExecCredential",
    apiVersion: "client.authentication.k8s.io/v1beta1",
    spec: {},
    status: { expirationTimestamp: new Date(Date.now() + 14 * 60_000).toISOString().replace(/\.\d+/, ""), token },
  });

const refuse = (message: string): Answer => ({ code: 252, text: `aws: [ERROR]: ${message}` });

/** `cli.ts STATE-FOLDER ARGUMENTS…`, as the start script on PATH calls it. */
function main([stateDir = "", ...args]: readonly string[]): void {
  const [administrator = ""] = readFileSync(join(stateDir, "pki", "tokens.csv"), "utf8").split(",");
  const { code, text } = answer(args, new AccountFolder(join(stateDir, "aws")), administrator);
  (code === 0 ? process.stdout : process.stderr).write(`${text}\n`);
  process.exitCode = code;
}

if (require.main === module) main(process.argv.slice(2));
