import { Service } from "@pulumi/gcp/projects/service";
import { ServiceIdentity } from "@pulumi/gcp/projects/serviceIdentity";
import type * as pulumi from "@pulumi/pulumi";
import { apisOf, type Api, type ApiShape } from "./apiPlan";
import type { GcpContext } from "./context";

/** Services that this stack has enabled. */
export type Apis = Readonly<Partial<Record<Api, Service>>>;

/** Enables what is needed, and never disables it again: the project may use it for something else. */
export const createApis = (
  name: string,
  shape: ApiShape & { readonly project: string },
  parent: pulumi.Resource,
): Apis =>
  Object.fromEntries(
    apisOf(shape).map((api) => [
      api,
      new Service(
        `${name}-api-${api}`,
        { project: shape.project, service: `${api}.googleapis.com`, disableOnDestroy: false },
        { parent },
      ),
    ]),
  );

/** To depend on. */
export const enabled = ({ apis }: Pick<GcpContext, "apis">, api: Api): pulumi.Resource[] => {
  const service = apis[api];
  return service === undefined ? [] : [service];
};

/** Domains of the accounts by which Google's services act in a project. */
const agentDomains = { container: "container-engine-robot", sqladmin: "gcp-sa-cloud-sql" } as const;

export interface Agent {
  /** `serviceAccount:service-123456789012@container-engine-robot.iam.gserviceaccount.com` */
  readonly member: string;
  /** There is no account to give rights to before it. */
  readonly made: readonly pulumi.Resource[];
}

/** The account by which a service acts in the project, made by hand because Google makes it on first use only. */
export function createAgent(context: GcpContext, api: keyof typeof agentDomains): Agent {
  const { name, settings, facts, child } = context;
  const identity = new ServiceIdentity(
    `${name}-agent-${api}`,
    { project: settings.project, service: `${api}.googleapis.com` },
    { ...child, dependsOn: enabled(context, api) },
  );
  const domain = `${agentDomains[api]}.iam.gserviceaccount.com`;
  return { member: `serviceAccount:service-${facts.projectNumber}@${domain}`, made: [identity] };
}
