export { azureRules as rules } from "./rules";
export { azureSchema as schema } from "./schema";
export { settleAzure as settle } from "./settle";
