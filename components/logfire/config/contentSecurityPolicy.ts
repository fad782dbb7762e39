import type { FrontendServerInput } from "./types";

type Policy = Readonly<Record<string, readonly string[]>>;

const self = "'self'";
const none = "'none'";

/** Names the application and its editor create; a new one is an error in the browser's console. */
const trustedTypes = [
  "default logfirePolicy allow-duplicates tokenizeToString standaloneColorizer editorViewLayer domLineBreaksComputer",
  "diffReview diffEditorWidget editorGhostText stickyScrollViewLayer defaultWorkerFactory LanguageTool_Executor_Policy",
].flatMap((line) => line.split(" "));

const render = (policy: Policy): string =>
  Object.entries(policy)
    .map(([directive, sources]) => [directive, ...sources].join(" "))
    .join("; ");

/** The policies of the frontend's pages. Other hosts appear only through `allowedHosts`. */
export function contentSecurityPolicies({ origins, allowedHosts }: FrontendServerInput) {
  const allowed = allowedHosts.map((host) => `https://${host}`);
  const page: Policy = {
    "default-src": [self],
    "script-src": [self, "'unsafe-inline'", "'unsafe-eval'"],
    "style-src": [self, "'unsafe-inline'"],
    "connect-src": [self, ...origins, ...origins.map(toWebSocket), ...allowed],
    "worker-src": [self, "blob:"],
    "trusted-types": trustedTypes,
    "font-src": [self],
    "object-src": [none],
    "frame-src": [self],
    "img-src": [self, "blob:", "data:", ...allowed],
    "base-uri": [self],
    "form-action": [self],
    "manifest-src": [self],
    "frame-ancestors": [self],
  };
  const frame: Policy = {
    ...page,
    "script-src": [self, "blob:", "'unsafe-inline'", "'unsafe-eval'"],
    "connect-src": [self, ...allowed],
    "object-src": [self, "blob:"],
  };
  return {
    application: render(page),
    /** A shared trace may be embedded in any page: that is what sharing it is for. */
    publicTrace: render({ ...page, "frame-ancestors": ["*"] }),
    imageFrame: render(frame),
    audioFrame: render({ ...frame, "img-src": [self], "media-src": [self, "blob:", "data:", ...allowed] }),
    /** Runs what users write: without an origin of its own it can reach neither session nor storage. */
    customComponents: render({ ...frame, sandbox: ["allow-scripts"] }),
    renderWorker: render(workerPolicy),
  };
}

/** The worker runs saved view code: it gets nothing but the code. */
const workerPolicy: Policy = {
  "default-src": [none],
  "script-src": ["blob:"],
  ...Object.fromEntries(
    ["connect", "worker", "child", "img", "media", "font", "object", "manifest"].map((kind) => [`${kind}-src`, [none]]),
  ),
  "base-uri": [none],
  "form-action": [none],
  "frame-ancestors": [none],
};

const toWebSocket = (origin: string): string => origin.replace(/^http/, "ws");
