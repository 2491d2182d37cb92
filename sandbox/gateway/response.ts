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
  for (const [name, value] of [...base, ...more]) headers.set(name.toLowerCase(), [name, value]);
  return [...headers.values()];
}
