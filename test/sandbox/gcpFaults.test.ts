import { gcp as simulation } from "../../sandbox/providers/gcp/simulation";
import { describeFaults } from "./cloudFaults";
import { testAccount } from "./gcpAccount";

describeFaults({
  ...{ simulation, testAccount, call: "CloudDNS:CreateManagedZone" },
  thing: { type: "dns/managedZone:ManagedZone", inputs: (name) => ({ name, dnsName: "example.com." }) },
  seconds: { usual: 3, throttled: 3.5 },
  throttled: /Error 429: Quota exceeded for quota metric 'Queries'/,
  failure: { code: "backendError", said: /Error creating ManagedZone: googleapi: Error 503: sorry, backendError/ },
});
