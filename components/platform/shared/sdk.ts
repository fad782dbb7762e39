import { UserError } from "../../lib/errors";

/** A cloud's SDK as npm knows it. */
export interface Sdk {
  /** `AWS` */
  readonly cloud: string;
  /** `@pulumi/aws` */
  readonly package: string;
  /** Major version. */
  readonly version: number;
}

/**
 * What needs the SDK of a cloud, loaded on first use: a program for another place imports the cloud's class as well, and
 * neither waits for the SDK nor has it among its packages. `load` is `() => createRequire(__filename)("./withSdk")`:
 * `require` is what the loaders of all hosts understand, those for TypeScript included.
 */
export function loadWithSdk<T>(sdk: Sdk, load: () => unknown): T {
  try {
    return load() as T;
  } catch (error) {
    const { code, message = "" } = error as NodeJS.ErrnoException;
    if (code === "MODULE_NOT_FOUND" && message.includes(`'${sdk.package}/`))
      throw new UserError(
        `A platform on ${sdk.cloud} needs the package ${sdk.package}: run \`npm install ${sdk.package}@${sdk.version}\``,
      );
    throw error;
  }
}
