import { enabledByHand } from "../../../components/platform/gcp/lookUpErrors";
import { quotas } from "../../../components/platform/gcp/figures/quotas";
import type { AccountOptions } from "../cloud/account";
import type * as core from "../cloud/model";
import type { Existing } from "../cloud/simulation";
import { zonesOf } from "../cloud/zones";
import { zoneName, zonesIn } from "./regions";

/** The account before anything is made in it, and who deploys. */
export interface GcpOptions extends AccountOptions {
  /** Id of the one project there is. */
  readonly project: string;
  /** Twelve digits; service agents are named by it. */
  readonly projectNumber: string;
  /** Who deploys, as IAM names members: `user:deployer@example.com`. */
  readonly caller: string;
  /** What the caller may do in the project beside what the program grants. */
  readonly callerRoles: readonly string[];
  /** APIs that are on before the program asks for any: those of a new project. */
  readonly enabled: readonly string[];
}

export interface GcpView
  extends core.View, Pick<GcpOptions, "project" | "projectNumber" | "caller" | "callerRoles" | "enabled"> {
  /** The provider's own, which all resources get. */
  readonly defaultLabels: core.Values;
}

/**
 * APIs that are on: of those of every new project what counts here, and what the documentation has the owner enable, with
 * the one that tells the project's limits.
 */
const fromTheBeginning = ["cloudquotas", "logging", "monitoring", "storage", ...enabledByHand].map(
  (name) => `${name}.googleapis.com`,
);

/** Limits of a project that runs things already; a new one has those of the platform's own table. */
export const usualOptions: Omit<GcpOptions, "controlPlane"> = {
  ...{ project: "logfire-rehearsal", projectNumber: "123456789012" },
  ...{ caller: "user:deployer@example.com", callerRoles: ["roles/owner"], enabled: fromTheBeginning },
  ...{ zones: 3, without: {}, speed: 100 },
  quotas: {
    ...Object.fromEntries(Object.values(quotas).map(({ code, initial }) => [code, initial])),
    ...{ [quotas.cpus.code]: 640, [quotas.ssd.code]: 20_000, [quotas.localSsd.code]: 60_000 },
  },
};

export const viewOf = (
  existing: Existing,
  options: GcpOptions,
  { region, defaultLabels }: { readonly region: string; readonly defaultLabels: core.Values },
): GcpView => {
  const { project, projectNumber, caller, callerRoles, enabled } = options;
  const zones = Math.min(options.zones, zonesIn(region));
  return {
    ...existing,
    ...{ project, projectNumber, caller, callerRoles, enabled, region, defaultLabels },
    zones: zonesOf({ ...options, zones }, (at) => ({ name: zoneName(region, at) })),
  };
};

export type ResourceKind = core.ResourceKind<GcpView>;
export type Kinds = core.Kinds<GcpView>;
export type Made = core.Made<GcpView>;
export type Reference = core.Reference<GcpView>;

/** `projects/p/global/networks/n` -> the address that Compute Engine knows it by. */
export const selfLink = (id: string, service = "compute"): string => `https://www.googleapis.com/${service}/v1/${id}`;

/** Last part of an id or a self link: `projects/p/zones/z` -> `z`. */
export const lastPart = (id: unknown): string => String(id).split("/").at(-1) ?? "";

/** Whatever way an input names another resource: by its id, its address, or its bare name. */
export const anyName = ["id", "selfLink", "name"] as const;

export const byAnyName = (found: readonly core.Entity[], value: unknown): core.Entity | undefined =>
  found.find(({ id, outs }) => [id, outs.selfLink, outs.name].includes(value));

/** Names of Compute Engine and of most else: RFC 1035. */
export const rfc1035 = (max: number, uniqueError?: string): core.NameRule => ({
  ...{ property: "name", max, lower: true },
  pattern: /^[a-z]([-a-z0-9]*[a-z0-9])?$/,
  words: `at most ${max} lower-case letters, digits and hyphens, beginning with a letter and not ending in a hyphen`,
  ...(uniqueError === undefined ? {} : { uniqueError }),
});

export const inUse = "resourceInUseByAnotherResource";

export const networkOf = { to: "compute/network:Network", by: anyName, missing: "notFound", holds: inUse } as const;
