import { builtInRoles } from "../../sandbox/providers/azure/services/identity";
import type { StateResource } from "../../sandbox/rehearsal/chain";

type Outputs = Readonly<Record<string, unknown>>;
const outputsOf = (resource: StateResource): Outputs => (resource as { readonly outputs?: Outputs }).outputs ?? {};

/** What is given to whom, and on what: `platform-workloads-container: Storage Blob Data Contributor on containers/logfire`. */
export const grantsIn = (resources: readonly StateResource[]): readonly string[] =>
  resources
    .filter(({ type }) => type === "azure-native:authorization:RoleAssignment")
    .map((resource) => {
      const { roleDefinitionId, scope } = outputsOf(resource);
      const role = builtInRoles[String(roleDefinitionId).split("/").at(-1) ?? ""] ?? "no built-in role";
      const [kind = "", name = ""] = String(scope).split("/").slice(-2);
      const part = (resource.urn.split("::").at(-1) ?? "").replace(/^platform-/, "");
      return `${part}: ${role} on ${kind}/${name}`;
    })
    .sort();
