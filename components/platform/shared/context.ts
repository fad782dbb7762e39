import * as pulumi from "@pulumi/pulumi";
import type { LogfireSettings, SecretValues, Settings } from "../../settings/types";
import type { CreateCloudPlatformArgs } from "./cloudPlatform";
import { prefixOf } from "./names";

interface CloudSettings<P> {
  readonly platform: P;
  readonly logfire: LogfireSettings;
}

/** How one cloud gets from what a program hands over to what its resources are made of. */
export interface ContextSteps<P, Names, Facts, Adoption> {
  /** Refuses settings of another cloud. */
  readonly settingsOf: (settings: Settings) => CloudSettings<P>;
  readonly adoptInto: (given: P, adopt: Adoption) => P;
  readonly checkAll: (settings: CloudSettings<P>, facts: Facts, adopt: Adoption) => unknown;
  readonly namesOf: (start: string) => Names;
  readonly clusterNameOf: (platform: P, names: Names) => string;
}

/** What the contexts of all clouds hold. */
export interface CommonContext<P, Names, Facts, Adoption> {
  /** Of the component; logical names begin with it. */
  readonly name: string;
  readonly names: Names;
  readonly settings: P;
  readonly logfire: LogfireSettings;
  readonly secrets: SecretValues;
  readonly facts: Facts;
  readonly adopt: Adoption;
  readonly clusterName: string;
  /** Of every resource. */
  readonly child: { readonly parent: pulumi.Resource };
  /** Of what holds data, or is hard to get again: protected unless the stack may be thrown away. */
  readonly guarded: { readonly parent: pulumi.Resource; readonly protect: boolean };
}

/** Checks everything before anything is made. */
export function commonContext<P, Names, Facts, Adoption extends object>(
  parent: pulumi.Resource,
  name: string,
  args: CreateCloudPlatformArgs<Adoption> & { readonly facts: Facts },
  steps: ContextSteps<P, Names, Facts, Adoption>,
): CommonContext<P, Names, Facts, Adoption> {
  const { platform: given, logfire } = steps.settingsOf(args.settings);
  const { facts, secrets, adopt = {} as Adoption } = args;
  const settings = steps.adoptInto(given, adopt);
  steps.checkAll({ platform: settings, logfire }, facts, adopt);
  const names = steps.namesOf(args.prefix ?? prefixOf(pulumi.getStack()));
  return {
    ...{ name, names, settings, logfire, secrets, facts, adopt },
    clusterName: steps.clusterNameOf(settings, names),
    child: { parent },
    guarded: { parent, protect: !logfire.disposable },
  };
}

/** Whose everything is, for tags and labels. */
export const thisStack = (): { readonly project: string; readonly stack: string } => ({
  project: pulumi.getProject(),
  stack: pulumi.getStack(),
});
