import type { Kubectl } from "../../controlPlane/kubectl";
import type {
  CloudCall,
  NodeGroup,
  Owned,
  OwnerPart,
  RehearsedAccount,
  RequestFault,
  ZoneLoss,
} from "../../rehearsal/cloud";
import type { AccountFolder, AccountOptions } from "./account";
import type { Group } from "./cluster/group";
import { addNodes, countNodes } from "./cluster/nodeGroup";
import { writeFaults, type Fault } from "./faults";
import type { Entity, Values, View } from "./model";
import { keptIn, leftIn } from "./operations";
import { isOwned, makeOwned, type Owner } from "./owner";
import { placeOf, type Place, type Simulation } from "./simulation";

/** What a rehearsal has to know of a cloud's account. */
export interface AccountParts<V extends View = View, O extends AccountOptions = AccountOptions> {
  readonly simulation: Simulation<V, O>;
  /** Type of the Kubernetes cluster, without the package. */
  readonly cluster: string;
  readonly requestFaults: Readonly<Record<RequestFault, readonly Fault[]>>;
  /** Groups of nodes that can grow and shrink, those that are on their way out left aside. */
  groups(view: V): readonly Group[];
  /** The entity with the named group one node larger; undefined where the group is no part of it. */
  grown(entity: Entity, group: string): Entity | undefined;
  /** Who has made the owner's parts. */
  owner(place: Place<V, O>): Owner;
  /** What the loss of a zone does to everything that is no node. */
  lossOf(zone: string, view: V): readonly Loss[];
}

/** What the loss of a zone does to one thing. */
export interface Loss {
  readonly said?: string;
  readonly problem?: string;
  /** The thing as it is from now on. */
  readonly after?: Entity;
}

/** The account of a rehearsal. */
export class RehearsedCloudAccount implements RehearsedAccount {
  private readonly place: Place;

  constructor(
    private readonly parts: AccountParts,
    private readonly account: AccountFolder,
    /** The provider's: where the stack is. */
    configuration: Values,
  ) {
    this.place = placeOf(parts.simulation, account, configuration);
  }

  get folder(): string {
    return this.account.folder;
  }

  calls = (): readonly CloudCall[] => this.account.calls();

  clusterIsBegun = (): boolean =>
    this.account.entities().some((each) => each.token === this.parts.cluster && !isOwned(each));

  plantFaults(faults: readonly RequestFault[]): number {
    const { requestFaults } = this.parts;
    writeFaults(
      this.folder,
      faults.flatMap((fault) => requestFaults[fault]),
    );
    // An update ends at the first request that fails for good.
    return faults.includes("fail") ? requestFaults.fail.length : 0;
  }

  makeOwned = (hostname: string, parts: readonly OwnerPart[]): Promise<Owned> =>
    makeOwned(this.account, this.parts.owner(this.place), hostname, parts);

  owned = (): readonly string[] =>
    this.account.entities().flatMap((each) => (isOwned(each) ? [`${each.token} ${each.id}`] : []));

  left = (): readonly string[] => leftIn(this.account.entities());

  kept = (): readonly string[] => keptIn(this.account.entities());

  private groups = (): readonly Group[] => this.parts.groups(this.place.view());

  nodeGroups(): readonly NodeGroup[] {
    return this.groups().map(({ name, pool, labels, taints, allocatable, spots, desired, max }) => ({
      ...{ name, pool, labels, allocatable, max, size: desired },
      taints: taints.map(({ key }) => key),
      zones: [...new Set(spots.map(({ zone }) => zone))],
    }));
  }

  async grow(name: string, kubectl: Kubectl): Promise<void> {
    await this.account.change((entities) => [entities.map((each) => this.parts.grown(each, name) ?? each), undefined]);
    const group = this.groups().find((each) => each.name === name);
    if (group !== undefined) await addNodes(group, 1, kubectl);
  }

  async refill(kubectl: Kubectl): Promise<number> {
    let added = 0;
    for (const group of this.groups()) {
      const missing = group.spots.length === 0 ? 0 : group.desired - (await countNodes(group, kubectl));
      if (missing > 0) await addNodes(group, missing, kubectl);
      added += Math.max(0, missing);
    }
    return added;
  }

  loseZone(zone: string): Promise<ZoneLoss> {
    this.account.prepare({ ...this.account.options(), lost: [zone] });
    return this.account.change((entities) => {
      const losses = this.parts.lossOf(zone, this.place.view(entities));
      const changed = losses.flatMap(({ after }) => after ?? []);
      const now = (each: Entity) => changed.find(({ token, id }) => token === each.token && id === each.id) ?? each;
      const loss = {
        said: losses.flatMap(({ said }) => said ?? []),
        problems: losses.flatMap(({ problem }) => problem ?? []),
      };
      return [entities.map(now), loss];
    });
  }

  zoneIsBack(): Promise<void> {
    this.account.prepare({ ...this.account.options(), lost: [] });
    return Promise.resolve();
  }
}
