import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { ask, until } from "../config/standIns";
import { startChain, type Chain, type ChainOptions } from "./chain";
import type { Reachable } from "./client";
import type { RunningEnvoy } from "./envoy";
import { startBalancer, startLoad, type Balancer } from "./load";
import type { Programs } from "./programs";
import { startStandIn } from "./standIns";

/** What became of requests while something went. */
export interface Outcome {
  readonly succeeded: number;
  readonly failures: readonly string[];
}

export interface Departure {
  readonly title: string;
  run(this: void, programs: Programs): Promise<Outcome>;
}

/** Everything on the path that is replaced from time to time, replaced as Kubernetes does it. */
export const departures: readonly Departure[] = [
  {
    title: "a replica of HAProxy leaves, as its pod does",
    run: (programs) => on(programs, proxyLeaves, { proxies: 2 }),
  },
  { title: "a new replica of HAProxy takes over", run: (programs) => on(programs, proxyIsReplaced) },
  { title: "an Envoy leaves, as its pod does", run: (programs) => on(programs, envoyLeaves) },
  { title: "a replica of logfire-ff-ingest leaves", run: (programs) => on(programs, serviceLeaves) },
];

const paths = ["/v1/traces", "/api/x"] as const;

async function on(
  programs: Programs,
  departure: (chain: Chain) => Promise<Outcome>,
  options?: ChainOptions,
): Promise<Outcome> {
  const chain = await startChain(programs, options);
  try {
    return await departure(chain);
  } finally {
    await chain.stop();
  }
}

/** Requests before, while and after something happens. */
async function under(edge: Reachable, happening: () => Promise<void>): Promise<Outcome> {
  const load = startLoad(edge, paths);
  const enough = (): Promise<void> => {
    const before = load.succeeded;
    return until("the load to go on", () => load.failures.length > 0 || load.succeeded > before + 100);
  };
  try {
    await enough();
    await happening();
    await enough();
  } finally {
    await load.stop();
  }
  return load;
}

const proxyLeaves = (chain: Chain): Promise<Outcome> =>
  under(chain, async () => {
    const [leaving, staying] = chain.proxies;
    chain.envoy.setReplicas(staying === undefined ? [] : [staying]);
    await until("Envoy to know", async () => (await chain.envoy.healthyReplicas()) === 1);
    // Less than the pod's preStop sleep.
    await sleep(500);
    leaving?.child.kill("SIGUSR1");
    await until("HAProxy to end", () => leaving?.child.exitCode !== null);
    await assert.rejects(ask({ port: leaving?.port ?? 0, path: "/" }));
  });

/** The new one is in the endpoints as soon as it answers /stats, which is what its pod's probe asks for. */
const proxyIsReplaced = (chain: Chain): Promise<Outcome> =>
  under(chain, async () => {
    const [old] = chain.proxies;
    const replacement = await chain.anotherProxy();
    chain.envoy.setReplicas([...chain.proxies, replacement]);
    await until("Envoy to know", async () => (await chain.envoy.healthyReplicas()) === 2);
    chain.envoy.setReplicas([replacement]);
    await until("Envoy to know", async () => (await chain.envoy.healthyReplicas()) === 1);
    await sleep(500);
    old?.child.kill("SIGUSR1");
    await until("HAProxy to end", () => old?.child.exitCode !== null);
  });

async function envoyLeaves(chain: Chain): Promise<Outcome> {
  const leaving = chain.envoy;
  const staying = await chain.anotherEnvoy();
  const behind = [leaving, staying].map(({ ports }) => ({ port: ports.https, readyPort: ports.ready }));
  const balancer = await startBalancer(behind);
  try {
    const edge = { ...chain, ports: { ...chain.ports, https: balancer.port } };
    return await under(edge, () => drain(leaving, balancer));
  } finally {
    await balancer.stop();
  }
}

/** As Envoy Gateway's shutdown manager: clients are asked to leave, then the load balancer, and then it waits. */
async function drain(envoy: RunningEnvoy, balancer: Balancer): Promise<void> {
  const connections = (): number => balancer.connections(envoy.ports.https);
  assert.ok(connections() > 0);
  await envoy.order("/drain_listeners?graceful&skip_exit");
  await sleep(500);
  await envoy.order("/healthcheck/fail");
  await until("its connections to end", () => connections() === 0);
  envoy.child.kill("SIGTERM");
  await until("Envoy to end", () => envoy.child.exitCode !== null);
}

async function serviceLeaves(chain: Chain): Promise<Outcome> {
  const first = chain.service("logfire-ff-ingest");
  const second = await startStandIn(first.name, { address: "127.0.0.2", port: first.port });
  const host = `${first.name}.logfire.svc.cluster.local`;
  const found = async (count: number): Promise<boolean> =>
    (await chain.proxies[0]?.servers(first.name))?.["UP"] === count;
  try {
    chain.dns.set(host, first.address, second.address);
    await until("HAProxy to know both", () => found(2));
    const outcome = await under(chain, async () => {
      chain.dns.set(host, second.address);
      await until("HAProxy to know", () => found(1));
      await first.leave();
    });
    assert.ok(second.requests > 0);
    return outcome;
  } finally {
    await second.stop();
  }
}
