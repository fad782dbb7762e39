import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../cli/root";
import type { Found } from "../config/programs";
import { controllers } from "../../components/logfire/edge/facts";

export interface ChartFolders {
  /** `gateway-crds-helm` lies beside it. */
  readonly envoyGateway: string;
  readonly certManager: string;
}

/** What makes the charts in a folder, once; missing without Go, which fetches their sources. */
export function findCharts(): Found<(folder: string) => ChartFolders> {
  const made = new Map<string, ChartFolders>();
  const make = (folder: string): ChartFolders => {
    const folders = made.get(folder) ?? makeChartFolders(folder);
    made.set(folder, folders);
    return folders;
  };
  const { status } = spawnSync("go", ["version"], { stdio: "ignore" });
  return status === 0 ? { found: make } : { missing: "there is no Go, which fetches the charts' sources" };
}

/**
 * The charts as their projects publish them, made from the sources of the same versions: publishing fills in versions
 * and the names of images, and so does this.
 */
function makeChartFolders(base: string): ChartFolders {
  const { envoyGateway, certManager } = controllers;
  const gateway = moduleFolder("github.com/envoyproxy/gateway");
  const copied = (from: string, name: string, version: string): string => {
    const folder = join(base, name);
    mkdirSync(folder, { recursive: true });
    cpSync(from, folder, { recursive: true, mode: 0 });
    execFileSync("chmod", ["-R", "u+w", folder]);
    const file = join(folder, "Chart.yaml");
    const text = readFileSync(file, "utf8");
    writeFileSync(
      file,
      text.replace(/^version: .*/m, `version: ${version}`).replace(/^appVersion: .*/m, `appVersion: "${version}"`),
    );
    return folder;
  };
  copied(join(gateway, "charts/gateway-crds-helm"), "gateway-crds-helm", envoyGateway.version);
  const helm = copied(join(gateway, "charts/gateway-helm"), "gateway-helm", envoyGateway.version);
  const values = readFileSync(join(helm, "values.tmpl.yaml"), "utf8")
    .replaceAll("${GatewayImage}", envoyGateway.images.controller)
    .replaceAll("${GatewayImagePullPolicy}", "IfNotPresent");
  writeFileSync(join(helm, "values.yaml"), values);
  const source = moduleFolder("github.com/cert-manager/cert-manager");
  return {
    envoyGateway: helm,
    certManager: copied(join(source, "deploy/charts/cert-manager"), "cert-manager", certManager.version),
  };
}

/** Where Go keeps the module's files; fetched where they are missing. */
function moduleFolder(module: string): string {
  const cwd = join(root, "sandbox/tools/definitions");
  const environment = { ...process.env, GOFLAGS: "-mod=readonly", GOTOOLCHAIN: "local", GOWORK: "off" };
  const text = execFileSync("go", ["mod", "download", "-json", module], { cwd, env: environment, encoding: "utf8" });
  return (JSON.parse(text) as { readonly Dir: string }).Dir;
}
