import type { ZoneLoss } from "../../rehearsal/cloud";
import type { AccountFolder } from "./account";
import { list, number, record, text, texts, type Entity, type View } from "./model";
import { routesOf } from "./services/nodeGroups";
import { zonesOf } from "./services/rds";

interface Found {
  readonly said?: string;
  readonly problem?: string;
  /** The thing as it is from now on. */
  readonly after?: Entity;
}

/**
 * What the loss of a zone does in the model: a database with a standby and a cache with replicas go on in another zone,
 * those without stand still, zonal NAT gateways are gone, and a load balancer answers in the zones that are left.
 */
export async function loseZone(account: AccountFolder, region: string, zone: string): Promise<ZoneLoss> {
  return account.change((entities) => {
    const view = account.view(region, entities);
    const found = [
      ...view.of("rds/instance:Instance").map((each) => database(each, zone, view)),
      ...view.of("elasticache/replicationGroup:ReplicationGroup").map((each) => cache(each, zone, view)),
      ...view.of("lb/loadBalancer:LoadBalancer").map((each) => balancer(each, zone, view)),
      ...waysOut(zone, view),
    ];
    const after = new Map(found.flatMap(({ after: each }) => (each === undefined ? [] : [[each.id, each] as const])));
    const loss = {
      said: found.flatMap(({ said }) => said ?? []),
      problems: found.flatMap(({ problem }) => problem ?? []),
    };
    return [
      entities.map((each) => (after.get(each.id)?.token === each.token ? (after.get(each.id) ?? each) : each)),
      loss,
    ];
  });
}

function database(entity: Entity, zone: string, view: View): Found {
  const { identifier, availabilityZone, multiAz, dbSubnetGroupName } = entity.outs;
  const name = `database ${text(identifier)}`;
  const group = view.of("rds/subnetGroup:SubnetGroup").find(({ outs }) => outs.name === dbSubnetGroupName);
  const others = [...zonesOf(view, group?.outs.subnetIds)].map(text).filter((each) => each !== zone);
  if (availabilityZone !== zone)
    return multiAz === true ? { said: `${name} goes on in ${text(availabilityZone)}, without a standby` } : {};
  if (multiAz !== true) return { said: `${name} has no standby and is down until the zone is back` };
  const [next] = others.sort();
  if (next === undefined) return { problem: `${name} has no subnet in another zone to fail over to` };
  return {
    said: `${name} fails over from ${zone} to ${next}`,
    after: { ...entity, outs: { ...entity.outs, availabilityZone: next } },
  };
}

/** Nodes of a cache are spread over the zones of its subnets, the primary in the first. */
function cache({ outs }: Entity, zone: string, view: View): Found {
  const name = `cache ${text(outs.replicationGroupId)}`;
  const group = view.of("elasticache/subnetGroup:SubnetGroup").find((each) => each.outs.name === outs.subnetGroupName);
  const zones = [...zonesOf(view, group?.outs.subnetIds)].map(text).sort();
  const own = Array.from({ length: number(outs.numCacheClusters) }, (_, at) => zones[at % zones.length]);
  const left = own.filter((each) => each !== zone);
  if (left.length === own.length) return {};
  if (left.length === 0) return { said: `${name} has no replica and is down until the zone is back` };
  if (outs.automaticFailoverEnabled !== true) return { problem: `${name} has replicas, and automatic failover is off` };
  return { said: `${name} goes on in ${[...new Set(left)].join(", ")}` };
}

function balancer({ outs }: Entity, zone: string, view: View): Found {
  const mapped = list(outs.subnetMappings).map((each) => text(record(each).subnetId));
  const zones = [...zonesOf(view, [...mapped, ...texts(outs.subnets)])].map(text);
  const left = zones.filter((each) => each !== zone);
  if (left.length === zones.length) return {};
  const name = `load balancer ${text(outs.name)}`;
  return left.length === 0
    ? { problem: `${name} is in no other zone` }
    : { said: `${name} answers in ${left.sort().join(", ")}` };
}

/** Subnets of nodes in other zones whose way out led through the lost one. */
function waysOut(zone: string, view: View): readonly Found[] {
  const nodeSubnets = new Set(view.of("eks/nodeGroup:NodeGroup").flatMap(({ outs }) => texts(outs.subnetIds)));
  const gateways = view.of("ec2/natGateway:NatGateway");
  const zoneOfSubnet = (subnet: unknown) =>
    text(view.of("ec2/subnet:Subnet").find(({ id }) => id === subnet)?.outs.availabilityZone);
  const gone = new Set(gateways.filter(({ outs }) => zoneOfSubnet(outs.subnetId) === zone).map(({ id }) => id));
  const cut = [...nodeSubnets].filter(
    (subnet) =>
      zoneOfSubnet(subnet) !== zone && routesOf(subnet, view).some(({ natGatewayId }) => gone.has(text(natGatewayId))),
  );
  if (cut.length === 0) return [];
  const where = cut.map(zoneOfSubnet).sort().join(", ");
  return gateways.length === 1
    ? [{ said: `the one NAT gateway was in ${zone}: no way out of ${where} until the zone is back` }]
    : [{ problem: `the way out of ${where} led through the NAT gateway in ${zone}` }];
}
