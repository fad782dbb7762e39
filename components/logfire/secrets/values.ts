import { RandomBytes } from "@pulumi/random/randomBytes";
import { RandomPassword } from "@pulumi/random/randomPassword";
import { Secret } from "@pulumi/kubernetes/core/v1/secret";
import * as pulumi from "@pulumi/pulumi";
import type { SecretValues } from "../../settings/types";
import type { SecretName } from "../catalogue/names";
import { base32, recoveryCodes, urlSafeBase64 } from "./forms";
import { irreplaceable, type Form, type Source } from "./plan";

/**
 * A generated value stays what it was when a later version of this package, or of the provider, would generate it
 * otherwise: these properties replace the resource, and with it the value.
 */
const keepPassword = ["length", "special", "lower", "upper", "numeric", "minLower", "minUpper", "minNumeric"];
const keepBytes = ["length"];

const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** No provider and no dependency: both would be a cluster's, which a generated value has nothing to do with. */
type Keeping = Pick<pulumi.CustomResourceOptions, "parent" | "protect">;

/** 32 letters and digits. */
export function randomPassword(name: string, { parent, protect }: Keeping): pulumi.Output<string> {
  const made = new RandomPassword(
    name,
    { length: 32, special: false },
    { parent, protect, ignoreChanges: keepPassword, additionalSecretOutputs: ["result"] },
  );
  return pulumi.secret(made.result);
}

export function randomBytes(name: string, length: number, { parent, protect }: Keeping): RandomBytes {
  return new RandomBytes(name, { length }, { parent, protect, ignoreChanges: keepBytes });
}

function generate(name: string, form: Form, opts: Keeping): pulumi.Output<string> {
  switch (form) {
    case "password":
      return randomPassword(name, opts);
    case "base64Key":
      return pulumi.secret(randomBytes(name, 32, opts).base64);
    case "urlSafeKey":
      return pulumi.secret(randomBytes(name, 32, opts).base64.apply(urlSafeBase64));
    case "base32":
      return pulumi.secret(randomBytes(name, 20, opts).base64.apply(base32));
    case "recoveryCodes":
      return pulumi.secret(randomBytes(name, 50, opts).hex.apply(recoveryCodes));
  }
}

/** A value that the encrypted configuration gives. */
export function given(values: SecretValues, path: string): pulumi.Output<string> {
  const value = values[path];
  if (value === undefined) throw new Error(`the secret \`${path}\` is said to be given, but has no value`);
  return pulumi.secret(value);
}

/**
 * Reads one key of a Secret that is there already. Only what has to be built into something else is read; the rest
 * stays a reference that the engine never sees.
 */
function readExisting(
  name: string,
  namespace: string,
  { name: secret, key }: { readonly name: string; readonly key: string },
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const data = Secret.get(name, `${namespace}/${secret}`, opts).data;
  return pulumi.secret(
    data.apply((found: Readonly<Record<string, string>> | undefined) => {
      const encoded = found?.[key];
      if (encoded === undefined)
        throw new Error(`the Secret ${secret} in the namespace ${namespace} has no key ${key}`);
      return Buffer.from(encoded, "base64").toString("utf8");
    }),
  );
}

export interface ValueArgs {
  readonly namespace: string;
  readonly values: SecretValues;
  /** Stacks that may be thrown away can be destroyed without unprotecting anything. */
  readonly disposable: boolean;
  readonly opts: pulumi.CustomResourceOptions;
}

/** The value of one secret, and the resource that keeps it where it is generated. */
export function secretValue(
  component: string,
  name: SecretName,
  source: Source,
  { namespace, values, disposable, opts }: ValueArgs,
): pulumi.Output<string> {
  const resource = `${component}-${kebab(name)}`;
  switch (source.from) {
    case "given":
      return given(values, name);
    case "generated":
      // Protection is all there is to do: retainOnDelete would keep nothing, the value lives in the state alone.
      return generate(resource, source.form, { ...opts, protect: irreplaceable.includes(name) && !disposable });
    case "existing":
      return readExisting(resource, namespace, source, opts);
  }
}
