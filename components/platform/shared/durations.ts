/** How long a cloud takes to make a resource of one type. */
export interface Duration {
  /** Seconds from the request until the resource is ready to be used. */
  readonly createSeconds: number;
  /** Where the figure comes from, with the range that was seen there. */
  readonly source: string;
}

/** By Pulumi's type; one that is not there takes a few seconds. */
export type Durations = Readonly<Record<string, Duration>>;
