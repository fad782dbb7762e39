import assert from "node:assert/strict";
import type { AccountOptions } from "../../sandbox/providers/cloud/account";
import type { Answer } from "../../sandbox/providers/cloud/credential";
import type { TestAccount } from "./cloudAccount";

/** What differs from cloud to cloud in the program that a kubeconfig asks for credentials; how it is called is `Request`. */
export interface StandIn<O extends AccountOptions, Request> {
  /** The program that it stands in for. */
  readonly program: string;
  readonly testAccount: () => TestAccount<O>;
  /** Makes the cluster, and lets the caller in. */
  readonly prepare: (account: TestAccount<O>) => Promise<unknown>;
  readonly ask: (account: TestAccount<O>, request: Request) => Answer;
  readonly usual: Request;
  /** What it refuses, what it says, and the code that it ends with. */
  readonly refused: readonly (readonly [request: Request, said: RegExp])[];
  readonly code: number;
}

/** The sandbox's own, which is good for everything in it. */
export const sandboxToken = "the-token";

interface Credential {
  readonly kind: string;
  readonly apiVersion: string;
  readonly status: { readonly token: string; readonly expirationTimestamp?: string };
}

const credentialIn = ({ text }: Answer): Credential => JSON.parse(text) as Credential;

/** Whether the cluster lets in whoever has this. */
export const isGood = (answer: Answer): boolean => credentialIn(answer).status.token === sandboxToken;

export function describeStandIn<O extends AccountOptions, Request>(
  standIn: StandIn<O, Request>,
  own: (account: () => TestAccount<O>) => void,
): void {
  const { program, prepare, usual, refused } = standIn;
  describe(`the stand-in for ${program}`, () => {
    let test: TestAccount<O>;
    beforeEach(async () => {
      test = standIn.testAccount();
      await prepare(test);
    });
    afterEach(() => test.remove());

    it("hands out the sandbox's token as client-go reads it", () => {
      const answer = standIn.ask(test, usual);
      const { kind, apiVersion, status } = credentialIn(answer);
      assert.deepEqual([answer.code, kind, apiVersion], [0, "ExecCredential", "client.authentication.k8s.io/v1beta1"]);
      assert.equal(status.token, sandboxToken);
      assert.match(status.expirationTimestamp ?? "", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      assert.ok(Date.parse(status.expirationTimestamp ?? "") > Date.now());
    });

    it("refuses everything else", () => {
      for (const [request, said] of refused) {
        const { code, text } = standIn.ask(test, request);
        assert.equal(code, standIn.code, text);
        assert.match(text, said);
      }
    });

    own(() => test);
  });
}
