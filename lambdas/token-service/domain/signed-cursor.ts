import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { Fault } from './fault';
import type { TokenServicePorts } from './ports';

/** Where a list goes on, as JSON says it. */
export type CursorPlace = readonly (string | number)[];

/** Bytes of the signature that are kept: 128 bits. */
const SIGNATURE_BYTES = 16;

/**
 * Places in lists as opaque texts. A cursor is signed together with the whole query that it belongs to, so that it leads to nothing that its
 * list would not have shown, and cannot be carried over to another list. It holds for as long as the pepper that it was signed under is accepted.
 */
export class SignedCursors {
  constructor(private readonly ports: Pick<TokenServicePorts, 'pepper'>) {}

  /** @param query everything of the request that decides what is in the list, with the kind of list */
  async write(query: object, place: CursorPlace): Promise<string> {
    const body = Buffer.from(JSON.stringify(place));
    const { key } = await this.ports.pepper();
    return Buffer.concat([signature(key, query, body), body]).toString('base64url');
  }

  /** @throws {Fault} when the text is not a cursor of the list with this query */
  async read(cursor: string, query: object): Promise<CursorPlace> {
    const bytes = Buffer.from(cursor, 'base64url');
    const [signed, body] = [bytes.subarray(0, SIGNATURE_BYTES), bytes.subarray(SIGNATURE_BYTES)];
    const { key, others = new Map<string, Buffer>() } = await this.ports.pepper();
    const isSigned = [key, ...others.values()].some(
      (pepper) => signed.length === SIGNATURE_BYTES && timingSafeEqual(signed, signature(pepper, query, body)),
    );
    if (!isSigned) {
      const text = 'cursor is not of this list, expected the nextCursor of the page before';
      throw new Fault('command-not-valid', text, [{ path: ['cursor'], text }]);
    }
    return JSON.parse(body.toString('utf8'));
  }
}

/** The key is derived from the pepper, so that no signature of a cursor is ever the hash of a token. */
function signature(pepper: Buffer, query: object, body: Buffer): Buffer {
  const derived = Buffer.from(hkdfSync('sha256', pepper, '', 'gatehouse list cursor', 32));
  const members = Object.entries(query).filter(([, value]) => value !== undefined);
  const text = JSON.stringify(members.sort(([one], [other]) => (one < other ? -1 : 1)));
  // The length keeps query and place apart.
  return createHmac('sha256', derived)
    .update(`${text.length}:${text}`)
    .update(body)
    .digest()
    .subarray(0, SIGNATURE_BYTES);
}
