import { rehearsedAzure } from "../../sandbox/providers/azure/rehearsed";
import { describeAlone } from "./alone";

describeAlone({
  cloud: rehearsedAzure,
  stack: "azure-dev",
  madeOf: {
    network: "network:VirtualNetwork",
    cluster: "containerservice:ManagedCluster",
    postgres: "dbforpostgresql:Server",
    bucket: "storage:StorageAccount",
    redis: "redisenterprise:RedisEnterprise",
    zone: "dns:Zone",
  },
  always: "containerservice:AgentPool",
});
