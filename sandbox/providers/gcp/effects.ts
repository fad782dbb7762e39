import { kubectl } from "../cloud/cluster/kubectl";
import { clusterDeleted } from "../cloud/cluster/leftovers";
import { joinGroup, leaveGroups, updateGroup } from "../cloud/cluster/nodeGroup";
import { record, text, type Entity, type Values } from "../cloud/model";
import type { Effects, Place } from "../cloud/simulation";
import { refuseUsed } from "./cluster/balancers";
import { gatewayPolicies, gatewayPolicyNames } from "./cluster/gatewayPolicies";
import { groupOf, leavingGroupOf } from "./cluster/nodes";
import type { GcpOptions, GcpView } from "./kind";
import { backupsLeft, keptBackups } from "./services/backups";
import { renews } from "./services/nodePools";

/** What load balancers of GKE's use. */
const usedByBalancers = [
  ...["compute/address:Address", "compute/globalAddress:GlobalAddress", "compute/sSLPolicy:SSLPolicy"],
  ...["compute/regionSslPolicy:RegionSslPolicy", "compute/securityPolicy:SecurityPolicy"],
  ...["certificatemanager/certificateMap:CertificateMap"],
];

/** What a change in the project does in the cluster, and what Google keeps of what is deleted. */
export const effects: Readonly<Record<string, Effects<GcpView, GcpOptions>>> = {
  "container/nodePool:NodePool": {
    created: ({ outs }, place) => joinGroup(groupOf(outs, place.view())),
    updated: ({ outs }, before, place) => updateGroup(groupOf(outs, place.view()), renews(outs, before.outs)),
    deleting: (entity, place) => leaveGroups(entity, [leavingGroupOf(entity.outs, place.view())], place),
  },
  "container/cluster:Cluster": {
    created: ({ outs }) => bringGateway(outs),
    updated: ({ outs }) => bringGateway(outs),
    deleted: (entity, place) =>
      clusterDeleted(entity, place, {
        csiDriver: "pd.csi.storage.gke.io",
        disk: "compute/disk:Disk",
        balancer: "compute/forwardingRule:ForwardingRule",
      }),
  },
  "sql/databaseInstance:DatabaseInstance": { deleted: (entity, place) => keepBackups(entity, place) },
  ...Object.fromEntries(usedByBalancers.map((token) => [token, { deleting: (entity: Entity) => refuseUsed(entity) }])),
  "projects/iAMCustomRole:IAMCustomRole": { deleted: (entity, place) => roleIsRemembered(entity, place) },
};

/** The Gateway controller comes with definitions of its own. */
async function bringGateway({ gatewayApiConfig }: Values): Promise<void> {
  if (record(gatewayApiConfig).channel !== "CHANNEL_STANDARD") return;
  const items = { apiVersion: "v1", kind: "List", items: gatewayPolicies };
  await kubectl(["apply", "--server-side", "--force-conflicts", "-f", "-"], JSON.stringify(items));
  await kubectl(["wait", "--for=condition=Established", "--timeout=30s", ...gatewayPolicyNames]);
}

/** A custom role stays in a deleted state for a week, with its id, and for a month nobody else gets that id. */
const roleIsRemembered = ({ id, outs }: Entity, place: Place): Promise<void> =>
  add(place, "projects/roleName:RoleName", `${id} (id)`, {
    ...{ roleId: text(outs.roleId), simulatedKept: "the id of a custom role is taken for 37 days" },
  });

async function keepBackups(server: Entity, place: Place<GcpView, GcpOptions>): Promise<void> {
  for (const [id, outs] of Object.entries(backupsLeft(server, place.view()))) await add(place, keptBackups, id, outs);
}

const add = ({ account }: Place, token: string, id: string, outs: Values): Promise<void> => {
  const at = Date.now();
  return account.change((entities) => [
    [...entities, { token, id, urn: "", inputs: {}, outs, begun: at, readyAt: at }],
    undefined,
  ]);
};
