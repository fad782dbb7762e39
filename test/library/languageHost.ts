import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { createRequire } from "node:module";
import * as grpc from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import {
  GetRequiredPackagesResponse,
  GetRequiredPluginsResponse,
  RunResponse,
  type RunRequest,
} from "@pulumi/pulumi/proto/language_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";

/**
 * Stands in for `pulumi-language-nodejs`, which is a program of Pulumi's: it starts what that starts, the SDK's own
 * `cmd/run` in the project's node_modules, with the same arguments and environment. What loads TypeScript, resolves
 * packages and reports errors is therefore the real thing; how the real plugin finds Node and npm is not proved.
 */

/** By which `cmd/run` says that the user has been told already. */
const toldAlready = 32;

const [engine = ""] = process.argv.slice(2).filter((argument) => !argument.startsWith("-"));

function run(
  { request }: grpc.ServerUnaryCall<RunRequest, RunResponse>,
  answer: grpc.sendUnaryData<RunResponse>,
): void {
  const info = request.getInfo();
  const folder = info?.getProgramDirectory() ?? request.getPwd();
  const options = info?.getOptions()?.toJavaScript() ?? {};
  const project = createRequire(join(folder, "index.js"));
  const host = join(dirname(project.resolve("@pulumi/pulumi/package.json")), "cmd", "run");
  const flags = {
    monitor: request.getMonitorAddress(),
    engine,
    project: request.getProject(),
    stack: request.getStack(),
    organization: request.getOrganization(),
    pwd: request.getPwd(),
    parallel: String(request.getParallel()),
    "root-directory": info?.getRootDirectory() ?? "",
    ...(request.getDryrun() ? { "dry-run": "true" } : {}),
  };
  const { tsconfig } = options as { readonly tsconfig?: string };
  const child = spawn(
    process.execPath,
    [host, ...Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value]), info?.getEntryPoint() ?? "."],
    {
      cwd: folder,
      stdio: ["ignore", "inherit", "inherit"],
      env: {
        ...process.env,
        PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().entries())),
        PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
        PULUMI_NODEJS_TYPESCRIPT: "true",
        ...(tsconfig === undefined ? {} : { PULUMI_NODEJS_TSCONFIG_PATH: tsconfig }),
        NODE_OPTIONS: process.env["PROGRAM_NODE_OPTIONS"] ?? "",
      },
    },
  );
  child.once("exit", (code, signal) => {
    const response = new RunResponse();
    if (code === toldAlready) response.setBail(true);
    else if (code !== 0) response.setError(`the program ended with ${signal ?? code}`);
    answer(null, response);
  });
}

const reply =
  <T>(make: () => T) =>
  (_: unknown, answer: grpc.sendUnaryData<T>) =>
    answer(null, make());

const server = new grpc.Server();
server.addService(LanguageRuntimeService, {
  run,
  getRequiredPlugins: reply(() => new GetRequiredPluginsResponse()),
  getRequiredPackages: reply(() => new GetRequiredPackagesResponse()),
  getPluginInfo: reply(() => {
    const info = new PluginInfo();
    info.setVersion("0.0.0");
    return info;
  }),
  cancel: reply(() => new Empty()),
});
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  console.log(port);
});
