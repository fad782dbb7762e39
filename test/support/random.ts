import { createHash } from "node:crypto";
import type { MockResourceArgs } from "@pulumi/pulumi/runtime";

/** What the provider `random` would compute, the same in every run: it depends on the logical name alone. */
export function randomOutputs({ type, name, inputs }: MockResourceArgs): Record<string, unknown> {
  const length = Number((inputs as Record<string, unknown>)["length"]);
  const bytes = (count: number) =>
    Buffer.concat(
      Array.from({ length: Math.ceil(count / 32) }, (_, block) =>
        createHash("sha256").update(`${name}/${block}`).digest(),
      ),
    ).subarray(0, count);
  if (type === "random:index/randomPassword:RandomPassword")
    return {
      result: bytes(length * 2)
        .toString("base64")
        .replace(/[^A-Za-z0-9]/g, "")
        .slice(0, length),
    };
  if (type === "random:index/randomBytes:RandomBytes")
    return { base64: bytes(length).toString("base64"), hex: bytes(length).toString("hex") };
  return {};
}
