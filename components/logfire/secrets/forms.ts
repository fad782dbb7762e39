const base32Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** Base64 with the URL-safe alphabet and padding, as Fernet keys are written. `"+/8="` -> `"-_8="` */
export const urlSafeBase64 = (base64: string): string => base64.replaceAll("+", "-").replaceAll("/", "_");

/** RFC 4648 base32 of bytes given in base64, without padding: 20 bytes are 32 characters. */
export function base32(base64: string): string {
  const bits = [...Buffer.from(base64, "base64")].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  const groups = bits.match(/.{1,5}/g) ?? [];
  return groups.map((group) => base32Alphabet.charAt(parseInt(group.padEnd(5, "0"), 2))).join("");
}

/** A JSON list of one-time codes of ten hexadecimal digits: 40 bits each. */
export const recoveryCodes = (hex: string): string => JSON.stringify(hex.match(/.{10}/g) ?? []);

/** The content of a pull Secret for one registry. */
export function dockerConfig(server: string, username: string, password: string): string {
  const auth = Buffer.from(`${username}:${password}`).toString("base64");
  return JSON.stringify({ auths: { [server]: { username, password, auth } } });
}
