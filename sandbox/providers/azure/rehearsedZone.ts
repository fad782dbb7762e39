import { list, record, text, type Entity } from "../cloud/model";
import type { Loss } from "../cloud/rehearsedAccount";
import type { AzureView } from "./kind";
import { serverToken } from "./services/postgres";
import { cacheToken } from "./services/redis";
import { accountToken } from "./services/storage";

/**
 * What the loss of a zone does in the model: a server with a standby, a cache with a replica, an account of three zones
 * and an address of all zones go on; those without stand still. A NAT gateway is in one zone, which Azure chooses.
 */
export function lossOf(zone: string, view: AzureView): readonly Loss[] {
  const number = view.zones.find(({ name }) => name === zone)?.id ?? "";
  return [
    ...view.of(serverToken).map((each) => server(each, zone, number, view)),
    ...view.of(cacheToken).map((each) => cache(each)),
    ...view.of(accountToken).map((each) => account(each, zone)),
    ...view.of("network:PublicIPAddress").map((each) => address(each, number)),
    ...view.of("network:NatGateway").map((each) => gateway(each, zone, number)),
  ];
}

function server(entity: Entity, zone: string, number: string, view: AzureView): Loss {
  const { name, availabilityZone } = entity.outs;
  const { mode, standbyAvailabilityZone } = record(entity.outs.highAvailability);
  const said = `database ${text(name)}`;
  if (availabilityZone !== number)
    return mode === "ZoneRedundant" && standbyAvailabilityZone === number
      ? { said: `${said} goes on in zone ${text(availabilityZone)}, without a standby` }
      : {};
  if (mode !== "ZoneRedundant") return { said: `${said} has no standby and is down until the zone is back` };
  const next = view.zones.find(({ id }) => id === standbyAvailabilityZone)?.name;
  if (next === undefined) return { problem: `${said} has no standby in another zone to fail over to` };
  return {
    said: `${said} fails over from ${zone} to ${next}`,
    after: { ...entity, outs: { ...entity.outs, availabilityZone: standbyAvailabilityZone } },
  };
}

/** Azure Managed Redis spreads its two nodes over zones by itself. */
const cache = ({ outs }: Entity): Loss =>
  outs.highAvailability === "Enabled"
    ? { said: `cache ${text(outs.name)} goes on in another zone` }
    : { said: `cache ${text(outs.name)} has no replica and may be down until the zone is back` };

const account = ({ outs }: Entity, zone: string): Loss =>
  /ZRS$/.test(text(record(outs.sku).name))
    ? { said: `storage account ${text(outs.name)} goes on in two zones` }
    : { said: `storage account ${text(outs.name)} keeps all copies in one zone: if that is ${zone}, it is down` };

/** One of all zones is announced by those that are left. */
function address({ outs }: Entity, number: string): Loss {
  const zones = list(outs.zones).map(text);
  if (zones.length === 0 || !zones.includes(number)) return {};
  const name = `address ${text(outs.name)}`;
  return zones.length === 1
    ? { problem: `${name} is in no other zone` }
    : { said: `${name} stays reachable through ${zones.length - 1} zones` };
}

function gateway({ outs }: Entity, zone: string, number: string): Loss {
  const [own] = list(outs.zones).map(text);
  const name = `NAT gateway ${text(outs.name)}`;
  if (own === undefined)
    return { said: `${name} is in a zone that Azure chose: if that is ${zone}, there is no way out until it is back` };
  return own === number ? { said: `${name} was in ${zone}: no way out until the zone is back` } : {};
}
