import assert from "node:assert/strict";
import { answer } from "../../sandbox/providers/gcp/cli";
import { describeStandIn, isGood, sandboxToken } from "./cloudCli";
import { makeCluster, project, testAccount, type TestAccount } from "./gcpAccount";

interface Request {
  readonly args?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

const ask = ({ account }: TestAccount, { args = [], environment }: Request) =>
  answer(args, account, sandboxToken, environment);
const about = (server: string): Request => ({
  environment: { KUBERNETES_EXEC_INFO: JSON.stringify({ spec: { cluster: { server } } }) },
});
const usual = about("https://127.0.0.1:6443");

describeStandIn(
  {
    ...{ program: "gke-gcloud-auth-plugin", testAccount, prepare: makeCluster, ask, usual },
    refused: [
      [{ ...usual, args: ["--verbose"] }, /unknown flag: --verbose/],
      [{ environment: {} }, /the kubeconfig needs provideClusterInfo/],
      [{ environment: { KUBERNETES_EXEC_INFO: "no JSON" } }, /the kubeconfig needs provideClusterInfo/],
    ],
    code: 1,
  },
  (account) => {
    it("hands out a token that is good for nothing at another cluster", () => {
      assert.ok(!isGood(ask(account(), about("https://gke-other.europe-west1.gke.goog"))));
    });

    it("hands out one that is good for nothing to whom IAM does not let in, until a role does", async () => {
      const gcp = account();
      gcp.account.prepare({ ...gcp.account.options(), callerRoles: ["roles/viewer"] });
      assert.ok(!isGood(ask(gcp, usual)));
      const { caller } = gcp.account.options();
      await gcp.create("projects/iAMMember:IAMMember", { project, role: "roles/container.admin", member: caller });
      assert.ok(isGood(ask(gcp, usual)));
    });
  },
);
