import { rehearsedGcp } from "../../sandbox/providers/gcp/rehearsed";
import { describeAlone } from "./alone";

describeAlone({
  cloud: rehearsedGcp,
  stack: "gcp-dev",
  madeOf: {
    network: "compute/network:Network",
    cluster: "container/cluster:Cluster",
    postgres: "sql/databaseInstance:DatabaseInstance",
    bucket: "storage/bucket:Bucket",
    redis: "redis/instance:Instance",
    zone: "dns/managedZone:ManagedZone",
  },
  always: "container/nodePool:NodePool",
});
