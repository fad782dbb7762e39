/** Where a generated HAProxy text runs on this machine. */
export interface ProxyPlace {
  readonly http: number;
  readonly stats: number;
  /** `127.0.0.1:PORT` of the server that knows the services' names. */
  readonly nameserver: string;
  /** The port here of a service's port in the cluster. */
  readonly port: (service: string, port: number) => number;
  /** With HTTPS between services: its port here, and the folder with `tls` and `ca` in place of the image's own. */
  readonly tls?: { readonly https: number; readonly folder: string };
}

/** The text as the pod reads it, but for addresses: every one has to be found, or the text is not what this was written for. */
export function localText(text: string, place: ProxyPlace): string {
  const steps: readonly (readonly [RegExp, string | ((...groups: string[]) => string)])[] = [
    [/bind \*:8080\b/g, `bind 127.0.0.1:${place.http}`],
    [/bind \*:8181\b/g, `bind 127.0.0.1:${place.stats}`],
    ...(place.tls === undefined
      ? []
      : ([
          [/bind \*:8443\b/g, `bind 127.0.0.1:${place.tls.https}`],
          [/\/usr\/local\/etc\/haproxy(?=\/(tls|ca)\/)/g, place.tls.folder],
        ] as const)),
    [/parse-resolv-conf/g, `nameserver dns1 ${place.nameserver}`],
    // The health port is the service's too: before its name loses the port that leads to it.
    [
      /(server ([\w-]+) \S+:\d+.*) port (\d+)/g,
      (_, line = "", service = "", port = "") => `${line} port ${place.port(service, Number(port))}`,
    ],
    [
      /(([\w-]+)\.[\w-]+\.svc\.cluster\.local\.):(\d+)/g,
      (_, host = "", service = "", port = "") => `${host}:${place.port(service, Number(port))}`,
    ],
  ];
  return steps.reduce((current, [pattern, by]) => {
    if (current.search(pattern) < 0) throw new Error(`HAProxy's text has nothing like ${String(pattern)}:\n${text}`);
    return typeof by === "string" ? current.replace(pattern, by) : current.replace(pattern, by);
  }, text);
}

/** Names in the cluster that the text sends requests to. */
export const upstreamHosts = (text: string): readonly string[] => [
  ...new Set([...text.matchAll(/([\w-]+\.[\w-]+\.svc\.cluster\.local)\.:\d+/g)].map(([, host = ""]) => host)),
];
