// Mocha's own spec output; then the slowest files, every skipped and every failed test by name, where a log that is cut
// still has them; then the figures as JSON for the command that adds them up.
const fs = require("node:fs");
const path = require("node:path");
const Mocha = require("mocha");

const firstLine = (text) =>
  String(text ?? "")
    .trim()
    .split("\n")[0]
    .slice(0, 200);

const fileOf = ({ file }) => (file ? path.relative(process.cwd(), file) : "no file");

module.exports = class extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const skipped = [];
    const failed = [];
    const seconds = new Map();
    const took = (runnable) => {
      const file = fileOf(runnable);
      seconds.set(file, (seconds.get(file) ?? 0) + (runnable.duration ?? 0) / 1000);
    };
    runner.on("pending", (test) => skipped.push(test.fullTitle()));
    runner.on("test end", took);
    runner.on("hook end", took);
    runner.on("fail", (test, error) =>
      failed.push(`${fileOf(test)}: ${test.fullTitle()}\n          ${firstLine(error?.message)}`),
    );
    runner.once("end", () => {
      const slow = [...seconds].filter(([, each]) => each > 20).sort(([, left], [, right]) => right - left);
      for (const [file, each] of slow) console.log(`  ${each.toFixed(0).padStart(5)} s  ${file}`);
      for (const title of skipped) console.log(`  skipped: ${title}`);
      for (const title of failed) console.log(`  failed: ${title}`);
      const figures = { passed: runner.stats.passes, failed: runner.stats.failures, skipped: skipped.length };
      if (process.env.TEST_FIGURES) fs.writeFileSync(process.env.TEST_FIGURES, JSON.stringify(figures));
    });
  }
};
