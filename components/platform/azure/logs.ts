import { DiagnosticSetting } from "@pulumi/azure-native/monitor/diagnosticSetting";
import { Workspace } from "@pulumi/azure-native/operationalinsights/workspace";
import type * as pulumi from "@pulumi/pulumi";
import { endsUniquely } from "../shared/unique";
import type { AzureContext } from "./context";
import { limits } from "./names";

/** Days where the cluster is the owner's, whose settings say nothing of it: the fewest that Azure charges for. */
const usualRetentionDays = 30;

/** What control plane and database say of themselves goes here, and is forgotten in time. */
export function createLogs(context: AzureContext): Workspace {
  const { name, settings, place, child } = context;
  return new Workspace(
    `${name}-logs`,
    {
      // Azure keeps a deleted workspace for 14 days, and gives it back, logs and all, to whoever makes one of its name.
      workspaceName: endsUniquely(context, "logs", limits.workspace),
      sku: { name: "PerGB2018" },
      retentionInDays: settings.cluster.kind === "create" ? settings.cluster.logRetentionDays : usualRetentionDays,
      ...place,
    },
    child,
  );
}

/** Categories of the control plane: who did what, without mere reads, and who was let in. Of the server: its log. */
export const logCategories = {
  cluster: ["kube-apiserver", "kube-audit-admin", "guard"],
  postgres: ["PostgreSQLLogs"],
} as const;

export const sendLogs = (
  { name, names, child }: AzureContext,
  part: keyof typeof logCategories,
  resourceUri: pulumi.Input<string>,
  logs: Workspace,
): DiagnosticSetting =>
  new DiagnosticSetting(
    `${name}-${part}-logs`,
    {
      name: names.of(limits.workspace, part),
      resourceUri,
      workspaceId: logs.id,
      logs: logCategories[part].map((category) => ({ category, enabled: true })),
    },
    child,
  );
