import { validateHeaderName, validateHeaderValue } from 'node:http';

/** An answer of the gateway, before it is written. Names of headers as they are sent. */
export interface GatewayAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
}

/** Headers by lower-case name; a later one of the same name takes the place of the earlier. */
export function withHeaders(
  base: readonly (readonly [string, string])[],
  ...more: readonly (readonly [string, string])[]
): [string, string][] {
  const headers = new Map<string, [string, string]>();
  for (const [name, value] of [...base, ...more]) {
    headers.set(name.toLowerCase(), [name, value]);
  }
  return [...headers.values()];
}

/** Why HTTP cannot carry a header, without its value; `undefined` when it can. */
export function headerFault([name, value]: readonly [string, string]): string | undefined {
  try {
    validateHeaderName(name);
  } catch {
    return `${JSON.stringify(name.slice(0, 100))} is no name of a header`;
  }
  try {
    validateHeaderValue(name, value);
  } catch {
    return `the header ${name.slice(0, 100)} has a value that HTTP cannot carry`;
  }
  return undefined;
}
