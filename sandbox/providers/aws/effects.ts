import type { AccountFolder } from "./account";
import { clusterDeleted } from "./cluster/leftovers";
import { drainGroup, joinGroup, updateGroup } from "./cluster/nodeGroup";
import { shortToken } from "./kinds";
import type { Entity, Values } from "./model";

/** What a change in the account does in the cluster. */
interface Effects {
  created?(made: Result, place: Where): Promise<void>;
  updated?(made: Result, before: Entity, place: Where): Promise<void>;
  /** Before AWS begins. */
  deleting?(entity: Entity, place: Where): Promise<void>;
  /** Before the account forgets it. */
  deleted?(entity: Entity, place: Where): Promise<void>;
}

interface Result {
  readonly id: string;
  readonly outs: Values;
}

export interface Where {
  readonly account: AccountFolder;
  readonly region: string;
}

const effects: Readonly<Record<string, Effects>> = {
  "eks/nodeGroup:NodeGroup": {
    created: ({ outs }, place) => joinGroup(outs, place),
    updated: ({ outs }, before, place) => updateGroup(outs, before.outs, place),
    deleting: (entity, place) => drainGroup(entity, place),
  },
  "eks/cluster:Cluster": { deleted: (entity, place) => clusterDeleted(entity, place) },
  "rds/instance:Instance": { deleted: (entity, place) => finalSnapshot(entity, place) },
};

export const effectsOf = (token: string): Effects | undefined => effects[shortToken(token)];

async function finalSnapshot({ outs, id }: Entity, { account }: Where): Promise<void> {
  if (outs.skipFinalSnapshot === true) return;
  const name = String(outs.finalSnapshotIdentifier);
  const at = Date.now();
  await account.change((entities) => [
    [
      ...entities,
      {
        ...{ token: "rds/snapshot:Snapshot", id: name, urn: "", inputs: {}, begun: at, readyAt: at },
        outs: { name, engine: outs.engine, engineVersion: outs.engineVersionActual, of: id, final: true },
      },
    ],
    undefined,
  ]);
}
