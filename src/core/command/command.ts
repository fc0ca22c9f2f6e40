/**
 * A command as data: what every surface makes of its text, and all that `decide` sees of it.
 * Values are typed by the grammar's table: PERCENT is a Weight (of 100,000), DURATION milliseconds, TIME an ISO instant,
 * a repeatable argument or option an array, a switch `true`. Absent means not given (defaults are filled in by the reader's room).
 */
export type Value = string | number | boolean | readonly string[];

export interface Command {
  /** Canonical name from the table: `deploy`, `flag enable`, `experiment ship`. */
  readonly name: string;
  /** Arguments by their name in the table, lower case: `key`, `percent`, `target`, `releases`. */
  readonly args: Readonly<Record<string, Value>>;
  /** Options by their long name without dashes: `reason`, `dry-run`, `override`. */
  readonly options: Readonly<Record<string, Value>>;
  readonly environment?: string;
}
