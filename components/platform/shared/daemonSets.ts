/** A daemon set, whose pod is on every node of both pools. */
export interface DaemonSet {
  readonly name: string;
  readonly cpuMillis: number;
  readonly memoryMib: number;
  readonly source: string;
}

/** Room on every node for what its owner runs there. */
export const ownAgents: DaemonSet = {
  ...{ name: "agents of your own", cpuMillis: 120, memoryMib: 392 },
  source: "room that is kept for what collects logs and metrics on every node",
};

/** All of them together. */
export const sumOf = (table: readonly DaemonSet[]) => ({
  pods: table.length,
  cpuMillis: table.reduce((sum, { cpuMillis }) => sum + cpuMillis, 0),
  memoryMib: table.reduce((sum, { memoryMib }) => sum + memoryMib, 0),
});
