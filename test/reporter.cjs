// Mocha's own spec output, then every skipped test by name, then the figures as JSON for the command that adds them up.
const fs = require("node:fs");
const Mocha = require("mocha");

module.exports = class extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const skipped = [];
    runner.on("pending", (test) => skipped.push(test.fullTitle()));
    runner.once("end", () => {
      for (const title of skipped) console.log(`  skipped: ${title}`);
      const figures = { passed: runner.stats.passes, failed: runner.stats.failures, skipped: skipped.length };
      if (process.env.TEST_FIGURES) fs.writeFileSync(process.env.TEST_FIGURES, JSON.stringify(figures));
    });
  }
};
