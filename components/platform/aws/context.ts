import * as pulumi from "@pulumi/pulumi";
import type { AwsPlatformSettings } from "../../settings/aws/types";
import type { CommonContext } from "../shared/context";
import type { AwsAdoption } from "./adopt";
import type { AwsFacts } from "./lookUp";
import { prefixOf } from "../shared/names";
import type { Names } from "./names";

/** What every part of the platform is made from. */
export interface AwsContext extends CommonContext<AwsPlatformSettings, Names, AwsFacts, AwsAdoption> {
  readonly clusterArn: string;
  /** For what the provider's own default tags do not reach: machines and volumes that something else makes. */
  readonly tags: Readonly<Record<string, string>>;
}

/** What all names in AWS begin with, where nothing else is said. */
export const defaultPrefix = (): string => prefixOf(pulumi.getStack());

/** A policy as the provider takes it, from ARNs that may be known only later. */
export const json = <T extends object>(
  inputs: { readonly [K in keyof T]: pulumi.Input<T[K]> },
  document: (known: T) => unknown,
): pulumi.Output<string> => pulumi.output(inputs).apply((known) => JSON.stringify(document(known as unknown as T)));
