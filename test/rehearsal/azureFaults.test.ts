import { rehearsedAzure } from "../../sandbox/providers/azure/rehearsed";
import { describeBadDay } from "./badDay";

describeBadDay({
  cloud: rehearsedAzure,
  stack: "azure-dev",
  refused: [
    /Cache:CreateRedisEnterprise: InternalServerError/,
    /ContainerService:CreateAgentPool: InternalOperationError/,
  ],
  made: ["containerservice"],
  // Records lie in the owner's zone; his network comes with a group that the stack makes everything in.
  notMade: ["storage", "resources"],
});
