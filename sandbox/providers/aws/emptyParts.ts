import { list, record, type Values } from "./model";
import { nestedShape } from "./sdk/resources";
import type { Properties, Shape } from "./sdk/types";

/**
 * Parts of outputs that AWS leaves empty where nobody asks for them, by type: what the SDK promises of a nested value is
 * there, and nothing else of it is made up.
 */
const emptyParts: Readonly<Record<string, readonly string[]>> = {
  "eks/cluster:Cluster": [
    "kubernetesNetworkConfig.elasticLoadBalancing",
    "kubernetesNetworkConfig.serviceIpv6Cidr",
    "vpcConfig.controlPlaneEgressMode",
  ],
  "eks/nodeGroup:NodeGroup": ["launchTemplate.name"],
  "ec2/launchTemplate:LaunchTemplate": [
    "blockDeviceMappings[].ebs.iops",
    "blockDeviceMappings[].ebs.throughput",
    "blockDeviceMappings[].ebs.volumeInitializationRate",
    "metadataOptions.httpProtocolIpv6",
    "metadataOptions.instanceMetadataTags",
  ],
  "ec2/vpcEndpoint:VpcEndpoint": ["dnsOptions.privateDnsPreference", "dnsOptions.privateDnsSpecifiedDomains"],
  "lb/loadBalancer:LoadBalancer": [
    ...["allocationId", "ipv6Address", "outpostId", "privateIpv4Address"].map((name) => `subnetMappings[].${name}`),
  ],
  "lb/listener:Listener": ["defaultActions[].order", "mutualAuthentication.advertiseTrustStoreCaNames"],
  "s3/bucket:Bucket": ["serverSideEncryptionConfiguration.rule.blockedEncryptionTypes"],
  "s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": [
    "rules[].applyServerSideEncryptionByDefault.kmsMasterKeyId",
    "rules[].blockedEncryptionTypes",
  ],
  "s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": [
    "rules[].filter.objectSizeGreaterThan",
    "rules[].filter.objectSizeLessThan",
    "rules[].prefix",
  ],
};

export const emptyPartsOf = (token: string): readonly string[] => emptyParts[token] ?? [];

/** The values with these parts empty where they are not there; a part of what is not there stays away. */
export function withEmptyParts(values: Values, properties: Properties, paths: readonly string[]): Values {
  return paths.reduce((sum, path) => withEmpty(sum, properties, path.split(".")), values);
}

function withEmpty(values: Values, properties: Properties, [head = "", ...rest]: readonly string[]): Values {
  const name = head.replace("[]", "");
  const shape = properties[name]?.shape;
  const value = values[name];
  if (shape === undefined) return values;
  if (rest.length === 0) return value === undefined ? { ...values, [name]: nothing(shape) } : values;
  if (value === undefined) return values;
  const part = shape.kind === "list" ? shape.of : shape;
  if (part.kind !== "object") return values;
  const filled = (each: unknown) => withEmpty(record(each), nestedShape(part), rest);
  return { ...values, [name]: shape.kind === "list" ? list(value).map(filled) : filled(value) };
}

/** As AWS answers what is not set. */
export const nothing = (shape: Shape): unknown =>
  ({ string: "", number: 0, boolean: false, any: "", list: [], map: {}, object: {} })[shape.kind];
