import { awsFigures } from "../../../components/platform/aws/figures";
import { clusterPods } from "../../../components/platform/aws/figures/clusterPods";
import { reservedCpuMillis } from "../../../components/platform/shared/machines";
import { describePlans } from "../../clouds/plan";

describePlans({
  cloud: "aws",
  figures: awsFigures,
  clusterPods,
  reservedCpuMillis: reservedCpuMillis(8),
  noAccount: { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "", AWS_PROFILE: "", AWS_REGION: "" },
  services: [
    ...["coredns", "aws-ebs-csi-driver", "metrics-server", "cert-manager", "cluster-autoscaler"],
    ...["Envoy Gateway", "Envoy"],
  ],
  placeholders: ["BUCKET", "DATABASE-HOST", "ZONE-ID"],
  authority: /-----BEGIN CERTIFICATE-----/,
  elsewhere: "n2d-standard",
});
