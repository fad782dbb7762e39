import type { Durations } from "../../shared/durations";

const transcripts = "public `terraform apply` transcripts";

/**
 * Published times of what is slow, by Pulumi's type. Amazon promises none of them; they are here so that a rehearsal
 * shows which resources have to be made side by side. A type that is not here takes a few seconds.
 */
export const durations: Durations = {
  "aws:eks/cluster:Cluster": {
    createSeconds: 600,
    source: `${transcripts} of 2021 to 2026: 8 m 23 s to 12 m 45 s; aws/containers-roadmap#1227 named 15 minutes in 2021`,
  },
  "aws:eks/nodeGroup:NodeGroup": { createSeconds: 150, source: `${transcripts}: 1 m 52 s to 6 m 45 s, most about 2 m` },
  "aws:eks/addon:Addon": { createSeconds: 30, source: `${transcripts}, CoreDNS: 14 s to 56 s` },
  "aws:rds/instance:Instance": {
    createSeconds: 900,
    source: `${transcripts}: 5 m 15 s to 10 m 12 s in one zone, 14 m 2 s Multi-AZ, 17 m 6 s for the longest`,
  },
  "aws:elasticache/replicationGroup:ReplicationGroup": {
    createSeconds: 550,
    source: `${transcripts}: 5 m 58 s to 9 m 15 s; tests of hashicorp/terraform-provider-aws#46950: 8 to 23 m with deletion`,
  },
  "aws:ec2/natGateway:NatGateway": {
    createSeconds: 105,
    source: `${transcripts}: 1 m 25 s to 2 m 5 s for one in a zone; none found for regional ones, which are taken to be alike`,
  },
  "aws:lb/loadBalancer:LoadBalancer": {
    createSeconds: 155,
    source: `${transcripts}: 2 m 22 s to 2 m 41 s for network load balancers, 2 m 12 s for application load balancers`,
  },
  "aws:acm/certificateValidation:CertificateValidation": {
    createSeconds: 105,
    source: `${transcripts} of 2019 to 2026, from the record to the certificate: 1 m 1 s to 1 m 47 s; 4 m 25 s and 8 m 52 s for the longest`,
  },
  "aws:ec2/vpc:Vpc": { createSeconds: 12, source: `${transcripts}: 2 s to 24 s` },
  "aws:ec2/subnet:Subnet": { createSeconds: 7, source: `${transcripts}: 1 s to 10 s` },
  "aws:kms/key:Key": { createSeconds: 20, source: `${transcripts}: up to 29 s` },
};
