export { awsRules as rules } from "./rules";
export { awsSchema as schema } from "./schema";
export { settleAws as settle } from "./settle";
