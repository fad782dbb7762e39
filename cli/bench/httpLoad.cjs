// Sends POST requests over connections that it keeps, for some seconds, and prints what they took. A process of its
// own, so that it does not wait for the service it asks.
const http = require("node:http");
const https = require("node:https");
const { createHistogram } = require("node:perf_hooks");

const { secure, seconds, connections, warmUp, request } = JSON.parse(process.argv[2]);
const { Agent, request: send } = secure ? https : http;
const agent = new Agent({ keepAlive: true, maxSockets: connections });
const body = Buffer.alloc(2048, 7);

const once = () =>
  new Promise((resolve, reject) => {
    send(
      { ...request, agent, method: "POST", headers: { ...request.headers, "content-length": body.length } },
      (answer) =>
        answer
          .on("data", () => undefined)
          .on("error", reject)
          .on("end", () => resolve(answer.statusCode)),
    )
      .on("error", reject)
      .end(body);
  });

async function client(until, note) {
  while (until()) {
    const begun = process.hrtime.bigint();
    const ok = await once().then(
      (status) => status === 200,
      () => false,
    );
    note(ok, process.hrtime.bigint() - begun);
  }
}

async function main() {
  let warm = 0;
  await client(
    () => warm < warmUp,
    () => warm++,
  );
  const taken = createHistogram();
  const begun = Date.now();
  let [succeeded, failed] = [0, 0];
  const note = (ok, nanoseconds) => {
    taken.record(nanoseconds);
    if (ok) succeeded++;
    else failed++;
  };
  await Promise.all(Array.from({ length: connections }, () => client(() => Date.now() - begun < seconds * 1000, note)));
  const elapsed = (Date.now() - begun) / 1000;
  const percentile = (per) => taken.percentile(per) / 1e6;
  console.log(JSON.stringify({ perSecond: succeeded / elapsed, p50: percentile(50), p99: percentile(99), failed }));
  agent.destroy();
}

void main();
