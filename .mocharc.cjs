module.exports = {
  require: ["tsx/cjs", "./test/hooks.cjs"],
  timeout: 30_000,
  forbidOnly: true,
};
