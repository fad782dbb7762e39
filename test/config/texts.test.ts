import assert from "node:assert/strict";
import { runInNewContext } from "node:vm";
import * as fc from "fast-check";
import { parse } from "yaml";
import {
  collectorConfig,
  collectorMemory,
  connectorVariable,
  dexConfig,
  frontendAppConfig,
} from "../../components/logfire/config";
import {
  cacheProxyConfig,
  edgeProxyConfig,
  frontendCommand,
  frontendServerConfig,
  modelPricesHost,
} from "../../components/logfire/config";

const name = fc.string({ unit: "binary", minLength: 1, maxLength: 12 });

describe("configuration texts", () => {
  it("give every connector's every secret a variable of its own, with a name that Dex can expand", () => {
    fc.assert(
      fc.property(name, name, name, name, (id, key, otherId, otherKey) => {
        const variable = connectorVariable(id, key);
        assert.match(variable, /^[A-Za-z_][A-Za-z0-9_]*$/);
        const same = id === otherId && key === otherKey;
        assert.equal(variable === connectorVariable(otherId, otherKey), same);
      }),
    );
    assert.notEqual(connectorVariable("a-b", "c"), connectorVariable("a_b", "c"));
    assert.notEqual(connectorVariable("a", "b__c"), connectorVariable("a__b", "c"));
    assert.equal(connectorVariable("github", "clientSecret"), "DEX_CONNECTOR__github__clientSecret");
  });

  it("hand a connector's settings to Dex unchanged, and never its secrets", () => {
    fc.assert(
      fc.property(name, fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.jsonValue()), (title, config) => {
        const text = dexConfig({
          url: "https://a.example",
          allUrls: ["https://a.example"],
          passwordLogin: true,
          connectors: [
            {
              type: "oidc",
              id: "x",
              name: title,
              config: { ...config, clientSecret: "canary" },
              secretKeys: ["clientSecret"],
            },
          ],
          postgres: { port: 5432, database: "dex", tls: "require" },
        });
        const { connectors } = parse(text) as { connectors: { name: string; config: unknown }[] };
        assert.equal(connectors[0]?.name, title);
        const redirectURI = "https://a.example/auth-api/callback";
        const expected = { redirectURI, ...config, clientSecret: "${DEX_CONNECTOR__x__clientSecret}" };
        // JSON knows no -0; YAML does.
        assert.equal(JSON.stringify(connectors[0]?.config), JSON.stringify(expected));
        assert.doesNotMatch(text, /canary/);
      }),
    );
  });

  it("let a connector name its own callback", () => {
    const text = dexConfig({
      url: "https://a.example",
      allUrls: ["https://a.example"],
      passwordLogin: true,
      connectors: [
        { type: "oidc", id: "x", name: "X", config: { redirectURI: "https://b.example/cb" }, secretKeys: [] },
      ],
      postgres: { port: 5432, database: "dex", tls: "require" },
    });
    assert.match(text, /redirectURI: https:\/\/b\.example\/cb/);
  });

  it("keep the collector below its container's memory, whatever that is", () => {
    fc.assert(
      fc.property(fc.integer({ min: 64, max: 1 << 20 }), (memoryMib) => {
        const { hard, spike, soft } = collectorMemory(memoryMib);
        assert.ok(0 < spike && spike < soft && soft < hard && hard <= memoryMib * 0.8);
      }),
    );
  });

  it("give the browser any version and host as they are", () => {
    fc.assert(
      fc.property(name, name, (version, hostname) => {
        const window: { appConfig?: { appVersion: string; apiHost: string } } = {};
        runInNewContext(frontendAppConfig({ url: "https://a.example", hostname, version }), { window });
        assert.deepEqual([window.appConfig?.appVersion, window.appConfig?.apiHost], [version, hostname]);
      }),
    );
  });

  it("listen on the ports of the product by default", () => {
    const listen = { http: 8080, stats: 8181 };
    const cache = { host: "c.ns.svc.cluster.local", port: 9001, slots: 24 };
    assert.match(
      cacheProxyConfig({ cache, listen }),
      /bind \*:8080\n[^]*server-template c- 1-24 c\.ns\.svc\.cluster\.local\.:9001 /,
    );
    assert.match(cacheProxyConfig({ cache, listen }), /bind \*:8181\n/);
    const collector = collectorConfig({
      namespace: "n",
      ingestEndpoint: "http://i:8012",
      memoryMib: 1024,
      prometheusPort: 9090,
    });
    for (const port of [4317, 4318, 13133, 9090])
      assert.ok(collector.includes(`endpoint: 0.0.0.0:${port}\n`), `${port}`);
  });

  it("keep the gateway's requests as long as the settings say, on both sides", () => {
    const one = (port: number) => ({ host: `s${port}`, port, slots: 1 });
    const text = edgeProxyConfig({
      origins: ["https://a.example"],
      primaryHostname: "a.example",
      gatewayTimeoutSeconds: 1800,
      listen: { http: 8080, stats: 8181 },
      threads: 2,
      upstreams: {
        ...{ ingest: one(1), queryApi: one(2), backend: one(3), frontend: one(4), aiGateway: one(5) },
        dex: { ...one(6), healthPort: 7 },
      },
    });
    assert.match(text, /timeout client 1800s/);
    assert.match(text, /backend s5\n[^]*?timeout server 1800s/);
    assert.match(text, /nbthread 2\n/);
  });

  it("name an outside upstream only where its host is allowed", () => {
    const input = { hostnames: ["a.example"], origins: ["https://a.example"], listen: 8080 };
    for (const allowedHosts of [[], ["avatars.githubusercontent.com"]]) {
      assert.doesNotMatch(frontendServerConfig({ ...input, allowedHosts }), /proxy_pass|resolver/);
      assert.deepEqual(frontendCommand({ ...input, allowedHosts }, "/n.conf"), ["nginx", "-c", "/n.conf"]);
    }
    assert.match(frontendServerConfig({ ...input, allowedHosts: [modelPricesHost] }), /proxy_pass \$model_prices;/);
  });
});
