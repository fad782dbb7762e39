import { createHash, randomBytes } from "node:crypto";

/** So many random digits: `hex(8)` as they end names and ids. */
export const hex = (digits: number): string =>
  randomBytes(Math.ceil(digits / 2))
    .toString("hex")
    .slice(0, digits);

export const letters = (count: number): string =>
  [...randomBytes(count)].map((byte) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".charAt(byte % 32)).join("");

export const uuid = (): string => [8, 4, 4, 4, 12].map(hex).join("-");

/** The same for the same text: figures that must not change between two calls. */
export const digest = (text: string, digits: number): string =>
  createHash("sha256").update(text).digest("hex").slice(0, digits);

export const now = (): string => new Date().toISOString();
