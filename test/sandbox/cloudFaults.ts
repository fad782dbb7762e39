import assert from "node:assert/strict";
import type { AccountOptions } from "../../sandbox/providers/cloud/account";
import { meet, writeFaults } from "../../sandbox/providers/cloud/faults";
import type { Values } from "../../sandbox/providers/cloud/model";
import type { Simulation } from "../../sandbox/providers/cloud/simulation";
import type { TestAccount } from "./cloudAccount";

/** What differs from cloud to cloud in how a provider meets a bad day. */
export interface FaultyCloud<O extends AccountOptions> {
  readonly simulation: Pick<Simulation, "title" | "retries">;
  readonly testAccount: (options: Partial<AccountOptions>) => TestAccount<O>;
  /** Something that stands by itself. */
  readonly thing: { readonly type: string; readonly inputs: (name: string) => Values };
  /** The request that makes it: `Route53:CreateHostedZone`. */
  readonly call: string;
  /** Seconds that it usually takes, and that three refusals in a row add. */
  readonly seconds: { readonly usual: number; readonly throttled: number };
  /** What the provider says of a request that was one too many each time. */
  readonly throttled: RegExp;
  /** What the cloud calls a failure of its own, and what the provider makes of one with the message `sorry`. */
  readonly failure: { readonly code: string; readonly said: RegExp };
}

export function describeFaults<O extends AccountOptions>(
  cloud: FaultyCloud<O>,
  own: (account: () => TestAccount<O>) => void = () => undefined,
): void {
  const { simulation, thing, call, seconds, failure } = cloud;
  const [service] = call.split(":");

  describe(`faults of simulated ${simulation.title}`, () => {
    let test: TestAccount<O>;
    beforeEach(() => (test = cloud.testAccount({ speed: 1e6 })));
    afterEach(() => test.remove());
    const make = (name: string) => test.create(thing.type, thing.inputs(name), name);
    const assertTaken = (expected: number) => {
      const taken = Number(test.account.calls().at(-1)?.simulatedSeconds);
      assert.ok(Math.abs(taken - expected) < 1e-9, `${taken} instead of ${expected} seconds`);
    };

    it("throttle a call some times, which the provider gets over by itself and which takes its time", async () => {
      await make("one");
      assertTaken(seconds.usual);
      writeFaults(test.folder, [{ call: `${service}:.*`, throttle: 3 }]);
      await make("two");
      assertTaken(seconds.usual + seconds.throttled);
      await make("three");
      assertTaken(seconds.usual);
    });

    it("throttle a call more often than the provider tries", async () => {
      writeFaults(test.folder, [{ call, throttle: simulation.retries.attempts + 1 }]);
      await assert.rejects(make("one"), cloud.throttled);
      await make("one");
    });

    it("fail a call for a while, and leave nothing", async () => {
      writeFaults(test.folder, [{ call, fail: { times: 1, code: failure.code, message: "sorry" } }]);
      await assert.rejects(make("one"), failure.said);
      assert.deepEqual(test.account.entities(), []);
      await make("one");
      assert.equal(test.account.entities().length, 1);
    });

    it("make a call slow, and end the provider in the middle of one", async () => {
      writeFaults(test.folder, [{ call: `${service}:.*`, slow: 3 }]);
      await make("one");
      assertTaken(3 * seconds.usual);
      writeFaults(test.folder, [{ call: `${service}:.*`, end: 1 }]);
      const ends = () => meet(test.folder, call, simulation.retries).ends;
      assert.deepEqual([ends(), ends()], [true, false]);
    });

    it("lose the answer to a deletion, after which there is nothing to delete any more", async () => {
      await test.delete(thing.type, "/nothing");
      assert.deepEqual(test.account.calls(), []);
    });

    own(() => test);
  });
}
