/** In place of what only the account knows, with what it is. No resource ever gets one of these. */
export type Placeholders = Readonly<Record<`PLACEHOLDER-${string}`, string>>;

/** Names of one cloud's table; a name that the table does not explain is refused by the compiler. */
export const placeholdersOf = <T extends Placeholders>(_table: T) => ({
  one: <Name extends keyof T & string>(name: Name): Name => name,
  /** `NAME-0`, `NAME-1`, ... */
  numbered: (name: keyof T & string, count: number): readonly string[] =>
    Array.from({ length: count }, (_, index) => `${name}-${index}`),
});
