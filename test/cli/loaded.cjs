// Preloaded into a command: leaves the list of modules it has loaded behind when it ends.
const { writeFileSync } = require("node:fs");

process.on("exit", () => writeFileSync(process.env.LOADED_TO, JSON.stringify(Object.keys(require.cache))));
