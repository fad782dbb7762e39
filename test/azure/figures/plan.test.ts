import { azureFigures } from "../../../components/platform/azure/figures";
import { clusterPods } from "../../../components/platform/azure/figures/clusterPods";
import { describePlans } from "../../clouds/plan";

describePlans({
  cloud: "azure",
  figures: azureFigures,
  clusterPods,
  // AKS' share is larger than that of the others.
  reservedCpuMillis: 180,
  noAccount: { ARM_CLIENT_ID: "", ARM_CLIENT_SECRET: "", ARM_SUBSCRIPTION_ID: "", ARM_TENANT_ID: "" },
  services: [
    ...["coredns", "coredns-autoscaler", "metrics-server", "konnectivity-agent", "cilium-operator"],
    ...["azure-wi-webhook", "eraser", "Envoy Gateway", "cert-manager", "Envoy"],
  ],
  placeholders: [
    ...["BALANCER-NAME", "CERT-MANAGER-CLIENT-ID", "DATABASE-HOST", "RESOURCE-GROUP", "STORAGE-ACCOUNT"],
    ...["SUBSCRIPTION-ID", "WORKLOADS-CLIENT-ID"],
  ],
  authority: /-----BEGIN CERTIFICATE-----/,
  elsewhere: "n2d-standard",
});
