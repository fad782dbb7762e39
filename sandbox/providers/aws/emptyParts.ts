/**
 * Parts of outputs that AWS leaves empty where nobody asks for them, by type: what the SDK promises of a nested value is
 * there, and nothing else of it is made up.
 */
export const emptyParts: Readonly<Record<string, readonly string[]>> = {
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
