import type { CheckFailure } from "@pulumi/pulumi/provider";
import type { AccountFolder } from "./account";
import { checkInputs, shapeFailures } from "./check";
import { differ } from "./compare";
import { diffInputs } from "./diff";
import { meet } from "./faults";
import { lookUp } from "./lookups";
import type { Values } from "./model";
import { createResource, deleteResource, readResource, updateResource } from "./operations";
import { plannedChange, plannedOutputs } from "./preview";
import { providerShape } from "./sdk/resources";
import { placeOf, type Place, type Simulation } from "./simulation";

const typeOf = (urn: string): string => urn.split("::")[2]?.split("$").at(-1) ?? "";
const nameOf = (urn: string): string => urn.split("::").slice(3).join("::");

/** The simulated provider, as the engine speaks to it, without the wire. One for each process. */
export class SimulatedProvider {
  private configuration: Values = {};

  constructor(
    readonly simulation: Simulation,
    private readonly account: AccountFolder,
  ) {}

  private get place(): Place {
    const lacks = this.simulation.configuration.lacks(this.configuration);
    if (lacks !== undefined) throw new Error(lacks);
    return placeOf(this.simulation, this.account, this.configuration);
  }

  checkConfig(news: Values): readonly CheckFailure[] {
    const { package: name, configuration } = this.simulation;
    const given = this.configurationOf(news);
    const known = Object.fromEntries(
      Object.entries(given).filter(([key]) => !["version", "pluginDownloadURL"].includes(key)),
    );
    return [
      ...shapeFailures(providerShape(name), known, "", `the ${name} provider`),
      ...configuration.check(given, this.account.options()),
    ];
  }

  diffConfig(olds: Values, news: Values): { readonly changed: boolean; readonly replaces: readonly string[] } {
    const [before, after] = [this.configurationOf(olds), this.configurationOf(news)];
    return {
      changed: differ(before, after),
      replaces: this.simulation.configuration.replaces.filter((key) => differ(before[key], after[key])),
    };
  }

  configure(args: Values): void {
    this.configuration = this.simulation.configuration.settle(this.configurationOf(args));
  }

  check = (urn: string, olds: Values, news: Values) =>
    checkInputs(this.simulation, typeOf(urn), nameOf(urn), olds, news);

  diff = (urn: string, olds: Values, news: Values) => diffInputs(this.simulation, typeOf(urn), olds, news);

  create = (urn: string, inputs: Values) => createResource(this.place, typeOf(urn), urn, inputs);

  /** What a preview can say of it: what is given, and that the rest is not known yet. */
  previewCreate = (urn: string, inputs: Values): Values => plannedOutputs(this.place, typeOf(urn), inputs);

  previewUpdate = (urn: string, olds: Values, inputs: Values): Values =>
    plannedChange(this.simulation, typeOf(urn), olds, inputs);

  update = (urn: string, id: string, inputs: Values) => updateResource(this.place, typeOf(urn), urn, id, inputs);

  delete = (urn: string, id: string) => deleteResource(this.place, typeOf(urn), urn, id);

  read = (urn: string, id: string) => readResource(this.place, typeOf(urn), id);

  invoke(token: string, args: Values): Values {
    const { errors, retries } = this.simulation;
    const met = meet(this.account.folder, `invoke:${token.split(":")[2] ?? ""}`, retries);
    if (met.throttled) throw errors.throttled(retries.attempts);
    return lookUp(this.simulation, token, args, this.place.view());
  }

  /** The engine hands everything but text to a provider as JSON in text. */
  private configurationOf(values: Values): Values {
    const shape = providerShape(this.simulation.package);
    return Object.fromEntries(
      Object.entries(values)
        .filter(([, value]) => value !== null && value !== undefined)
        .map(([key, value]) => [key, shape[key]?.shape.kind === "string" ? value : parsed(value)]),
    );
  }
}

function parsed(value: unknown): unknown {
  if (typeof value !== "string" || !/^([[{"]|true$|false$|\d+$)/.test(value)) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}
