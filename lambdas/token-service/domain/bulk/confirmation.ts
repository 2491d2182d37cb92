import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { Fault } from '../fault';
import { epochSeconds, type TokenServicePorts } from '../ports';

/** What a dry run found, and when. */
export interface Confirmed {
  /** Tokens that were counted. */
  readonly count: number;
  /** Epoch seconds. */
  readonly at: number;
}

/** How long a confirmation holds, in seconds. */
export const CONFIRMATION_SECONDS = 600;

/** Bytes of the signature that are kept: 128 bits. */
const SIGNATURE_BYTES = 16;

const ID_LENGTH = 16;
const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/**
 * Says what a dry run found, signed with everything that it was asked, so that exactly that is started by who asked, soon, and once. The key is
 * derived from the pepper: after its rotation a dry run is made again.
 */
export class Confirmations {
  constructor(private readonly ports: Pick<TokenServicePorts, 'pepper' | 'now'>) {}

  /** @param what everything of the request that decides what is done, with who asked */
  async write(what: object, count: number): Promise<string> {
    const body = Buffer.from(JSON.stringify([count, epochSeconds(this.ports)]));
    return Buffer.concat([await this.signature(what, body), body]).toString('base64url');
  }

  /** @throws {Fault} when it is the confirmation of something else, or too old */
  async read(confirmation: string, what: object): Promise<Confirmed> {
    const bytes = Buffer.from(confirmation, 'base64url');
    const [signed, body] = [bytes.subarray(0, SIGNATURE_BYTES), bytes.subarray(SIGNATURE_BYTES)];
    const expected = await this.signature(what, body);
    if (signed.length !== SIGNATURE_BYTES || !timingSafeEqual(signed, expected)) {
      throw notConfirmed(
        'confirmation is not of this request, expected that of a dry run of the same action and tokens',
      );
    }
    const [count, at] = JSON.parse(body.toString('utf8')) as [number, number];
    const age = epochSeconds(this.ports) - at;
    if (age > CONFIRMATION_SECONDS) {
      throw notConfirmed(
        `confirmation is ${age} seconds old, expected that of a dry run of the last ${CONFIRMATION_SECONDS} seconds`,
      );
    }
    return { count, at };
  }

  private async signature(what: object, body: Buffer): Promise<Buffer> {
    const { key } = await this.ports.pepper();
    const derived = createHmac('sha256', key).update('gatehouse bulk confirmation').digest();
    const text = JSON.stringify(sorted(what));
    // The length keeps the request and what was found apart.
    return createHmac('sha256', derived)
      .update(`${text.length}:${text}`)
      .update(body)
      .digest()
      .subarray(0, SIGNATURE_BYTES);
  }
}

/** Id of the job that a confirmation starts: one, however often the request comes. */
export function jobIdOf(confirmation: string): string {
  const hash = createHash('sha256').update(`job ${confirmation}`).digest();
  return [...hash.subarray(0, ID_LENGTH)].map((byte) => BASE62[byte % BASE62.length]).join('');
}

function notConfirmed(text: string): Fault {
  return new Fault('command-not-valid', text, [{ path: ['confirmation'], text }]);
}

/** Members in one order, absent ones left out: the same request has one text. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(sorted);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return members.sort(([one], [other]) => (one < other ? -1 : 1)).map(([name, member]) => [name, sorted(member)]);
}
