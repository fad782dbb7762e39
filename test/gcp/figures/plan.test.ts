import { gcpFigures } from "../../../components/platform/gcp/figures";
import { clusterPods } from "../../../components/platform/gcp/figures/clusterPods";
import { reservedCpuMillis } from "../../../components/platform/shared/machines";
import { describePlans } from "../../clouds/plan";

describePlans({
  cloud: "gcp",
  figures: gcpFigures,
  clusterPods,
  reservedCpuMillis: reservedCpuMillis(8),
  noAccount: { GOOGLE_APPLICATION_CREDENTIALS: "", GOOGLE_PROJECT: "", CLOUDSDK_CONFIG: "/nowhere" },
  services: [
    ...["kube-dns", "konnectivity-agent", "autoscalers of kube-dns and konnectivity-agent", "metrics-server"],
    ...["event-exporter-gke", "l7-default-backend", "gmp-operator", "Envoy Gateway", "cert-manager", "Envoy"],
  ],
  placeholders: [
    ...["BALANCER-ADDRESS", "BUCKET", "CERT-MANAGER-ACCOUNT", "DATABASE-AUTHORITY", "DATABASE-HOST", "LABELS"],
    ...["WORKLOADS-ACCOUNT", "ZONE-NAME"],
  ],
  authority: /PLACEHOLDER-DATABASE-AUTHORITY/,
  elsewhere: "m7i",
});
