import { Command, CommanderError } from "commander";
import { UserError } from "../components/lib/errors";

/** Each command is loaded only when it is called: `plan` and `render` stay quick. */
async function main(argv: readonly string[]): Promise<void> {
  const program = new Command("logfire-platform")
    .description("Runs, inspects and rehearses a self-hosted Logfire. A real environment is deployed by `pulumi up`.")
    .exitOverride()
    .showHelpAfterError("(--help lists the options)");
  for (const register of await Promise.all(commandsFor(argv[2]))) register(program);
  await program.parseAsync([...argv]);
}

type Register = (program: Command) => void;

const commands: Readonly<Record<string, () => Promise<Register>>> = {
  start: async () => (await import("./start.js")).register,
  test: async () => (await import("./test.js")).register,
  sandbox: async () => (await import("./sandbox.js")).register,
  plan: async () => (await import("./plan.js")).register,
  render: async () => (await import("./render.js")).register,
  rehearse: async () => (await import("./rehearse.js")).register,
  bench: async () => (await import("./bench.js")).register,
};

function commandsFor(name: string | undefined): Promise<Register>[] {
  const wanted = name === undefined ? undefined : commands[name];
  return (wanted === undefined ? Object.values(commands) : [wanted]).map((load) => load());
}

main(process.argv).catch((error: unknown) => {
  if (error instanceof CommanderError) process.exit(error.exitCode);
  console.error(error instanceof UserError ? error.message : error);
  process.exit(1);
});
