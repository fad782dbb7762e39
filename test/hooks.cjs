// mocha re-emits an unhandled rejection to nobody: without this hook a rejected Output is a passing test.
const rejections = [];
process.on("unhandledRejection", (reason) => rejections.push(reason));

exports.mochaHooks = {
  async afterEach() {
    await new Promise((resolve) => setImmediate(resolve));
    if (rejections.length === 0) return;
    const [first] = rejections.splice(0);
    throw first;
  },
};
