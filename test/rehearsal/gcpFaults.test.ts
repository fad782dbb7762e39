import { rehearsedGcp } from "../../sandbox/providers/gcp/rehearsed";
import { describeBadDay } from "./badDay";

describeBadDay({
  cloud: rehearsedGcp,
  stack: "gcp-dev",
  refused: [/MemorystoreforRedis:CreateInstance: internalError/, /Container:CreateNodePool: backendError/],
  made: ["container"],
  notMade: ["servicenetworking"],
});
