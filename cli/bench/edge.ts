import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Progress } from "../../sandbox/tools/progress";
import { startChain, type Chain } from "../../test/path/chain";
import { clientAddress } from "../../test/path/client";
import { departures } from "../../test/path/departures";
import { findPrograms, type Programs } from "../../test/path/programs";
import type { Figure } from "./figure";

/** What one round of requests took. Milliseconds. */
interface Round {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly failed: number;
}

const ways = ["service", "haproxy", "edge"] as const;
type Way = (typeof ways)[number];
type Measured = Readonly<Record<Way, Round>>;

/** One connection at a time shows what a request takes; many show how much goes through. */
const patterns = {
  latency: { connections: 1, seconds: 1.2, rounds: 5 },
  throughput: { connections: 16, seconds: 1.2, rounds: 3 },
} as const;

/** Real Envoy in front of real HAProxy, compared with HAProxy alone and with the service itself. About a minute. */
export async function benchEdge(egctl: string, progress: Progress): Promise<readonly Figure[]> {
  const found = await findPrograms(egctl);
  if ("missing" in found) return [{ name: "the edge", measured: `not measured: ${found.missing}` }];
  const step = progress.step("Measuring the edge", 60);
  try {
    const chain = await startChain(found.found);
    try {
      const latency = await measure(chain, patterns.latency);
      const throughput = await measure(chain, patterns.throughput);
      return [...latencyFigures(latency), throughputFigure(throughput), await departureFigure(found.found)];
    } finally {
      await chain.stop();
    }
  } finally {
    step.done();
  }
}

/** Rounds take turns, so that what else the machine does meets all ways alike; of each figure the best round counts. */
async function measure(
  chain: Chain,
  { connections, seconds, rounds }: (typeof patterns)[keyof typeof patterns],
): Promise<Measured> {
  const all: Record<Way, Round[]> = { service: [], haproxy: [], edge: [] };
  for (let round = 0; round < rounds; round++)
    for (const way of ways) all[way].push(await load({ ...target(chain, way), connections, seconds, warmUp: 200 }));
  return { service: best(all.service), haproxy: best(all.haproxy), edge: best(all.edge) };
}

function target(chain: Chain, way: Way): { readonly secure: boolean; readonly request: object } {
  const common = { host: "127.0.0.1", path: "/v1/traces", headers: { host: chain.hostname } };
  const [proxy] = chain.proxies;
  const tls = { ca: chain.ca, servername: chain.hostname, localAddress: clientAddress };
  return {
    service: { secure: false, request: { ...common, port: chain.service("logfire-ff-ingest").port } },
    haproxy: { secure: false, request: { ...common, port: proxy?.port } },
    edge: { secure: true, request: { ...common, ...tls, port: chain.ports.https } },
  }[way];
}

async function load(options: object): Promise<Round> {
  const program = join(__dirname, "httpLoad.cjs");
  const { stdout } = await promisify(execFile)(process.execPath, [program, JSON.stringify(options)]);
  return JSON.parse(stdout) as Round;
}

const best = (rounds: readonly Round[]): Round => ({
  perSecond: Math.max(...rounds.map(({ perSecond }) => perSecond)),
  p50: Math.min(...rounds.map(({ p50 }) => p50)),
  p99: Math.min(...rounds.map(({ p99 }) => p99)),
  failed: rounds.reduce((sum, { failed }) => sum + failed, 0),
});

const latencyFigures = ({ service, haproxy, edge }: Measured): readonly Figure[] =>
  (["p50", "p99"] as const).map((percentile) => {
    const [least, between, whole] = [service[percentile], haproxy[percentile], edge[percentile]];
    const added = whole - least;
    const limit = addedLimits[percentile];
    return {
      name: `latency that the edge adds at ${percentile}: Envoy with TLS, and HAProxy, before a service`,
      measured: `${ms(added)}: ${ms(whole)} / ${ms(least)} = ${(whole / least).toFixed(1)}; HAProxy alone ${ms(between - least)}`,
      limit: `${limit} ms`,
      met: added <= limit,
    };
  });

/** Generous for two cores that run the client and the service as well; a held-back packet costs 40 ms or more. */
const addedLimits = { p50: 3, p99: 15 } as const;

const ms = (milliseconds: number): string => `${milliseconds.toFixed(2)} ms`;

function throughputFigure({ service, haproxy, edge }: Measured): Figure {
  const failed = service.failed + haproxy.failed + edge.failed;
  const perSecond = (round: Round): string => `${round.perSecond.toFixed(0)}/s`;
  return {
    name: `requests through the edge on ${patterns.throughput.connections} connections / straight to the service, everything on the same cores`,
    measured:
      `${(edge.perSecond / service.perSecond).toFixed(2)} (${perSecond(edge)} / ${perSecond(service)}; ` +
      `HAProxy alone ${perSecond(haproxy)}), ${failed} failed`,
    limit: "0 failed",
    met: failed === 0,
  };
}

async function departureFigure(programs: Programs): Promise<Figure> {
  let succeeded = 0;
  const failures: string[] = [];
  for (const { run } of departures) {
    const outcome = await run(programs);
    succeeded += outcome.succeeded;
    failures.push(...outcome.failures);
  }
  return {
    name: "requests that fail while HAProxy, Envoy and a replica of the service are drained and replaced",
    measured: `${failures.length} of ${succeeded + failures.length}`,
    limit: "0",
    met: failures.length === 0,
  };
}
