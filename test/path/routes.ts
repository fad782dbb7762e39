import assert from "node:assert/strict";
import { publicRoutes, type EdgeService } from "../../components/logfire/config";
import type { Chain } from "./chain";

const services: Readonly<Record<EdgeService, string>> = {
  ingest: "logfire-ff-ingest",
  queryApi: "logfire-ff-query-api",
  backend: "logfire-backend",
  dex: "logfire-dex",
  frontend: "logfire-frontend-service",
  aiGateway: "logfire-ai-gateway",
  remoteMcp: "logfire-remote-mcp",
};

/** A path for each rule; which of them wins where is the edge proxy's own test. */
const examples = [
  ...publicRoutes
    .filter(({ grpc }) => grpc !== true)
    .flatMap(({ to, exact = [], below = [] }) =>
      [...exact, ...below.map((path) => `${path}x?y=1`)].map((path) => ({ path, to })),
    ),
  { path: "/", to: "frontend" },
  { path: "/organization/project/live", to: "frontend" },
] as const;

export function routeTests(chain: () => Chain): void {
  describe("public routes", () => {
    for (const { path, to } of examples)
      it(`bring ${path} to ${services[to]}`, async () => {
        for (const method of ["GET", "POST"]) {
          const { status, seen } = await chain().ask(path, { method });
          assert.equal(status, 200);
          assert.equal(seen().service, services[to]);
          assert.equal(seen().url, path);
        }
      });

    it("leave paths as they came", async () => {
      for (const path of ["/api/projects/a%2Fb//c", "/api/a%20b/%C3%BC", "/api/x?path=../y&z=%2F%2F"])
        assert.equal((await chain().ask(path)).seen().url, path);
    });

    it("know the host and that people came by HTTPS", async () => {
      const { headers } = (await chain().ask("/api/x", { headers: { "x-forwarded-proto": "http" } })).seen();
      assert.equal(headers.host, chain().hostname);
      assert.equal(headers["x-forwarded-proto"], "https");
    });
  });
}
