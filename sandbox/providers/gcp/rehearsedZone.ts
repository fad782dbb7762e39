import { record, text, type Entity } from "../cloud/model";
import type { Loss } from "../cloud/rehearsedAccount";
import type { GcpView } from "./kind";
import { zonesOfCache } from "./services/redis";
import { instances } from "./services/sql";

/**
 * What the loss of a zone does in the model: a database with a standby and a cache with one go on in another zone, those
 * without stand still. Everything else of the platform is the region's: addresses, NAT, control plane.
 */
export const lossOf = (zone: string, view: GcpView): readonly Loss[] => [
  ...view.of(instances).map((each) => database(each, zone, view)),
  ...view.of("redis/instance:Instance").map((each) => cache(each, zone)),
  ...view.of("container/cluster:Cluster").map((each) => controlPlane(each, zone)),
];

function database(entity: Entity, zone: string, view: GcpView): Loss {
  const settings = record(entity.outs.settings);
  const own = text(record(settings.locationPreference).zone);
  const name = `database ${text(entity.outs.name)}`;
  const regional = settings.availabilityType === "REGIONAL";
  if (own !== zone) return regional ? { said: `${name} goes on in ${own}, without a standby` } : {};
  if (!regional) return { said: `${name} has no standby and is down until the zone is back` };
  const next = view.zones.find((each) => each.name !== zone)?.name;
  if (next === undefined) return { problem: `${name} has no other zone to fail over to` };
  const locationPreference = { ...record(settings.locationPreference), zone: next };
  return {
    said: `${name} fails over from ${zone} to ${next}`,
    after: { ...entity, outs: { ...entity.outs, settings: { ...settings, locationPreference } } },
  };
}

function cache(entity: Entity, zone: string): Loss {
  const name = `cache ${text(entity.outs.name)}`;
  const left = zonesOfCache(entity).filter((each) => each !== zone);
  if (left.length === zonesOfCache(entity).length) return {};
  const [next] = left;
  if (next === undefined) return { said: `${name} has no standby and is down until the zone is back` };
  return {
    said: `${name} goes on in ${next}`,
    after: { ...entity, outs: { ...entity.outs, currentLocationId: next } },
  };
}

/** Three replicas in a region; one in a zone. */
const controlPlane = ({ outs }: Entity, zone: string): Loss =>
  outs.location === zone ? { problem: `the control plane of ${text(outs.name)} was in ${zone} alone` } : {};
