import assert from "node:assert/strict";
import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { Encrypted } from "../../components/settings/raw";
import { resolveSettings } from "../../components/settings";
import { type CertificateAuthority, certificateAuthority, type Issued } from "../support/certificates";
import { certificate } from "./edgeValues";
import { problemsOf, raw, resolve, set, type Values } from "./helpers";

const day = 24 * 60 * 60 * 1000;
const inDays = (days: number) => new Date(Date.now() + days * day);
const minute = (date: Date) => `${date.toISOString().slice(0, 16).replace("T", " ")} UTC`;

const names = ["logfire.acme-corp.com", "otlp.eu.acme-corp.com"];
const config = (tlsCertificate: unknown, tlsPrivateKey: unknown, hostnames: readonly string[] = names): Values => ({
  ...certificate({ source: "given" }),
  hostname: undefined,
  hostnames,
  secrets: { tlsCertificate, tlsPrivateKey },
});
const chainLine = (problem: string, remedy: string) => `secrets.tlsCertificate: ${problem}; ${remedy}`;
const keyLine = (problem: string, remedy: string) => `secrets.tlsPrivateKey: ${problem}; ${remedy}`;
const setFrom = (name: string, file: string) => `${set(name).slice(0, -1)} < ${file}\``;
const setChain = setFrom("tlsCertificate", "fullchain.pem");
const setKey = setFrom("tlsPrivateKey", "key.pem");
const renew = `have it renewed and set it with ${setChain}`;
const reissue = "have it issued for an ECDSA key (P-256) or an RSA key of at least 2048 bits";

/** Every line of base64 in the PEM texts: none of them may be in a message. */
const contentOf = (pem: string) => pem.split("\n").filter((line) => line.length >= 8 && !line.startsWith("-----"));

function judge(chain: string, privateKey: string, hostnames?: readonly string[]): readonly string[] {
  const lines = problemsOf(raw(config(chain, privateKey, hostnames)));
  for (const content of [...contentOf(chain), ...contentOf(privateKey)])
    assert.ok(!lines.join("\n").includes(content), "a message shows what is in a secret");
  return lines;
}

