import { createHash } from 'node:crypto';
import { onceKey } from '../../../lib/once-key';
import { epochSeconds, type StoredItem, type TokenServicePorts } from '../ports';
import { ATTEMPTS, backoffMs } from '../retry';

/** How long a key is remembered, in seconds: a day. */
export const REMEMBERED_SECONDS = 86_400;

/** How long a request is taken to be running, in milliseconds: no gateway waits longer for the function. */
const RUNNING_MS = 30_000;

/** The answer to a request, without what is shown once. */
export interface KeptAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A request that may be repeated, in the token table under a hash of who sent it, where, and its key. */
interface RequestItem extends StoredItem {
  readonly entity: 'once';
  /** Hash of everything that the request asks for. */
  readonly fingerprint: string;
  /** Id of what the request makes: drawn before it is made, so that a repeat makes the same. */
  readonly madeId: string;
  /** Epoch seconds. */
  readonly startedAt: number;
  /** Until when nobody else takes it up, epoch milliseconds. */
  readonly runningUntil?: number;
  readonly answer?: KeptAnswer;
  /** DynamoDB time to live, epoch seconds. */
  readonly purgeAt: number;
}

/** What those who do a request have to know in order not to do it twice. */
export interface Repeatable {
  /** Names the request; what it makes may carry this. */
  readonly key: string;
  /** Id of what it makes. */
  readonly madeId: string;
  /** When it came for the first time, epoch seconds. */
  readonly since: number;
  /** Whether an attempt before may have done it, or a part of it. */
  readonly isTakenUp: boolean;
  /** Set by whoever finds that an attempt before has done it. */
  wasDone: boolean;
}

/** What becomes of a request with a key. */
export type Begun =
  | { readonly is: 'to-do'; readonly request: Repeatable; readonly version: number }
  | { readonly is: 'done'; readonly answer: KeptAnswer }
  | { readonly is: 'running'; readonly seconds: number }
  | { readonly is: 'another' };

/** Key of the item of a request. */
export function requestKey(principal: string, route: string, key: string): string {
  const hash = createHash('sha256').update(JSON.stringify([principal, route, key]));
  return onceKey('idempotency', hash.digest('base64url'));
}

/**
 * Remembers requests by their keys, so that one that is repeated is not done twice. A request is entered before anything is done, with the id of
 * what it will make. Whatever moment a function dies at, a repeat takes the request up and finds by that id, or by the key in the record, what is done.
 */
export class Requests {
  constructor(private readonly ports: Pick<TokenServicePorts, 'items' | 'now' | 'newId' | 'wait' | 'random'>) {}

  /**
   * @param key of its item
   * @param fingerprint hash of everything that it asks for
   */
  async begin(key: string, fingerprint: string): Promise<Begun> {
    const { items } = this.ports;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const now = epochSeconds(this.ports);
      const found = await items.get<RequestItem>(key);
      const fresh = {
        fingerprint,
        madeId: this.ports.newId(),
        startedAt: now,
        runningUntil: this.ports.now() + RUNNING_MS,
        purgeAt: now + REMEMBERED_SECONDS,
      };
      if (found === undefined) {
        const item: RequestItem = { pk: key, entity: 'once', version: 1, ...fresh };
        if (await items.add(item)) {
          return toDo(item, false);
        }
      } else if (found.purgeAt <= now) {
        // DynamoDB deletes late.
        const item = await items.update<RequestItem>(key, found.version, { ...fresh, answer: undefined });
        if (item !== undefined) {
          return toDo(item, false);
        }
      } else {
        const begun = await this.takeUp(found, fingerprint);
        if (begun !== undefined) {
          return begun;
        }
      }
      await this.ports.wait(backoffMs(attempt, this.ports.random()));
    }
    return { is: 'running', seconds: 1 };
  }

  /** Keeps the answer for those who repeat the request. */
  async finish(key: string, version: number, answer: KeptAnswer): Promise<void> {
    await this.ports.items.update<RequestItem>(key, version, { answer, runningUntil: undefined });
  }

  /** Lets the next attempt begin at once: this one has failed, or was refused. */
  async release(key: string, version: number): Promise<void> {
    await this.ports.items.update<RequestItem>(key, version, { runningUntil: undefined });
  }

  private async takeUp(found: RequestItem, fingerprint: string): Promise<Begun | undefined> {
    if (found.fingerprint !== fingerprint) {
      return { is: 'another' };
    }
    if (found.answer !== undefined) {
      return { is: 'done', answer: found.answer };
    }
    const left = (found.runningUntil ?? 0) - this.ports.now();
    if (left > 0) {
      return { is: 'running', seconds: Math.ceil(left / 1000) };
    }
    const runningUntil = this.ports.now() + RUNNING_MS;
    const item = await this.ports.items.update<RequestItem>(found.pk, found.version, { runningUntil });
    return item && toDo(item, true);
  }
}

function toDo({ pk, madeId, startedAt, version }: RequestItem, isTakenUp: boolean): Begun {
  return { is: 'to-do', request: { key: pk, madeId, since: startedAt, isTakenUp, wasDone: false }, version };
}
