import { strict as assert } from "node:assert";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { parse, stringify } from "yaml";
import { ProblemsError } from "../../components/lib/errors";
import { findCluster } from "../../components/platform/existing/kubeconfig";

const kubeconfig = (current: string | undefined, names: readonly string[]) =>
  stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": current,
    clusters: names.map((name) => ({
      name,
      cluster: { server: `https://${name}`, "certificate-authority": "pki/ca.crt" },
    })),
    users: names.map((name) => ({ name, user: { token: `token-of-${name}`, "client-key": "/absolute/key" } })),
    contexts: names.map((name) => ({ name, context: { cluster: name, user: name } })),
  });

describe("finding the cluster", () => {
  let home: string;
  const write = (path: string, content: string): string => {
    const full = join(home, path);
    mkdirSync(join(full, ".."), { recursive: true });
    writeFileSync(full, content);
    return full;
  };
  const problemsOf = (wanted: Parameters<typeof findCluster>[0], environment: Record<string, string> = {}) => {
    try {
      findCluster(wanted, { HOME: home, ...environment });
    } catch (error) {
      assert.ok(error instanceof ProblemsError, String(error));
      return error;
    }
    throw new Error("nothing was wrong");
  };

  beforeEach(() => (home = mkdtempSync(join(tmpdir(), "logfire-kubeconfig-"))));
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  it("takes the given context out of the given file and leaves the other clusters' credentials behind", () => {
    const path = write("config", kubeconfig("one", ["one", "two"]));
    const { content, context } = findCluster({ kubeconfig: path, context: "two" }, {});
    assert.equal(context, "two");
    assert.deepEqual(parse(content), {
      apiVersion: "v1",
      kind: "Config",
      "current-context": "two",
      clusters: [
        { name: "two", cluster: { server: "https://two", "certificate-authority": join(home, "pki/ca.crt") } },
      ],
      users: [{ name: "two", user: { token: "token-of-two", "client-key": "/absolute/key" } }],
      contexts: [{ name: "two", context: { cluster: "two", user: "two" } }],
    });
  });

  it("takes the current context where none is given", () => {
    const path = write("config", kubeconfig("one", ["one", "two"]));
    assert.equal(findCluster({ kubeconfig: path }, {}).context, "one");
  });

  it("looks where kubectl looks: KUBECONFIG with several files, then ~/.kube/config", () => {
    write(".kube/config", kubeconfig("home", ["home"]));
    assert.equal(findCluster({}, { HOME: home }).context, "home");
    assert.equal(findCluster({ kubeconfig: "~/.kube/config" }, { HOME: home }).context, "home");
    const list = [join(home, "absent"), write("a", kubeconfig(undefined, ["a"])), write("b", kubeconfig("b", ["b"]))];
    const environment = { HOME: home, KUBECONFIG: list.join(delimiter) };
    assert.equal(findCluster({}, environment).context, "b");
    assert.equal(findCluster({ context: "a" }, environment).context, "a");
  });

  it("names the contexts there are when the one that is wanted is not among them", () => {
    const path = write("config", kubeconfig("one", ["one", "two"]));
    const { problems, stack } = problemsOf({ kubeconfig: path, context: "tow" });
    assert.deepEqual(problems, [
      { key: "existing.context", problem: 'the kubeconfig has no context "tow"', remedy: "write one of: one, two" },
    ]);
    assert.doesNotMatch(stack ?? "", /at .*\.ts/);
  });

  it("says so when there is no current context, no context, or no cluster behind it", () => {
    const none = write("none", kubeconfig(undefined, ["one"]));
    assert.match(problemsOf({ kubeconfig: none }).message, /no current context; write one of: one/);
    const empty = write("empty", "{}");
    assert.match(problemsOf({ kubeconfig: empty }).message, /no context at all/);
    const dangling = write("dangling", stringify({ contexts: [{ name: "x", context: { cluster: "gone" } }] }));
    assert.match(problemsOf({ kubeconfig: dangling, context: "x" }).message, /names the cluster "gone"/);
  });

  it("names the file that does not exist", () => {
    const absent = join(home, "absent");
    assert.match(
      problemsOf({ kubeconfig: absent }).message,
      new RegExp(`existing.kubeconfig: ${absent} does not exist`),
    );
    assert.match(problemsOf({}).message, new RegExp(`${join(home, ".kube", "config")} does not exist`));
    assert.match(problemsOf({}, { KUBECONFIG: absent }).message, new RegExp(absent));
  });

  it("shows nothing of a file that is no kubeconfig", () => {
    for (const content of ["token: [secret-canary", "secret-canary", "clusters: secret-canary", "- secret-canary"]) {
      const path = write("broken", content);
      const { message } = problemsOf({ kubeconfig: path });
      assert.match(message, /is not a kubeconfig/);
      assert.equal(message.includes("canary"), false);
    }
  });
});
