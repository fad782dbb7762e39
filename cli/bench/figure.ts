/** One line of the report. */
export interface Figure {
  readonly name: string;
  readonly measured: string;
  readonly limit?: string;
  /** Whether it is within its limit; undefined where there is none. */
  readonly met?: boolean;
}

export const secondsFigure = (name: string, seconds: number, limit?: number): Figure => ({
  name,
  measured: `${seconds.toFixed(1)} s`,
  ...(limit === undefined ? {} : { limit: `${limit} s`, met: seconds <= limit }),
});

export const ratioFigure = (name: string, value: number, floor: number, limit: number): Figure => ({
  name,
  measured: `${(value / floor).toFixed(2)} (${value.toFixed(2)} s / ${floor.toFixed(2)} s)`,
  limit: String(limit),
  met: value / floor <= limit,
});