describe("a certificate of the owner's", () => {
  let root: CertificateAuthority;
  let intermediate: CertificateAuthority;
  let good: Issued;
  const issue = (more: Partial<Parameters<CertificateAuthority["issue"]>[0]> = {}) =>
    intermediate.issue({ hostnames: names, ...more });
  before(async () => {
    root = await certificateAuthority();
    intermediate = await root.intermediate();
    good = await issue();
  });

  it("is accepted with its chain, its key and every hostname", () => {
    assert.deepEqual(judge(good.chain, good.privateKey), []);
    const { logfire } = resolve(config(good.chain, good.privateKey));
    assert.deepEqual(logfire.edge.certificate, { source: "given" });
    assert.deepEqual(logfire.givenSecrets, ["tlsCertificate", "tlsPrivateKey"]);
    assert.ok(!JSON.stringify(logfire).includes("BEGIN"));
  });

  it("is accepted with its root, with text around it, and alone where a root has issued it", async () => {
    assert.deepEqual(judge(good.chain + root.certificate, good.privateKey), []);
    assert.deepEqual(judge(`subject=CN = logfire\n${good.chain}\n`, `Bag Attributes\n${good.privateKey}`), []);
    const alone = await root.issue({ hostnames: names });
    assert.deepEqual(judge(alone.chain, alone.privateKey), []);
  });

  it("is accepted with RSA and with larger curves, and with keys in the older forms", async () => {
    for (const keyType of ["RSA-2048", "P-384"] as const) {
      const { chain, privateKey } = await issue({ keyType });
      assert.deepEqual(judge(chain, privateKey), []);
      const type = keyType === "P-384" ? "sec1" : "pkcs1";
      const older = createPrivateKey(privateKey).export({ format: "pem", type }).toString();
      assert.deepEqual(judge(chain, `-----BEGIN EC PARAMETERS-----\nBggq\n-----END EC PARAMETERS-----\n${older}`), []);
    }
  });

  it("names every hostname that it does not cover", async () => {
    const { chain, privateKey } = await issue({ hostnames: ["logfire.acme-corp.com"] });
    const hostnames = [...names, "logfire.acme-corp.net"];
    assert.deepEqual(judge(chain, privateKey, hostnames), [
      chainLine(
        "does not cover otlp.eu.acme-corp.com, logfire.acme-corp.net; it covers logfire.acme-corp.com",
        `have it issued for every hostname, and set it with ${setChain}`,
      ),
    ]);
  });

  it("covers with a wildcard one label and no more", async () => {
    const { chain, privateKey } = await issue({ hostnames: ["*.acme-corp.com"] });
    assert.deepEqual(judge(chain, privateKey, ["logfire.acme-corp.com"]), []);
    assert.match(judge(chain, privateKey).join("\n"), /does not cover otlp\.eu\.acme-corp\.com; /);
    assert.match(judge(chain, privateKey, ["acme-corp.com"]).join("\n"), /does not cover acme-corp\.com; /);
    const partial = await issue({ hostnames: ["log*.acme-corp.com"] });
    assert.match(judge(partial.chain, partial.privateKey, ["logfire.acme-corp.com"]).join("\n"), /does not cover/);
  });

  it("covers nothing by its common name", async () => {
    const { chain, privateKey } = await issue({ hostnames: [], commonName: "logfire.acme-corp.com" });
    assert.match(
      judge(chain, privateKey, ["logfire.acme-corp.com"]).join("\n"),
      /does not cover logfire\.acme-corp\.com; it covers no name \(alternative names count, the common name does not\)/,
    );
  });

  it("is refused when it has expired, is not valid yet, or ends within a day", async () => {
    const judged = async (notBefore: Date, notAfter: Date) => {
      const { chain, privateKey } = await issue({ notBefore, notAfter });
      return judge(chain, privateKey);
    };
    const [past, soon, later] = [inDays(-1), inDays(0.9), inDays(3)];
    assert.deepEqual(await judged(inDays(-90), past), [chainLine(`has expired, on ${minute(past)}`, renew)]);
    assert.deepEqual(await judged(inDays(-90), soon), [
      chainLine(`ends in less than a day, on ${minute(soon)}`, renew),
    ]);
    assert.deepEqual(await judged(later, inDays(90)), [
      chainLine(`is not valid yet, only from ${minute(later)}`, "wait until then, or check this machine's clock"),
    ]);
    assert.deepEqual(await judged(inDays(-90), inDays(1.1)), []);
  });

  it("is judged by the clock that the caller gives", () => {
    const at = (days: number) => () => resolveSettings(raw(config(good.chain, good.privateKey)), inDays(days));
    assert.doesNotThrow(at(88));
    assert.throws(at(89.5), /ends in less than a day/);
    assert.throws(at(91), /has expired/);
    assert.throws(at(2000), /has expired: certificate 2 of the chain/);
  });

  it("is refused with a key of another certificate", async () => {
    const other = await issue();
    assert.deepEqual(judge(good.chain, other.privateKey), [
      keyLine(
        "does not belong to secrets.tlsCertificate",
        `set the key that the certificate was issued for with ${setKey}`,
      ),
    ]);
  });

  it("is refused in any other order than leaf first, whatever else would follow from it", () => {
    const inOrder = (problem: string) => [
      chainLine(problem, `put the server's certificate first and then each one's issuer, and set it with ${setChain}`),
    ];
    assert.deepEqual(
      judge(intermediate.certificate + good.certificate, good.privateKey),
      inOrder("is not in order: certificate 2 of 2 did not issue certificate 1"),
    );
    assert.deepEqual(
      judge(good.certificate + root.certificate + intermediate.certificate, good.privateKey),
      inOrder("is not in order: certificate 2 of 3 did not issue certificate 1"),
    );
  });

  it("is refused with an issuer of the same name and another key", async () => {
    const namesake = await (await certificateAuthority()).intermediate();
    assert.match(judge(good.certificate + namesake.certificate, good.privateKey).join("\n"), /is not in order/);
  });

  it("is refused with a key that clients refuse", async () => {
    const weak = await issue({ keyType: "RSA-1024" });
    assert.deepEqual(judge(weak.chain, weak.privateKey), [
      chainLine("has an RSA key of 1024 bits, which clients refuse", reissue),
    ]);
  });

  it("is refused when it is not for servers", async () => {
    const { chain, privateKey } = await issue({ usage: "clientAuth" });
    assert.deepEqual(judge(chain, privateKey), [
      chainLine(
        "is not for servers: its extended key usage leaves them out",
        "have it issued with the usage serverAuth",
      ),
    ]);
  });

  it("is refused with everything else that is wrong with it at once", async () => {
    const past = inDays(-1);
    const bad = await issue({ hostnames: ["a.acme-corp.com"], notBefore: inDays(-9), notAfter: past });
    assert.deepEqual(
      judge(bad.chain, good.privateKey).map((line) => line.split(/[;,]/)[0]),
      [
        "secrets.tlsCertificate: has expired",
        "secrets.tlsCertificate: does not cover logfire.acme-corp.com",
        "secrets.tlsPrivateKey: does not belong to secrets.tlsCertificate",
      ],
    );
  });

  describe("that cannot be read", () => {
    const garbage = (kind: string) => `-----BEGIN ${kind}-----\nY2FuYXJ5LWNhbmFyeQ==\n-----END ${kind}-----\n`;
    const setAlone = `set the certificates alone with ${setChain}`;

    it("is named with the place in the chain", () => {
      assert.deepEqual(judge(garbage("CERTIFICATE"), good.privateKey), [
        chainLine("cannot be read: certificate 1 is broken", `set the chain with ${setChain}`),
      ]);
      assert.deepEqual(judge(good.certificate + garbage("CERTIFICATE"), good.privateKey), [
        chainLine("cannot be read: certificate 2 is broken", `set the chain with ${setChain}`),
      ]);
      assert.deepEqual(judge(good.chain.slice(0, 200), good.privateKey), [
        chainLine("is no whole PEM text", `set the chain with ${setChain}`),
      ]);
    });

    it("or holds what must not be in it is refused", () => {
      assert.deepEqual(judge(good.chain + good.privateKey, good.privateKey), [
        chainLine("holds a private key, which would be handed out with the certificate", setAlone),
      ]);
      assert.deepEqual(judge(good.chain + garbage("X509 CRL"), good.privateKey), [
        chainLine("holds a X509 CRL", setAlone),
      ]);
    });

    it("has a form of its own", () =>
      assert.deepEqual(judge("canary-canary", "canary-canary"), [
        chainLine(
          "does not have the form of this secret",
          `set PEM text, the server's certificate first and then each one's issuer with ${set("tlsCertificate")}`,
        ),
        keyLine(
          "does not have the form of this secret",
          `set PEM text without a passphrase with ${set("tlsPrivateKey")}`,
        ),
      ]));

    it("with a key that cannot be read, that is two, or that has a passphrase, is refused for it", () => {
      assert.deepEqual(judge(good.chain, garbage("PRIVATE KEY")), [
        keyLine("cannot be read: its PEM text is broken", `set it with ${setKey}`),
      ]);
      assert.deepEqual(judge(good.chain, good.privateKey + good.privateKey), [
        keyLine("holds 2 private keys", `set the one of the certificate with ${setKey}`),
      ]);
      assert.deepEqual(judge(good.chain, good.privateKey.slice(0, 100)), [
        keyLine("is no whole PEM text", `set the one of the certificate with ${setKey}`),
      ]);
      const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
      const lock = { format: "pem", cipher: "aes-256-cbc", passphrase: "canary" } as const;
      for (const type of ["pkcs8", "pkcs1"] as const)
        assert.deepEqual(judge(good.chain, privateKey.export({ ...lock, type }).toString()), [
          keyLine(
            "is encrypted with a passphrase, which nobody could type in the cluster",
            `decrypt it and set it with \`openssl pkey -in key.pem | ${set("tlsPrivateKey").slice(1)}`,
          ),
        ]);
    });
  });

  it("is not judged where it is encrypted and a plan has no passphrase, and judged alone where only one part is", () => {
    assert.deepEqual(problemsOf(raw(config(new Encrypted(), new Encrypted()))), []);
    assert.deepEqual(problemsOf(raw(config(good.chain, new Encrypted()))), []);
    assert.match(problemsOf(raw(config(new Encrypted(), "-----BEGIN PRIVATE KEY-----"))).join(), /no whole PEM text/);
    assert.match(problemsOf(raw(config(good.chain, new Encrypted(), ["a.acme-corp.com"]))).join(), /does not cover/);
  });
});
