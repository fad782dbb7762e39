import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { rootCertificates } from "node:tls";
import { root } from "../../../cli/root";
import {
  databaseParameters,
  databasePlans,
  databaseSkuOf,
  databaseSkus,
  maxConnections,
  cachePlans,
  redisSkus,
  storageSizes,
} from "../../../components/platform/azure/figures/databaseSizes";
import { durations } from "../../../components/platform/azure/figures/durations";
import { parts } from "../../../components/platform/azure/figures/parts";
import { actionsByService, permissions } from "../../../components/platform/azure/figures/permissions";
import { postgresTrust } from "../../../components/platform/azure/figures/postgresTrust";
import { locations, zonedLocations } from "../../../components/platform/azure/figures/regions";
import { roleDefinitionId, roles } from "../../../components/platform/azure/figures/roles";
import { pages } from "../../../scripts/cloud-pages";
import { formatted, withGenerated } from "../../../scripts/generated";
import { presets } from "./values";

/** The SDK's module of a Pulumi type, such as `azure-native:network:Subnet`. */
const moduleOf = (type: string): string => {
  const [, module = "", name = ""] = /^azure-native:([a-z]+):(\w+)$/.exec(type) ?? [];
  return `${module}/${name.charAt(0).toLowerCase()}${name.slice(1)}`;
};
const inSdk = (type: string): boolean =>
  readFileSync(require.resolve(`@pulumi/azure-native/${moduleOf(type)}`), "utf8").includes(`'${type}'`);

describe("database sizes on Azure", () => {
  it("have as many connections as Microsoft lists", () =>
    assert.deepEqual(
      ["Standard_B2ms", "Standard_D4ds_v5", "Standard_D8ds_v5", "Standard_D16ds_v5", "Standard_E4ds_v5"].map((name) =>
        maxConnections(databaseSkuOf(name)),
      ),
      [859, 1718, 3437, 5000, 3437],
    ));

  it("of the presets are known, no smaller than the preset needs, and have a standby only where they can", () => {
    for (const preset of presets) {
      const { sku, least, storageGib, zoneRedundant } = databasePlans[preset];
      const has = databaseSkuOf(sku);
      assert.ok(has.memoryGib >= least.memoryGib && has.cpus >= least.cpus, preset);
      assert.ok(
        storageSizes.some((size) => size === storageGib),
        preset,
      );
      assert.ok(!(zoneRedundant && has.tier === "Burstable"), preset);
      assert.ok(redisSkus[cachePlans[preset].sku] !== undefined, preset);
    }
    assert.throws(() => databaseSkuOf("Standard_D3ds_v5"), /no size of Flexible Server with known figures/);
    for (const { memoryGib } of Object.values(databaseSkus)) assert.ok(maxConnections({ memoryGib }) > 400);
  });

  it("have disks of which each is twice the one before, and the largest that Azure has", () => {
    storageSizes.slice(1, -1).forEach((size, index) => {
      assert.equal(size, 2 * (storageSizes[index] ?? 0));
    });
    assert.equal(storageSizes.at(-1), 32_767);
  });

  it("get the extensions first, and no parameter that waits for a restart", () => {
    assert.deepEqual(databaseParameters[0], { name: "azure.extensions", value: "BTREE_GIST,INTARRAY" });
    const needsRestart = ["max_connections", "shared_buffers", "max_wal_senders", "wal_level", "huge_pages"];
    for (const { name } of databaseParameters) assert.ok(!needsRestart.includes(name), name);
  });

  it("are trusted by two public authorities, the same that Node trusts", () => {
    const pem = postgresTrust.caBundle;
    assert.ok(typeof pem === "string" && postgresTrust.tls === "verify-full");
    const found = pem.match(/-----BEGIN[^]*?-----END CERTIFICATE-----/g) ?? [];
    const fingerprints = new Set(rootCertificates.map((one) => new X509Certificate(one).fingerprint256));
    assert.equal(found.length, 2);
    for (const one of found) {
      const certificate = new X509Certificate(one);
      assert.ok(fingerprints.has(certificate.fingerprint256), certificate.subject);
      assert.match(certificate.subject, /DigiCert Global Root G2|Microsoft RSA Root Certificate Authority 2017/);
    }
  });
});

describe("locations of Azure", () => {
  it("are written as the Resource Manager writes them, and paired with one another", () => {
    for (const [name, { pair }] of Object.entries(locations)) {
      assert.match(name, /^[a-z]+[0-9]?$/);
      if (pair !== undefined) assert.match(pair, /^[a-z]+[0-9]?$/);
    }
    assert.ok(zonedLocations.includes("swedencentral") && !zonedLocations.includes("westus"));
  });
});

describe("durations on Azure", () => {
  it("name their source, and are of types that the SDK has", () => {
    for (const [type, { createSeconds, source }] of Object.entries(durations)) {
      assert.ok(createSeconds > 0 && source.length > 20, type);
      assert.ok(inSdk(type), type);
    }
  });
});

describe("parts of the platform on Azure", () => {
  it("are of types that the SDK has, and there is a reason where one is missing", () => {
    for (const [name, { types, differs }] of Object.entries(parts)) {
      for (const type of types) assert.ok(inSdk(type), `${name}: ${type}`);
      if (types.length === 0) assert.ok((differs ?? "").length > 20, name);
    }
  });
});

describe("what the deploying identity may do on Azure", () => {
  const folder = join(root, "components/platform/azure");
  const imports = readdirSync(folder)
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) => [
      ...readFileSync(join(folder, file), "utf8").matchAll(
        /^import (type )?\{[^}]*\} from "@pulumi\/azure-native\/([^"]+)"/gm,
      ),
    ]);
  const modules = imports.filter(([, type]) => type === undefined).map(([, , path]) => path ?? "");

  it("covers every resource and look-up that the platform uses, each imported by itself", () => {
    assert.ok(modules.length > 20, "nothing was read");
    assert.deepEqual(
      [...new Set(modules)].filter((path) => path !== "provider" && permissions[path] === undefined),
      [],
    );
    for (const path of modules) assert.ok(path === "provider" || path.includes("/"), `${path} loads a whole module`);
  });

  it("is written as the Resource Manager writes operations, each once, none for everything", () => {
    const all = Object.values(actionsByService()).flat();
    assert.equal(new Set(all).size, all.length);
    for (const action of all) assert.match(action, /^Microsoft\.[A-Za-z]+(\/[A-Za-z]+)+\/(read|write|delete|action)$/);
  });

  it("gives built-in roles by their ids", () => {
    const ids = Object.keys(roles).map((role) => roleDefinitionId("sub", role as keyof typeof roles));
    assert.equal(new Set(ids).size, ids.length);
    for (const id of ids) assert.match(id, /roleDefinitions\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });
});

describe("docs/azure.md", () => {
  const page = () => readFileSync(pages.azure.path, "utf8");

  it("has the costs, limits and permissions of the code; `npm run cloud-pages` writes them", async () => {
    assert.equal(await formatted(pages.azure, withGenerated(pages.azure, page())), page());
    for (const preset of presets) assert.ok(page().includes(`\`${preset}\``));
  }).timeout(20_000);

  it("would be seen to be stale: another count is another page", () => {
    const stale = page().replace("3 × Standard_D4ds_v5", "4 × Standard_D4ds_v5");
    assert.notEqual(stale, page());
    assert.equal(withGenerated(pages.azure, stale), withGenerated(pages.azure, page()));
  });
});
