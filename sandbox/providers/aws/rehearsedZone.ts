import { list, number, record, text, texts, type Entity } from "../cloud/model";
import type { Loss } from "../cloud/rehearsedAccount";
import type { AwsView } from "./kind";
import { routesOf } from "./services/nodeGroups";
import { zonesOf } from "./services/rds";

/**
 * What the loss of a zone does in the model: a database with a standby and a cache with replicas go on in another zone,
 * those without stand still, zonal NAT gateways are gone, and a load balancer answers in the zones that are left.
 */
export const lossOf = (zone: string, view: AwsView): readonly Loss[] => [
  ...view.of("rds/instance:Instance").map((each) => database(each, zone, view)),
  ...view.of("elasticache/replicationGroup:ReplicationGroup").map((each) => cache(each, zone, view)),
  ...view.of("lb/loadBalancer:LoadBalancer").map((each) => balancer(each, zone, view)),
  ...waysOut(zone, view),
];

function database(entity: Entity, zone: string, view: AwsView): Loss {
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
function cache({ outs }: Entity, zone: string, view: AwsView): Loss {
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

function balancer({ outs }: Entity, zone: string, view: AwsView): Loss {
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
function waysOut(zone: string, view: AwsView): readonly Loss[] {
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
