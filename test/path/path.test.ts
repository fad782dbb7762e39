import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { describeWith } from "../config/programs";
import { startChain, type Chain } from "./chain";
import type { Answered } from "./client";
import { clientTests } from "./clients";
import { drainTests } from "./drain";
import { findPrograms } from "./programs";
import { routeTests } from "./routes";
import { inClusterTests, secureTests } from "./secure";
import { grpcTests, sdkTests } from "./telemetry";
import { echo, openWebSocket, trafficTests } from "./traffic";

/**
 * Real Envoy, configured from the rendered objects by Envoy Gateway's translator, in front of real HAProxy with the
 * rendered text, in front of stand-ins. Does not prove that a load balancer of a cloud is set up as its annotations ask.
 */
describeWith(
  "the path from a client to a service",
  () => findPrograms(),
  (programs) => {
    let chain: Chain | undefined;
    let patient: Patient | undefined;
    const running = (): Chain => {
      if (chain === undefined) throw new Error("used before it was started");
      return chain;
    };

    before(async function () {
      this.timeout(60_000);
      chain = await startChain(programs());
      patient = waitPatiently(chain);
    });

    after(() => chain?.stop());

    secureTests(running);
    routeTests(running);
    trafficTests(running);
    grpcTests(running);
    sdkTests(running);
    clientTests(programs, running);
    inClusterTests(programs);
    drainTests(programs);

    describe("patience", function () {
      this.timeout(70_000);

      it("outlasts a websocket that is silent for 20 seconds", async () => {
        assert.equal(await patient?.webSocket, "still here");
      });

      it("outlasts a service that is silent for 60 seconds", async () => {
        const { status, seen } = (await patient?.query) ?? assert.fail();
        assert.deepEqual([status, seen().service], [200, "logfire-ff-query-api"]);
      });

      it("outlasts a stream of events that are 20 seconds apart", async () => {
        const { body } = (await patient?.events) ?? assert.fail();
        assert.deepEqual(body.match(/data: \d/g), ["data: 0", "data: 1", "data: 2"]);
      });
    });
  },
);

interface Patient {
  readonly query: Promise<Answered>;
  readonly events: Promise<Answered>;
  readonly webSocket: Promise<string>;
}

/** What takes long runs beside everything else: Envoy's own limit for a request would be 15 seconds. */
function waitPatiently(chain: Chain): Patient {
  const silent = async (): Promise<string> => {
    const socket = await openWebSocket(chain);
    await sleep(20_000, undefined, { ref: false });
    const answer = await echo(socket, "still here");
    socket.close();
    return answer.toString();
  };
  const patient = {
    query: chain.ask("/v2/query?wait=60000"),
    events: chain.ask("/ui-api/live?events=3&every=20000"),
    webSocket: silent(),
  };
  // Looked at in the end; a failure before that is no unhandled one.
  for (const waiting of Object.values(patient)) waiting.catch(() => undefined);
  return patient;
}
