import assert from "node:assert/strict";
import { answer } from "../../sandbox/providers/gcp/cli";
import { makeCluster, project, testAccount, type TestAccount } from "./gcpAccount";

describe("the stand-in for gke-gcloud-auth-plugin", () => {
  let gcp: TestAccount;
  beforeEach(async () => {
    gcp = testAccount();
    await makeCluster(gcp);
  });
  afterEach(() => gcp.remove());

  const about = (server: string) => ({ KUBERNETES_EXEC_INFO: JSON.stringify({ spec: { cluster: { server } } }) });
  const main = about("https://127.0.0.1:6443");
  const ask = (environment: Readonly<Record<string, string>>, ...args: readonly string[]) =>
    answer(args, gcp.account, "the-token", environment);
  const token = (text: string): unknown => (JSON.parse(text) as { status: { token: unknown } }).status.token;

  it("hands out the sandbox's token as client-go reads it", () => {
    const { code, text } = ask(main);
    const { kind, apiVersion, status } = JSON.parse(text) as Record<string, unknown> & {
      status: Record<string, string>;
    };
    assert.deepEqual([code, kind, apiVersion], [0, "ExecCredential", "client.authentication.k8s.io/v1beta1"]);
    assert.equal(status.token, "the-token");
    assert.match(status.expirationTimestamp ?? "", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    assert.ok(Date.parse(status.expirationTimestamp ?? "") > Date.now());
  });

  it("hands out a token that is good for nothing at another cluster", () => {
    assert.notEqual(token(ask(about("https://gke-other.europe-west1.gke.goog")).text), "the-token");
  });

  it("hands out one that is good for nothing to whom IAM does not let in, until a role does", async () => {
    gcp.account.prepare({ ...gcp.account.options(), callerRoles: ["roles/viewer"] });
    assert.notEqual(token(ask(main).text), "the-token");
    const { caller } = gcp.account.options();
    await gcp.create("projects/iAMMember:IAMMember", { project, role: "roles/container.admin", member: caller });
    assert.equal(token(ask(main).text), "the-token");
  });

  it("refuses everything else", () => {
    assert.match(ask(main, "--verbose").text, /unknown flag: --verbose/);
    const { code, text } = ask({});
    assert.equal(code, 1);
    assert.match(text, /the kubeconfig needs provideClusterInfo/);
    assert.equal(ask({ KUBERNETES_EXEC_INFO: "no JSON" }).code, 1);
  });
});
