import { hourly, type Price } from "../../shared/cost";

/** Region of all prices here; others differ by a tenth or two, most of them upwards. */
export const priceRegion = "us-east-1";

const ec2 = hourly(
  "aws/karpenter-provider-aws, zz_generated.pricing_aws.go, made from Amazon's price list",
  "2026-01-19",
  {
    "m6a.large": 0.0864,
    "m6a.xlarge": 0.1728,
    "m6a.2xlarge": 0.3456,
    "m6a.4xlarge": 0.6912,
    "m6a.8xlarge": 1.3824,
    "m6i.large": 0.096,
    "m6i.xlarge": 0.192,
    "m6i.2xlarge": 0.384,
    "m6i.4xlarge": 0.768,
    "m6i.8xlarge": 1.536,
    "m7a.large": 0.11592,
    "m7a.xlarge": 0.23184,
    "m7a.2xlarge": 0.46368,
    "m7a.4xlarge": 0.92736,
    "m7a.8xlarge": 1.85472,
    "m7i.large": 0.1008,
    "m7i.xlarge": 0.2016,
    "m7i.2xlarge": 0.4032,
    "m7i.4xlarge": 0.8064,
    "m7i.8xlarge": 1.6128,
    "r6i.large": 0.126,
    "r6i.xlarge": 0.252,
    "r6i.2xlarge": 0.504,
    "r6i.4xlarge": 1.008,
    "r6i.8xlarge": 2.016,
    "r7i.large": 0.1323,
    "r7i.xlarge": 0.2646,
    "r7i.2xlarge": 0.5292,
    "r7i.4xlarge": 1.0584,
    "r7i.8xlarge": 2.1168,
    "m6id.large": 0.11865,
    "m6id.xlarge": 0.2373,
    "m6id.2xlarge": 0.4746,
    "m6id.4xlarge": 0.9492,
    "m6id.8xlarge": 1.8984,
    "r6id.large": 0.1512,
    "r6id.xlarge": 0.3024,
    "r6id.2xlarge": 0.6048,
    "r6id.4xlarge": 1.2096,
    "r6id.8xlarge": 2.4192,
    "i4i.large": 0.172,
    "i4i.xlarge": 0.343,
    "i4i.2xlarge": 0.686,
    "i4i.4xlarge": 1.373,
    "i4i.8xlarge": 2.746,
  },
);

// Only these: lists of other classes contradict each other.
const rds = hourly(
  "public price tables for PostgreSQL in one zone; for db.m7g.xlarge also in the words of Amazon's price list",
  "2026-04",
  {
    "db.t4g.medium": 0.065,
    "db.t4g.large": 0.129,
    "db.m7g.large": 0.168,
    "db.m7g.xlarge": 0.337,
    "db.m7g.2xlarge": 0.674,
  },
);

const elasticache = hourly("public table read from Amazon's price list, engine Valkey", "2026-10-02", {
  "cache.t4g.small": 0.0256,
  "cache.t4g.medium": 0.052,
  "cache.m7g.large": 0.1264,
  "cache.m7g.xlarge": 0.252,
  "cache.m7g.2xlarge": 0.5032,
  "cache.r7g.large": 0.1752,
  "cache.r7g.xlarge": 0.3496,
});

/** Prices of machines by their type: EC2, RDS in one zone, ElastiCache. A type without a source is not here. */
export const machinePrices: Readonly<Record<string, Price>> = { ...ec2, ...rds, ...elasticache };

export const prices = {
  controlPlane: { usd: 0.1, per: "hour", source: "cloudburn.io, Amazon EKS pricing", date: "2026-03-13" },
  natGateway: { usd: 0.045, per: "hour", source: "cloudburn.io, NAT gateway pricing", date: "2026-02-24" },
  publicAddress: { usd: 0.005, per: "hour", source: "cloudburn.io, NAT gateway pricing", date: "2026-02-24" },
  loadBalancer: {
    usd: 0.0225,
    per: "hour",
    source: "awsnegotiations.com, Elastic Load Balancer cost",
    date: "2026-05",
  },
  volumeGb: {
    usd: 0.08,
    per: "GB-month",
    source: "aws/agent-toolkit-for-aws, EBS volume optimization",
    date: "early 2026",
  },
  databaseGb: { usd: 0.115, per: "GB-month", source: "usage.ai, RDS pricing", date: "2026-06" },
  key: { usd: 1, per: "month", source: "factualminds.com, AWS KMS pricing", date: "read 2026-11-21" },
} as const satisfies Readonly<Record<string, Price>>;
