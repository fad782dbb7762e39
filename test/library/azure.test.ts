import { startAzureRig } from "../sandbox/azureSupport";
import { describeOwnProgram } from "./ownProgram";
import { programsOf } from "./package";

const [, , , program = ""] = programsOf("library.md");

describeOwnProgram({
  title: "Azure",
  program,
  sdk: "@pulumi/azure-native",
  start: () => startAzureRig({ speed: 1000 }),
  config: { "azure-native:location": "swedencentral", "company:deployer": "ServicePrincipal" },
  makes: {
    "network:VirtualNetwork": 1,
    "containerservice:ManagedCluster": 1,
    "containerservice:AgentPool": 3,
    "dbforpostgresql:Server": 1,
  },
  keeps: [],
});
