import type { Output } from "@pulumi/pulumi";

/**
 * A text that may be known only after the platform exists: a bucket name, a database host. Plain when rendered
 * without an engine. Never a secret: secrets travel as `SecretRef`.
 */
export type Text = string | Output<string>;

/** Joins texts; stays a plain string as long as every part is one, so that pure callers stay pure. */
export function concat(...parts: readonly Text[]): Text {
  return parts.reduce(join, "");
}

function join(left: Text, right: Text): Text {
  if (typeof left === "string") return typeof right === "string" ? left + right : right.apply((r: string) => left + r);
  return left.apply((l: string): Output<string> | string =>
    typeof right === "string" ? l + right : right.apply((r: string) => l + r),
  ) as Output<string>;
}
