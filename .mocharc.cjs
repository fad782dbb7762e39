module.exports = {
  require: ["tsx/cjs", "./test/hooks.cjs"],
  timeout: 10_000,
  forbidOnly: true,
};
