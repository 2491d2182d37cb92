import { type Column, renderTable } from './table';

/** How the result of a command is printed. */
export interface PrintOptions {
  readonly json?: boolean;
  readonly table?: boolean;
}

/** Whether a person reads: a terminal gets tables, everything else JSON, unless the options say otherwise. */
export function isForPeople({ json, table }: PrintOptions): boolean {
  if (table === true) return true;
  return json !== true && process.stdout.isTTY === true;
}

/** Prints one thing: as text, or as one JSON document. */
export function printOne<T>(value: T, options: PrintOptions, text: (value: T) => string): void {
  process.stdout.write(isForPeople(options) ? text(value) : `${JSON.stringify(value, null, 2)}\n`);
}

/** Prints many things: as a table, or as JSON lines, one thing on each, as they come. */
export async function printMany<T>(
  pages: AsyncIterable<readonly T[]>,
  options: PrintOptions,
  columns: readonly Column<T>[],
  none: string,
): Promise<void> {
  if (!isForPeople(options)) {
    for await (const page of pages) {
      for (const row of page) process.stdout.write(`${JSON.stringify(row)}\n`);
    }
    return;
  }
  const rows: T[] = [];
  for await (const page of pages) rows.push(...page);
  if (rows.length === 0) {
    tell(none);
    return;
  }
  process.stdout.write(renderTable(columns, rows));
}

/** Says something to a person, beside the result. */
export function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}
