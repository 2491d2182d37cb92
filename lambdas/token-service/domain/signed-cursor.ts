import { createHmac, timingSafeEqual } from 'node:crypto';
import { Fault } from './fault';
import type { CurrentPepper, TokenServicePorts } from './ports';

/** Where a list goes on, as JSON says it. */
export type CursorPlace = readonly (string | number)[];

/** Bytes of the signature that are kept: 128 bits. */
const SIGNATURE_BYTES = 16;

/**
 * Places in lists as opaque texts. A cursor is signed together with the whole query that it belongs to, so that it leads to nothing that its
 * list would not have shown, and cannot be carried over to another list. After a rotation of the pepper the list is begun again.
 */
export class SignedCursors {
  constructor(private readonly ports: Pick<TokenServicePorts, 'pepper'>) {}

  /** @param query everything of the request that decides what is in the list, with the kind of list */
  async write(query: object, place: CursorPlace): Promise<string> {
    const body = Buffer.from(JSON.stringify(place));
    return Buffer.concat([signature(await this.ports.pepper(), query, body), body]).toString('base64url');
  }

  /** @throws {Fault} when the text is not a cursor of the list with this query */
  async read(cursor: string, query: object): Promise<CursorPlace> {
    const bytes = Buffer.from(cursor, 'base64url');
    const [signed, body] = [bytes.subarray(0, SIGNATURE_BYTES), bytes.subarray(SIGNATURE_BYTES)];
    const expected = signature(await this.ports.pepper(), query, body);
    if (signed.length !== SIGNATURE_BYTES || !timingSafeEqual(signed, expected)) {
      const text = 'cursor is not of this list, expected the nextCursor of the page before';
      throw new Fault('command-not-valid', text, [{ path: ['cursor'], text }]);
    }
    return JSON.parse(body.toString('utf8'));
  }
}

/** The key is derived from the pepper, so that no signature of a cursor is ever the hash of a token. */
function signature({ key }: CurrentPepper, query: object, body: Buffer): Buffer {
  const derived = createHmac('sha256', key).update('gatehouse list cursor').digest();
  const members = Object.entries(query).filter(([, value]) => value !== undefined);
  const text = JSON.stringify(members.sort(([one], [other]) => (one < other ? -1 : 1)));
  // The length keeps query and place apart.
  return createHmac('sha256', derived)
    .update(`${text.length}:${text}`)
    .update(body)
    .digest()
    .subarray(0, SIGNATURE_BYTES);
}
