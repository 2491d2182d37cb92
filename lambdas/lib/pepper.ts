import { randomBytes } from 'node:crypto';

/** One pepper: the HMAC key under which API tokens are hashed. */
export interface PepperEntry {
  /** Name that token records carry as `pepperId`. */
  readonly id: string;
  /** 32 bytes as base64url. */
  readonly key: string;
}

/** Value of the pepper secret. Readers accept each key by its id; writers use `current`. */
export interface PepperDocument {
  readonly schema: 1;
  readonly kind: 'pepper';
  readonly generation: number;
  /** Version of the secret that this one was made from; `null` for the first. */
  readonly basedOnVersionId: string | null;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly payload: PepperPayload;
}

/** The peppers of one version of the secret. */
export interface PepperPayload {
  readonly next: PepperEntry | null;
  readonly current: PepperEntry;
  readonly retired: readonly PepperEntry[];
}

const KEY_BYTES = 32;

/**
 * Reads the value of the pepper secret.
 *
 * @throws {Error} when it is no pepper document; the message never holds any of the text
 */
export function parsePepperDocument(text: string): PepperDocument {
  let document: PepperDocument | undefined;
  try {
    document = JSON.parse(text);
  } catch {
    // The parser's own message would quote the secret.
  }
  if (document?.schema !== 1 || document.kind !== 'pepper' || !readPepperPayload(document.payload)) {
    throw new Error('pepper secret is not a pepper document of schema 1');
  }
  return document;
}

/** Every key by its id, whether next, current or retired; of the same id, the current one. */
export function pepperKeys({ payload }: PepperDocument): ReadonlyMap<string, Buffer> {
  return new Map(entriesOf(payload)?.map(({ id, key }) => [id, Buffer.from(key, 'base64url')]));
}

/** The first value of a pepper secret, with a random key. */
export function createPepperDocument(now: Date): string {
  const document: PepperDocument = {
    schema: 1,
    kind: 'pepper',
    generation: 1,
    basedOnVersionId: null,
    createdAt: now.toISOString(),
    payload: { next: null, current: { id: 'p1', key: randomBytes(KEY_BYTES).toString('base64url') }, retired: [] },
  };
  return JSON.stringify(document);
}

/** Reads the payload of a pepper document; `undefined` when it has another form. */
export function readPepperPayload(value: unknown): PepperPayload | undefined {
  const payload = value as PepperPayload;
  return entriesOf(payload)?.every(isEntry) ? payload : undefined;
}

/** Every entry; `undefined` when the payload has another form. */
function entriesOf(payload: PepperPayload): readonly PepperEntry[] | undefined {
  if (!Array.isArray(payload?.retired) || payload.next === undefined) {
    return undefined;
  }
  return [...payload.retired, ...(payload.next ? [payload.next] : []), payload.current];
}

function isEntry(entry: PepperEntry | null | undefined): boolean {
  return typeof entry?.id === 'string' && entry.id !== '' && /^[\w-]{43}$/.test(entry.key);
}
