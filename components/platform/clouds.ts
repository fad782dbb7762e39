import type { ExistingPlatformSettings, Settings } from "../settings/types";
import { awsFigures } from "./aws/figures";
import { azureFigures } from "./azure/figures";
import { gcpFigures } from "./gcp/figures";
import type { CloudFigures, CloudSettings } from "./shared/figures";

/** What is answered for each kind of place. */
export interface ByPlace<T> {
  /** A cluster that is its owner's. */
  readonly existing: (settings: Settings<ExistingPlatformSettings>) => T;
  /** A place of this stack's own, by the figures of its cloud. */
  readonly cloud: <P extends CloudSettings>(figures: CloudFigures<P>, settings: Settings<P>) => T;
}

/** Answers a question about a stack by where it is, without an SDK. A new cloud is a new case here. */
export function byPlace<T>({ platform, logfire }: Settings, { existing, cloud }: ByPlace<T>): T {
  switch (platform.kind) {
    case "existing":
      return existing({ platform, logfire });
    case "aws":
      return cloud(awsFigures, { platform, logfire });
    case "gcp":
      return cloud(gcpFigures, { platform, logfire });
    case "azure":
      return cloud(azureFigures, { platform, logfire });
  }
}
