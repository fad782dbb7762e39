import { Account } from "@pulumi/gcp/serviceaccount/account";
import { IAMMember } from "@pulumi/gcp/serviceaccount/iammember";
import * as pulumi from "@pulumi/pulumi";
import type { Text } from "../../lib/text";
import { enabled } from "./apis";
import type { Cluster } from "./cluster";
import type { GcpContext } from "./context";
import { accountAnnotations } from "./figures/facts";
import { limits, workloadPoolOf } from "./names";

/** A ServiceAccount in the cluster. */
export interface PodAccount {
  readonly namespace: string;
  readonly serviceAccount: string;
}

/** A Google service account; `part` ends its logical name. */
export const createAccount = (context: GcpContext, part: string, displayName: string): Account =>
  new Account(
    `${context.name}-${part}`,
    { accountId: context.names.of(limits.serviceAccount, part), displayName },
    { ...context.child, dependsOn: enabled(context, "iam") },
  );

/** Whom rights are given to. */
export const memberOf = ({ email }: Account): pulumi.Output<string> => pulumi.interpolate`serviceAccount:${email}`;

export interface PodIdentityAccount {
  readonly account: Account;
  /** Of the ServiceAccount. */
  readonly annotations: Readonly<Record<string, Text>>;
  /** The ServiceAccount cannot act as the account before it. */
  readonly ready: readonly pulumi.Resource[];
}

/**
 * A Google service account that one ServiceAccount acts as. The project's clusters share one pool of identities: a
 * ServiceAccount of the same name and namespace in another cluster of the project is the same to IAM.
 */
export function createPodAccount(
  context: GcpContext,
  cluster: Cluster,
  part: string,
  displayName: string,
  { namespace, serviceAccount }: PodAccount,
): PodIdentityAccount {
  const { name, settings, child } = context;
  const account = createAccount(context, part, displayName);
  const actsAs = new IAMMember(
    `${name}-${part}`,
    {
      serviceAccountId: account.name,
      role: "roles/iam.workloadIdentityUser",
      member: `serviceAccount:${workloadPoolOf(settings.project)}[${namespace}/${serviceAccount}]`,
    },
    // The pool comes with the project's first cluster.
    { ...child, dependsOn: [...cluster.made, ...enabled(context, "iamcredentials")] },
  );
  return { account, annotations: accountAnnotations(account.email), ready: [actsAs] };
}
