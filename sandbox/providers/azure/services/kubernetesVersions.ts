import { CloudError } from "../../cloud/model";

/** Minor versions that AKS runs, oldest first, with their latest patch. */
const patches: Readonly<Record<string, string>> = {
  "1.33": "1.33.9",
  "1.34": "1.34.6",
  "1.35": "1.35.4",
  "1.36": "1.36.1",
};

export const versions: readonly string[] = Object.keys(patches);

export const minor = (version: string): number => Number(version.split(".")[1]);

/** `1.35` -> `1.35.4`: a minor version stands for its latest patch. */
export const patchOf = (version: string): string => patches[version] ?? version;

export function refuseVersion(version: string): void {
  const known = patches[version.split(".").slice(0, 2).join(".")];
  if (known === undefined)
    throw new CloudError(
      "K8sVersionNotSupported",
      `Version ${version} is not supported in this region. Supported: ${Object.values(patches).join(", ")}.`,
    );
}

/** Control planes go one minor version at a time, and never back. */
export function refuseStep(from: string, to: string): void {
  if (minor(to) < minor(from))
    throw new CloudError("OperationNotAllowed", `Downgrading Kubernetes version ${from} to ${to} is not allowed.`);
  if (minor(to) > minor(from) + 1)
    throw new CloudError(
      "OperationNotAllowed",
      `Upgrading Kubernetes version ${from} to ${to} is not allowed. Minor versions cannot be skipped.`,
    );
}
