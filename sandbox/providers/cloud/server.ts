import type { sendUnaryData, ServerUnaryCall, UntypedServiceImplementation } from "@grpc/grpc-js";
import { Server, ServerCredentials, status } from "@grpc/grpc-js";
import * as plugin from "@pulumi/pulumi/proto/plugin_pb";
import * as services from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import type { CheckFailure } from "@pulumi/pulumi/provider";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { inWords } from "./check";
import { AccountFolder } from "./account";
import type { Values } from "./model";
import { SimulatedProvider } from "./provider";
import { sdkVersion } from "./sdk/resources";
import type { Simulation } from "./simulation";

/**
 * Serves the provider of a cloud to the engine, with the account in a folder. The SDK's own server hands no configuration
 * to its provider, and where resources are made is configuration.
 */
export async function serve(simulation: Simulation, accountFolder = ""): Promise<void> {
  const provider = new SimulatedProvider(simulation, new AccountFolder(accountFolder));
  const server = new Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  server.addService(services.ResourceProviderService, implementation(provider));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  // The engine reads the port from the first line.
  console.log(String(port));
}

type Handler<Request, Response> = (call: ServerUnaryCall<Request, Response>, done: sendUnaryData<Response>) => void;

/** Answers with what `work` makes of the request, or with its error. */
const answering =
  <Request, Response>(work: (request: Request) => Response | Promise<Response>): Handler<Request, Response> =>
  (call, done) => {
    Promise.resolve()
      .then(() => work(call.request))
      .then(
        (response) => done(null, response),
        (error: unknown) =>
          done({ code: status.UNKNOWN, details: error instanceof Error ? error.message : String(error) }, null),
      );
  };

const toValues = (struct: Struct | undefined): Values => struct?.toJavaScript() ?? {};
const toStruct = (values: Values): Struct =>
  Struct.fromJavaScript(JSON.parse(JSON.stringify(values)) as Record<string, JavaScriptValue>);

function implementation(provider: SimulatedProvider): UntypedServiceImplementation {
  return {
    ...configuration(provider),
    ...resources(provider),
    invoke: answering((request: messages.InvokeRequest) => {
      const response = new messages.InvokeResponse();
      response.setReturn(toStruct(provider.invoke(request.getTok(), toValues(request.getArgs()))));
      return response;
    }),
    cancel: answering(() => new Empty()),
    attach: answering(() => new Empty()),
    getPluginInfo: answering(() => {
      const info = new plugin.PluginInfo();
      info.setVersion(sdkVersion(provider.simulation.package));
      return info;
    }),
    getSchema: answering(() => {
      const response = new messages.GetSchemaResponse();
      response.setSchema("{}");
      return response;
    }),
  };
}

const configuration = (provider: SimulatedProvider) => ({
  checkConfig: answering((request: messages.CheckRequest) => {
    const news = toValues(request.getNews());
    return checkResponse(news, provider.checkConfig(news));
  }),
  diffConfig: answering((request: messages.DiffRequest) => {
    const { changed, replaces } = provider.diffConfig(toValues(request.getOlds()), toValues(request.getNews()));
    return diffResponse(changed, replaces, []);
  }),
  configure: answering((request: messages.ConfigureRequest) => {
    provider.configure(toValues(request.getArgs()));
    const response = new messages.ConfigureResponse();
    // The engine takes secrets out of the values, and marks what is made of them.
    response.setAcceptsecrets(false);
    response.setAcceptresources(false);
    response.setAcceptoutputs(false);
    response.setSupportspreview(true);
    return response;
  }),
});

const resources = (provider: SimulatedProvider) => ({
  check: answering((request: messages.CheckRequest) => {
    const { inputs, failures } = provider.check(
      request.getUrn(),
      toValues(request.getOlds()),
      toValues(request.getNews()),
    );
    return checkResponse(inputs, failures);
  }),
  diff: answering((request: messages.DiffRequest & { getOldInputs?(): Struct | undefined }) => {
    const olds = request.getOldInputs?.() ?? request.getOlds();
    const diff = provider.diff(request.getUrn(), toValues(olds), toValues(request.getNews()));
    const response = diffResponse(diff.changes === true, diff.replaces ?? [], diff.diffs);
    response.setDeletebeforereplace(diff.deleteBeforeReplace === true);
    return response;
  }),
  create: answering(async (request: messages.CreateRequest) => {
    const response = new messages.CreateResponse();
    const inputs = toValues(request.getProperties());
    if (request.getPreview()) response.setProperties(toStruct(provider.previewCreate(request.getUrn(), inputs)));
    else {
      const { id, outs } = await provider.create(request.getUrn(), inputs);
      response.setId(id);
      response.setProperties(toStruct(outs));
    }
    return response;
  }),
  update: answering(async (request: messages.UpdateRequest) => {
    const response = new messages.UpdateResponse();
    const news = toValues(request.getNews());
    const outs = request.getPreview()
      ? provider.previewUpdate(request.getUrn(), toValues(request.getOlds()), news)
      : await provider.update(request.getUrn(), request.getId(), news);
    response.setProperties(toStruct(outs));
    return response;
  }),
  read: answering((request: messages.ReadRequest) => {
    const found = provider.read(request.getUrn(), request.getId());
    const response = new messages.ReadResponse();
    if (found === undefined) return response;
    // Secrets are not kept in the account: those of the state stay.
    const secret = (values: Values, own: Values) =>
      Object.fromEntries(Object.entries(values).map(([key, value]) => [key, value === "[secret]" ? own[key] : value]));
    response.setId(found.id);
    response.setProperties(toStruct(secret(found.outs, toValues(request.getProperties()))));
    response.setInputs(toStruct(secret(found.inputs, toValues(request.getInputs() ?? request.getProperties()))));
    return response;
  }),
  delete: answering(async (request: messages.DeleteRequest) => {
    await provider.delete(request.getUrn(), request.getId());
    return new Empty();
  }),
});

function checkResponse(inputs: Values, failures: readonly CheckFailure[]): messages.CheckResponse {
  const response = new messages.CheckResponse();
  response.setInputs(toStruct(inputs));
  response.setFailuresList(
    failures.map((each) => {
      const failure = new messages.CheckFailure();
      failure.setProperty(each.property);
      failure.setReason(inWords(each));
      return failure;
    }),
  );
  return response;
}

function diffResponse(changed: boolean, replaces: readonly string[], diffs: readonly string[]): messages.DiffResponse {
  const response = new messages.DiffResponse();
  const { DIFF_SOME, DIFF_NONE } = messages.DiffResponse.DiffChanges;
  response.setChanges(changed ? DIFF_SOME : DIFF_NONE);
  response.setReplacesList([...replaces]);
  response.setDiffsList([...diffs]);
  return response;
}
