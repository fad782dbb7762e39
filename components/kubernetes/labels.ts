import type { LogfireSettings } from "../settings/types";

/** Labels by which Services, budgets, policies and spread constraints find pods. Immutable in every selector. */
export const selectorLabels = (component: string): Readonly<Record<string, string>> => ({
  "app.kubernetes.io/name": "logfire",
  "app.kubernetes.io/instance": "logfire",
  "app.kubernetes.io/component": component,
});

/** Labels of an object. */
export const objectLabels = (settings: LogfireSettings, component?: string): Readonly<Record<string, string>> => ({
  "app.kubernetes.io/name": "logfire",
  "app.kubernetes.io/instance": "logfire",
  "app.kubernetes.io/version": labelValue(settings.images.version),
  "app.kubernetes.io/managed-by": "Pulumi",
  ...(component === undefined ? {} : { "app.kubernetes.io/component": component }),
});

// An image tag may be twice as long as a label, and may end with a dot.
const labelValue = (tag: string): string => tag.slice(0, 63).replace(/[^A-Za-z0-9]+$/, "");
