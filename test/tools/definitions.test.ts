import assert from "node:assert/strict";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { installTools, type Toolset } from "../../sandbox/tools/install";
import { sha256, RecordedProgress, StandIn, temporaryFolder, toyRelease, toySpec } from "./support";

const yaml = `
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: { name: guard }
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: toys.example.com }
spec:
  group: example.com
  names: { plural: toys }
  versions:
    - name: v1
      served: true
      schema:
        openAPIV3Schema:
          description: What a toy is.
          properties:
            description: { type: string, description: What people read. }
---
`;

// A module whose YAML files are read comes from the Go module cache; that way is taken by the sandbox of every test here.
describe("definitions of custom resources from a release", () => {
  let folder: string;
  let server: StandIn;
  beforeEach(async () => {
    folder = await temporaryFolder();
    server = await StandIn.start();
  });
  afterEach(async () => {
    await server.stop();
    await fs.rm(folder, { recursive: true });
  });

  const install = (published: string): Promise<Toolset> => {
    server.serve("/toy-v1.2.3-linux-amd64.tar.gz", published);
    server.serve("/toys.yaml", published);
    server.serve("/SHA256SUMS", `${sha256(published)}  toys.yaml\n`);
    const release = toyRelease(server.address, {
      url: `${server.address}/toys.yaml`,
      archive: "none",
      gives: { "toys.yaml": "toys.yaml" },
    });
    const spec = toySpec({ binaries: [], definitions: true, ...release });
    const env = { PATH: path.join(folder, "no-programs") };
    return installTools([{ spec, moduleFolder: folder }], {
      ...{ progress: new RecordedProgress(), cacheDir: path.join(folder, "cache"), env },
    });
  };

  it("become JSON, without what is no definition and without texts for people", async () => {
    const { definitions } = await install(yaml);
    assert.equal(definitions.length, 1);
    const read = JSON.parse(await fs.readFile(definitions[0] ?? "", "utf8")) as unknown;
    const openAPIV3Schema = { properties: { description: { type: "string" } } };
    assert.deepEqual(read, [
      {
        apiVersion: "apiextensions.k8s.io/v1",
        kind: "CustomResourceDefinition",
        metadata: { name: "toys.example.com" },
        spec: {
          group: "example.com",
          names: { plural: "toys" },
          versions: [{ name: "v1", served: true, schema: { openAPIV3Schema } }],
        },
      },
    ]);
  });

  it("are found in the cache the next time", async () => {
    await install(yaml);
    const asked = server.asked.length;
    assert.equal((await install(yaml)).tools[0]?.cached, true);
    assert.equal(server.asked.length, asked);
  });

  it("are refused when a file holds none", async () => {
    await assert.rejects(install("kind: ConfigMap\n"), /no CustomResourceDefinition in toys\.yaml/);
  });
});
