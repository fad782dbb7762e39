// Preloaded into a measured process: leaves its peak memory behind when it ends.
const { writeFileSync } = require("node:fs");

process.on("exit", () => {
  const { maxRSS } = process.resourceUsage();
  writeFileSync(process.env.MEASURE_TO, JSON.stringify({ peakMib: maxRSS / 1024 }));
});
