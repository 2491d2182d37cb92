/**
 * A member of a record by a name that may come from a client: what every object inherits (`constructor`) is no member.
 */
export function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
