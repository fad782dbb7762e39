import { strict as assert } from "node:assert";
import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { base32, dockerConfig, recoveryCodes, urlSafeBase64 } from "../../components/logfire/secrets/forms";

describe("forms of secrets", () => {
  it("writes base32 as RFC 4648 does", () => {
    const vectors = { f: "MY", fo: "MZXQ", foo: "MZXW6", foob: "MZXW6YQ", fooba: "MZXW6YTB", foobar: "MZXW6YTBOI" };
    for (const [text, expected] of Object.entries(vectors)) assert.equal(base32(btoa(text)), expected);
  });

  it("writes base32 that coreutils reads back", () => {
    const bytes = createHash("sha256").update("totp").digest().subarray(0, 20);
    const written = base32(bytes.toString("base64"));
    assert.match(written, /^[A-Z2-7]{32}$/);
    assert.deepEqual(execFileSync("base32", ["--decode"], { input: written }), bytes);
  });

  it("keeps the bytes and the padding of a URL-safe key", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
        const written = urlSafeBase64(Buffer.from(bytes).toString("base64"));
        assert.match(written, /^[A-Za-z0-9_-]{43}=$/);
        assert.deepEqual(Buffer.from(written, "base64url"), Buffer.from(bytes));
      }),
    );
  });

  it("makes ten recovery codes of fifty bytes", () => {
    const codes = JSON.parse(recoveryCodes("0123456789abcdef".repeat(6) + "0123")) as string[];
    assert.equal(codes.length, 10);
    for (const code of codes) assert.match(code, /^[0-9a-f]{10}$/);
  });

  it("writes a pull Secret that holds whatever a password may hold", () => {
    const password = `p"a:s\\s`;
    assert.deepEqual(JSON.parse(dockerConfig("registry.example.com", "robot", password)), {
      auths: {
        "registry.example.com": {
          username: "robot",
          password,
          auth: Buffer.from(`robot:${password}`).toString("base64"),
        },
      },
    });
  });
});
