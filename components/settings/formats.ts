import { BlockList, isIP } from "node:net";
import type { z } from "zod";
import { type About, type Fault, matching, show, text } from "./fields";

const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const emailAddress = /^[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}$/;

export const isDnsName = (value: string) =>
  value.length <= 253 && value.split(".").every((part) => label.test(part)) && isIP(value) === 0;

/** A DNS name as people type it into a browser, and nothing more: URLs, the certificate and CORS are made of it. */
export const hostname = (about: About) => text(about, hostnameFault, "a DNS name in lower case");

/** A hostname, or `*.` before one for every name under it: what a browser's policy can say. */
export const hostPattern = (about: About) =>
  text(
    about,
    (value) => hostnameFault(value.startsWith("*.") ? value.slice(2) : value),
    "a DNS name in lower case, or `*.` and one",
  );

/** Everything that is too much about a hostname, in one fault, with what remains as the remedy. */
export function hostnameFault(value: string): Fault | undefined {
  const parts = /^(?:([A-Za-z][A-Za-z0-9+.-]*):\/\/)?(?:.*@)?([^/:?#]*)(:\d+)?([/?#].*)?$/s.exec(value.trim());
  const bare = (parts?.[2] ?? "").toLowerCase().replace(/\.$/, "");
  const wrong = [
    parts?.[1] !== undefined && "a scheme",
    value.includes("@") && "a user name",
    parts?.[3] !== undefined && "a port",
    parts?.[4] !== undefined && "a path",
    value.includes("*") && "a wildcard",
    /[A-Z]/.test(parts?.[2] ?? "") && "capital letters",
    value.length > 253 && "more than 253 characters",
    value.split(".").some((part) => part.length > 63) && "a part longer than 63 characters",
  ].filter((reason) => typeof reason === "string");
  if (wrong.length === 0 && isDnsName(value)) return undefined;
  const what = isIP(value) === 0 ? "is not a DNS name" : "is an IP address";
  const remedy = value.includes("*")
    ? "write each hostname in full, such as logfire.example.com"
    : isDnsName(bare)
      ? `write ${bare}`
      : "write a DNS name such as logfire.example.com";
  return { problem: `${show(value)} ${wrong.length === 0 ? what : `has ${inWords(wrong)}`}`, remedy };
}

/** `a scheme, a port and a path` */
const inWords = (list: readonly string[]) =>
  [list.slice(0, -1).join(", "), ...list.slice(-1)].filter((part) => part !== "").join(" and ");

export const email = (about: About) =>
  text(
    about,
    (value) =>
      emailAddress.test(value)
        ? undefined
        : { problem: `${show(value)} is not an e-mail address`, remedy: "write one such as sre@example.com" },
    "an e-mail address",
  );

export const dnsLabel = (about: About) =>
  matching(label, "a name of at most 63 small letters, digits and dashes", "logfire", about);

/** Name of a Kubernetes object; dots are allowed. */
export const objectName = (about: About) =>
  text(
    about,
    (value) =>
      isDnsName(value)
        ? undefined
        : {
            problem: `${show(value)} is not a name in Kubernetes`,
            remedy: "write small letters, digits, dashes and dots",
          },
    "name of a Kubernetes object",
  );

export function httpUrl(about: About): z.ZodType<string> {
  const type = "an address with http:// or https://";
  return text(
    about,
    (value) => {
      const parsed = URL.canParse(value) ? new URL(value) : undefined;
      if (parsed === undefined || !/^https?:$/.test(parsed.protocol))
        return {
          problem: `${show(value)} is not ${type}`,
          remedy: `write ${type}, such as https://logfire.example.com/v1`,
        };
      if (parsed.search !== "" || parsed.hash !== "")
        return {
          problem: `${show(value)} has a query or a fragment`,
          remedy: `write ${parsed.origin}${parsed.pathname}`,
        };
      return value.endsWith("/")
        ? { problem: `${show(value)} ends with a slash`, remedy: `write ${show(value.replace(/\/+$/, ""))}` }
        : undefined;
    },
    type,
  );
}

export const cidr = (about: About) => text(about, cidrFault, "an address range such as 10.0.0.0/16");

function cidrFault(value: string): Fault | undefined {
  const [address, prefix, ...rest] = value.split("/");
  const family = address === undefined ? 0 : isIP(address);
  const problem = `${show(value)} is not an address range`;
  if (address === undefined || family === 0 || rest.length > 0)
    return { problem, remedy: "write one such as 10.0.0.0/16 or fd00::/8" };
  const longest = family === 4 ? 32 : 128;
  if (prefix === undefined) return { problem, remedy: `write ${address}/${longest} for the one address` };
  try {
    if (!/^\d{1,3}$/.test(prefix)) throw new RangeError();
    new BlockList().addSubnet(address, Number(prefix), family === 4 ? "ipv4" : "ipv6");
  } catch {
    return { problem, remedy: `write a prefix of 0 to ${longest}, such as ${address}/${longest}` };
  }
  return undefined;
}

export const isLocal = (host: string) => host === "localhost" || host.endsWith(".localhost");
export const anyAddress: readonly string[] = ["0.0.0.0/0", "::/0"];

/** The range of a server that is given by address; every address where only its name is known. */
export function rangesOf(host: string): readonly string[] {
  const family = isIP(host);
  return family === 0 ? anyAddress : [`${host}/${family === 4 ? 32 : 128}`];
}
