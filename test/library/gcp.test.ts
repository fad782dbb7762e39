import { usualOptions } from "../../sandbox/providers/gcp/kind";
import { startGcpRig } from "../sandbox/gcpSupport";
import { describeOwnProgram } from "./ownProgram";
import { programsOf } from "./package";

const [, , program = ""] = programsOf("library.md");
/** APIs that the company's network and cluster are made by; Logfire's own it enables itself. */
const own = ["container.googleapis.com", "servicenetworking.googleapis.com"];
const project = "acme-observability";

describeOwnProgram({
  title: "Google Cloud",
  program,
  sdk: "@pulumi/gcp",
  start: () => startGcpRig({ speed: 1000, project, enabled: [...usualOptions.enabled, ...own] }),
  config: { "gcp:project": project, "gcp:region": "europe-west3", "company:project": project },
  makes: {
    "compute/network:Network": 1,
    "compute/subnetwork:Subnetwork": 1,
    "container/cluster:Cluster": 1,
    "container/nodePool:NodePool": 2,
    "sql/databaseInstance:DatabaseInstance": 1,
  },
  // The connection's end at Google's, with its network; APIs, which are never disabled; a server's name, for a week.
  keeps: [
    "compute/network:Network",
    "compute/networkPeering:NetworkPeering",
    "projects/service:Service",
    "servicenetworking/connection:Connection",
    "sql/instanceName:InstanceName",
  ],
});
