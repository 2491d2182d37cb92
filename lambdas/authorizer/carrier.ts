import type { Reason } from './reasons';

/** Longest accepted token, in characters. API Gateway accepts headers of 10,240 bytes in total. */
export const MAX_TOKEN_LENGTH = 8192;

/** The parts of an event that can carry a credential. */
export interface CarrierEvent {
  readonly headers?: Readonly<Record<string, string | undefined>> | null;
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[] | undefined>> | null;
}

const HEADER = 'authorization';
const SCHEME = 'bearer ';

/**
 * Takes the token out of the one Authorization header (RFC 6750, 2.1). More than one value, in any spelling of the name,
 * is refused: the backend might take another one than the authorizer. The scheme is compared without case (RFC 9110, 11.1).
 */
export function bearerToken(event: CarrierEvent): string | { readonly refused: Reason } {
  const single = valuesOf(event.headers);
  const multiple = valuesOf(event.multiValueHeaders);
  const value = multiple[0] ?? single[0];
  if (value === undefined) {
    return { refused: 'missing' };
  }
  // `headers` repeats the value of `multiValueHeaders`; direct invocations may give either alone.
  if (single.length > 1 || multiple.length > 1 || (single.length === 1 && single[0] !== value)) {
    return { refused: 'malformed' };
  }
  if (
    typeof value !== 'string' ||
    value.length <= SCHEME.length ||
    value.length > SCHEME.length + MAX_TOKEN_LENGTH ||
    value.slice(0, SCHEME.length).toLowerCase() !== SCHEME
  ) {
    return { refused: 'malformed' };
  }
  return value.slice(SCHEME.length);
}

function valuesOf(headers: CarrierEvent['headers'] | CarrierEvent['multiValueHeaders']): readonly unknown[] {
  const values: unknown[] = [];
  for (const name in headers) {
    // The length is compared first: it spares lower-casing all other names.
    if (name.length === HEADER.length && name.toLowerCase() === HEADER) {
      const value = headers[name];
      if (Array.isArray(value)) {
        values.push(...value);
      } else if (value !== undefined && value !== null) {
        values.push(value);
      }
    }
  }
  return values;
}
