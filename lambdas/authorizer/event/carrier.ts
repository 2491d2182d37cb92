import type { Reason } from '../reasons';

/** Longest accepted token, in characters. API Gateway accepts headers of 10,240 bytes in total. */
export const MAX_TOKEN_LENGTH = 8192;

/** The parts of an event that can carry a credential. */
export interface CarrierEvent {
  readonly headers?: Readonly<Record<string, string | undefined>> | null;
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[] | undefined>> | null;
}

/** A token and the scheme that it came with. */
export interface Presented {
  readonly scheme: 'bearer' | 'dpop';
  readonly token: string;
}

/** A scheme, and one or more spaces before what follows (RFC 9110, 11.4: `1*SP`). */
const SCHEME = /^(bearer|dpop) +/i;

/**
 * Takes the token out of the one Authorization header (RFC 6750, 2.1; RFC 9449, 7.1). More than one value, in any spelling of
 * the name, is refused: the backend might take another one than the authorizer. The scheme is compared without case
 * (RFC 9110, 11.1), and spaces follow it, one or more; whatever follows them is the token, which has no space of its own.
 */
export function presentedToken(event: CarrierEvent): Presented | { readonly refused: Reason } {
  const value = onlyValue(event, 'authorization');
  if (value === undefined) {
    return { refused: 'missing' };
  }
  if (typeof value !== 'string') {
    return { refused: 'malformed' };
  }
  const [before = '', scheme = ''] = SCHEME.exec(value) ?? [];
  const token = value.slice(before.length);
  return before && token && token.length <= MAX_TOKEN_LENGTH
    ? { scheme: scheme.toLowerCase() as Presented['scheme'], token }
    : { refused: 'malformed' };
}

/** The value of the one DPoP header (RFC 9449, 4.1); `undefined` when there is none, or more than one. */
export function dpopProof(event: CarrierEvent): string | undefined {
  const value = onlyValue(event, 'dpop');
  return typeof value === 'string' ? value : undefined;
}

/** The value of a header that may stand once; `undefined` when there is none, `null` when there are several. */
function onlyValue(event: CarrierEvent, header: string): unknown {
  const single = valuesOf(event.headers, header);
  const multiple = valuesOf(event.multiValueHeaders, header);
  const value = multiple[0] ?? single[0];
  // `headers` repeats the value of `multiValueHeaders`; direct invocations may give either alone.
  return single.length > 1 || multiple.length > 1 || (single.length === 1 && single[0] !== value) ? null : value;
}

function valuesOf(
  headers: CarrierEvent['headers'] | CarrierEvent['multiValueHeaders'],
  header: string,
): readonly unknown[] {
  const values: unknown[] = [];
  for (const name in headers) {
    // The length is compared first: it spares lower-casing all other names.
    if (name.length === header.length && name.toLowerCase() === header) {
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
