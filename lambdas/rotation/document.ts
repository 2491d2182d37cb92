import type { KindName } from './config';
import { UnusableDocumentError } from './errors';

/** Newest form of the document that is understood. */
const SCHEMA = 1;

/** Value of a rotated secret, as JSON. */
export interface SecretDocument<P> {
  readonly schema: typeof SCHEMA;
  readonly kind: KindName;
  /** 1 for the first value, one more at each rotation. */
  readonly generation: number;
  /** Version that was current when this one was made; `null` for the first. The promotion is a compare-and-swap on it. */
  readonly basedOnVersionId: string | null;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly payload: P;
}

/** How a kind reads its payload: `undefined` when it has another form. */
export type PayloadReader<P> = (value: unknown) => P | undefined;

/**
 * Reads the value of a rotated secret.
 *
 * @throws {UnusableDocumentError} when it is none of this kind and schema; the message never holds any of the text
 */
export function parseDocument<P>(text: string, kind: KindName, readPayload: PayloadReader<P>): SecretDocument<P> {
  let value: Partial<SecretDocument<unknown>> | null;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's own message would quote the secret.
    throw new UnusableDocumentError('secret value is not JSON');
  }
  if (typeof value?.schema === 'number' && value.schema > SCHEMA) {
    throw new UnusableDocumentError(`secret value has schema ${value.schema}, this function knows ${SCHEMA}`);
  }
  const { schema, generation, basedOnVersionId: base, createdAt } = value ?? {};
  const payload = value?.kind === kind ? readPayload(value.payload) : undefined;
  if (
    schema !== SCHEMA ||
    !Number.isInteger(generation) ||
    !(base === null || typeof base === 'string') ||
    typeof createdAt !== 'string' ||
    Number.isNaN(Date.parse(createdAt)) ||
    payload === undefined
  ) {
    throw new UnusableDocumentError(`secret value is no document of kind ${kind}`);
  }
  return { schema, kind, generation: Number(generation), basedOnVersionId: base, createdAt, payload };
}
