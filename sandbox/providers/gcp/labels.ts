import type { CheckFailure } from "@pulumi/pulumi/provider";
import { isUnknown, record, text, type Values } from "../cloud/model";

// https://docs.cloud.google.com/resource-manager/docs/labels-overview#requirements
const key = /^[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{N}_-]{0,62}$/u;
const value = /^[\p{Ll}\p{Lo}\p{N}_-]{0,63}$/u;

/** Inputs that are Google's labels, wherever a type has them. */
const places: readonly (readonly [property: string, of: (inputs: Values) => unknown])[] = [
  ["labels", ({ labels }) => labels],
  ["resourceLabels", ({ resourceLabels }) => resourceLabels],
  ["settings.userLabels", ({ settings }) => record(settings).userLabels],
  ["nodeConfig.resourceLabels", ({ nodeConfig }) => record(nodeConfig).resourceLabels],
];

export const labelFaults = (inputs: Values): readonly CheckFailure[] =>
  places.flatMap(([property, of]) => {
    const labels = isUnknown(of(inputs)) ? {} : record(of(inputs));
    const names = Object.keys(labels);
    return [
      ...(names.length > 64 ? [`has ${names.length} labels, and Google takes 64`] : []),
      ...names.flatMap((name) =>
        key.test(name)
          ? []
          : [`label "${name}" is not 1 to 63 lower-case letters, digits, _ and -, the first a letter`],
      ),
      ...Object.entries(labels).flatMap(([name, each]) =>
        isUnknown(each) || value.test(text(each))
          ? []
          : [
              `label "${name}" has the value "${text(each)}", which is not at most 63 lower-case letters, digits, _ and -`,
            ],
      ),
    ].map((reason) => ({ property, reason }));
  });
