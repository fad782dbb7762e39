export { gcpRules as rules } from "./rules";
export { gcpSchema as schema } from "./schema";
export { settleGcp as settle } from "./settle";
