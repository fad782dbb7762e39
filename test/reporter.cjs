// Mocha's own spec output; then every skipped and every failed test by name, where a log that is cut still has them; then
// the figures as JSON for the command that adds them up.
const fs = require("node:fs");
const path = require("node:path");
const Mocha = require("mocha");

const firstLine = (text) =>
  String(text ?? "")
    .trim()
    .split("\n")[0]
    .slice(0, 200);

module.exports = class extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const skipped = [];
    const failed = [];
    runner.on("pending", (test) => skipped.push(test.fullTitle()));
    runner.on("fail", (test, error) => {
      const file = test.file ? `${path.relative(process.cwd(), test.file)}: ` : "";
      failed.push(`${file}${test.fullTitle()}\n          ${firstLine(error?.message)}`);
    });
    runner.once("end", () => {
      for (const title of skipped) console.log(`  skipped: ${title}`);
      for (const title of failed) console.log(`  failed: ${title}`);
      const figures = { passed: runner.stats.passes, failed: runner.stats.failures, skipped: skipped.length };
      if (process.env.TEST_FIGURES) fs.writeFileSync(process.env.TEST_FIGURES, JSON.stringify(figures));
    });
  }
};
