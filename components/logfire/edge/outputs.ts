import { Secret } from "@pulumi/kubernetes/core/v1/secret";
import * as pulumi from "@pulumi/pulumi";
import type { Platform } from "../../platform/contract";
import type { LogfireSettings } from "../../settings/types";
import { service } from "../catalogue/logfire-service";
import { httpsPort } from "../catalogue/tls";
import { apiVersionOf, reservedAddresses, type EdgeKind } from "./common";
import { names } from "./facts";
import { pendingSteps, recordsFor, type KnownRecord } from "./records";
import type { Made } from "./register";

/** What the owner has to know of the edge. Public, all of it. */
export interface EdgeOutputs {
  /** Of the load balancer: addresses, or its name. */
  readonly addresses: pulumi.Output<readonly string[]>;
  /** DNS records that have to be there. */
  readonly records: pulumi.Output<readonly KnownRecord[]>;
  /** What the zone above has to name, where this stack made the zone. */
  readonly delegate?: { readonly zone: string; readonly nameServers: pulumi.Output<readonly string[]> };
  /** What somebody has to do, or wait for, before the hostnames answer. */
  readonly pending: pulumi.Output<readonly string[]>;
  /** Certificate that clients have to trust, where it is this stack's own authority. PEM. */
  readonly caCertificate?: pulumi.Output<string>;
}

export interface OutputsArgs {
  readonly settings: LogfireSettings;
  readonly platform: Platform;
  readonly made: Made;
  /** Whether this stack writes the records. */
  readonly written: boolean;
}

export function edgeOutputs(component: string, args: OutputsArgs, opts: pulumi.CustomResourceOptions): EdgeOutputs {
  const { settings, platform, made } = args;
  const addresses = addressesOf(component, args, opts);
  const records = addresses.apply((known) => recordsFor(settings.hostnames, known));
  const { zone } = platform.edge;
  const nameServers = zone?.nameServers === undefined ? undefined : pulumi.output(zone.nameServers);
  return {
    addresses,
    records,
    ...(zone === undefined || nameServers === undefined ? {} : { delegate: { zone: zone.name, nameServers } }),
    pending: pending(component, args, records, nameServers, opts),
    ...(settings.edge.certificate.source === "privateCa"
      ? { caCertificate: caCertificate(component, made, settings, opts) }
      : {}),
  };
}

/** Reserved ones, or those that the cluster has given. */
function addressesOf(
  component: string,
  { settings, platform, made }: OutputsArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<readonly string[]> {
  const { edge, namespace } = settings;
  const reserved = reservedAddresses(settings, platform.edge);
  if (reserved.length > 0) return pulumi.all([...reserved]);
  switch (edge.mode) {
    case "native":
    case "none":
      return pulumi.output([]);
    case "ingress":
      return observe(`${component}-observed-ingress`, "Ingress", idOf(made, "Ingress", names.ingress), opts).apply(
        ({ loadBalancer }) => (loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }) => ip ?? hostname ?? []),
      );
    case "gateway": {
      const { attachTo } = edge.gateway;
      const id =
        attachTo === undefined
          ? idOf(made, "Gateway", names.gateway)
          : `${attachTo.namespace ?? namespace}/${attachTo.name}`;
      return observe(`${component}-observed-gateway`, "Gateway", id, opts).apply(({ addresses }) =>
        (addresses ?? []).flatMap(({ value }) => value ?? []),
      );
    }
  }
}

/** What is read of statuses; the API server has more. */
interface Status {
  readonly addresses?: readonly { readonly value?: string }[];
  readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[] };
  readonly conditions?: readonly { readonly type: string; readonly status: string }[];
}

/** An object as it is in the cluster at every update: the state keeps the status of the day it was made. */
class Observed extends pulumi.CustomResource {
  declare readonly status: pulumi.Output<Status | undefined>;

  constructor(name: string, kind: EdgeKind, id: pulumi.Input<string>, opts: pulumi.CustomResourceOptions) {
    super(`kubernetes:${apiVersionOf(kind)}:${kind}`, name, { status: undefined }, { ...opts, id });
  }
}

const observe = (
  name: string,
  kind: EdgeKind,
  id: pulumi.Input<string>,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<Status> => new Observed(name, kind, id, opts).status.apply((status): Status => status ?? {});

/** Unknown until the object is made, so that a preview does not look for it. */
function idOf(made: Made, kind: EdgeKind, name: string): pulumi.Output<string> {
  const resource = made.get(`${kind}/${name}`);
  if (resource === undefined) throw new Error(`${kind} ${name} is not rendered`);
  return resource.id;
}

function pending(
  component: string,
  { settings, platform, made, written }: OutputsArgs,
  records: pulumi.Output<readonly KnownRecord[]>,
  nameServers: pulumi.Output<readonly string[]> | undefined,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<readonly string[]> {
  const { edge, namespace, inClusterTls } = settings;
  const zone = edge.zone ?? platform.edge.zone?.name;
  const [entry] = service.services;
  const port = inClusterTls === undefined ? entry.ports.http : httpsPort;
  return pulumi
    .all([records, nameServers ?? [], acmeReady(component, settings, made, opts)])
    .apply(([known, servers, ready]) =>
      pendingSteps({
        mode: edge.mode,
        ...(zone === undefined ? {} : { zone }),
        ...(servers.length === 0 ? {} : { nameServers: servers }),
        records: known,
        written,
        service: `${entry.name}.${namespace}:${port}`,
        ...(ready === undefined ? {} : { certificate: { name: names.certificate, namespace, ready } }),
      }),
    );
}

/** Whether the certificate by ACME is there; undefined where there is none. */
function acmeReady(
  component: string,
  { edge }: LogfireSettings,
  made: Made,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<boolean | undefined> {
  if (edge.certificate.source !== "acme") return pulumi.output(undefined);
  const id = idOf(made, "Certificate", names.certificate);
  return observe(`${component}-observed-certificate`, "Certificate", id, opts).apply(({ conditions = [] }) =>
    conditions.some(({ type, status }) => type === "Ready" && status === "True"),
  );
}

/** From the Secret that cert-manager fills, once it has. The private key beside it stays encrypted in the state. */
function caCertificate(
  component: string,
  made: Made,
  { namespace }: LogfireSettings,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const id = idOf(made, "Certificate", names.certificate).apply(() => `${namespace}/${names.certificate}`);
  const { data } = Secret.get(`${component}-observed-secret`, id, opts);
  return pulumi.unsecret(
    data.apply((found: Readonly<Record<string, string>> | undefined) => {
      const encoded = found?.["ca.crt"];
      if (encoded === undefined) throw new Error(`the Secret ${names.certificate} in ${namespace} has no key ca.crt`);
      return Buffer.from(encoded, "base64").toString("utf8");
    }),
  );
}
