/** List price, on demand, in one region, in USD without tax. */
export interface Price {
  readonly usd: number;
  readonly per: "hour" | "GB-month" | "month";
  /** Where it was read. */
  readonly source: string;
  /** When that was published. */
  readonly date: string;
}

/** Hours of a month as the clouds' calculators count them. */
export const hoursPerMonth = 730;

/** Prices of one source, by the hour. */
export const hourly = (source: string, date: string, table: Readonly<Record<string, number>>) =>
  Object.fromEntries(
    Object.entries(table).map(([name, usd]): [string, Price] => [name, { usd, per: "hour", source, date }]),
  );

/** One line of the bill. */
export interface CostLine {
  readonly what: string;
  /** Of `what`, where a preset or an owner chooses one: `m7i.xlarge`. */
  readonly machine?: string;
  readonly count: number;
  /** Of all together; absent where no price has a source. */
  readonly usdPerMonth?: number;
  readonly price?: Price;
}

export interface MonthlyCost {
  readonly lines: readonly CostLine[];
  /** Of the lines with a price. */
  readonly totalUsd: number;
  /** What the total leaves out, because no price for it has a source. */
  readonly unpriced: readonly string[];
}

/** `General nodes m7i.xlarge`: a line as people read it. */
export const nameOf = ({ what, machine }: Pick<CostLine, "what" | "machine">): string =>
  machine === undefined ? what : `${what} ${machine}`;

export function line(what: string, count: number, price: Price | undefined, machine?: string): CostLine {
  const of = { what, ...(machine === undefined ? {} : { machine }), count };
  if (price === undefined) return of;
  return { ...of, price, usdPerMonth: count * price.usd * (price.per === "hour" ? hoursPerMonth : 1) };
}

/** A line for machines of a type, at its price where that is known. */
export const machineLine =
  (machinePrices: Readonly<Record<string, Price>>) =>
  (what: string, machine: string, count: number): CostLine =>
    line(what, count, machinePrices[machine], machine);

/** The bill of these lines; those that count nothing are left out. */
export function costOf(all: readonly CostLine[]): MonthlyCost {
  const lines = all.filter(({ count }) => count > 0);
  return {
    lines,
    totalUsd: lines.reduce((sum, { usdPerMonth = 0 }) => sum + usdPerMonth, 0),
    unpriced: lines.filter(({ price }) => price === undefined).map((one) => `${one.count} × ${nameOf(one)}`),
  };
}
