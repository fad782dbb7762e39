import type { FrontendAppConfigInput } from "./types";

/** `/config.1.js`, which tells the browser's application where it runs. */
export function frontendAppConfig({ url, hostname, version }: FrontendAppConfigInput): string {
  const appConfig = {
    apiHost: hostname,
    region: "local",
    regions: [{ name: "local", frontend_host: url, api_host: url, auth_host: url }],
    dexPublicUrl: url,
    dexDynamicRedirect: false,
    appVersion: version,
    selfHosted: true,
  };
  return `window.appConfig = ${JSON.stringify(appConfig, undefined, 2)};\n`;
}
