// Loads a program as the Pulumi CLI's Node host does: its own copy of ts-node, without type-checking.
const { dirname, join } = require("node:path");

const [, , program, project] = process.argv;
const pulumi = dirname(require.resolve("@pulumi/pulumi/package.json"));
require(join(pulumi, "vendor", "ts-node@7.0.1")).register({
  transpileOnly: true,
  project: join(project, "tsconfig.pulumi.json"),
  compiler: dirname(require.resolve("typescript/package.json")),
});
require(program);
