import { aws as simulation } from "../../sandbox/providers/aws/simulation";
import { testAccount } from "./awsAccount";
import { describeFaults } from "./cloudFaults";

describeFaults({
  ...{ simulation, testAccount, call: "Route53:CreateHostedZone" },
  thing: { type: "route53/zone:Zone", inputs: (name) => ({ name: `${name}.example.com` }) },
  seconds: { usual: 35, throttled: 0.7 },
  throttled: /ThrottlingException: Rate exceeded \(25 attempts\)/,
  failure: { code: "InternalFailure", said: /creating Route 53 HostedZone: .* InternalFailure: sorry/ },
});
