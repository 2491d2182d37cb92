import { timingSafeEqual } from 'node:crypto';
import { type Person, personMemberId } from '../../lib/person';
import {
  type ListedSession,
  type PersonSessions,
  SESSION_STEP_SECONDS,
  type SessionRecord,
  sessionKey,
} from '../../lib/session-record';
import type { PortalBffConfig } from '../config';
import type { PortalBffPorts, ProviderTokens } from '../ports';
import { ProblemError } from '../problem';
import { csrfValue, hashOf, newText, open, seal } from './sealing';

/** A session that a request belongs to. */
export interface OpenSession {
  readonly record: SessionRecord;
  /** Text of the cookie that opens it. */
  readonly text: string;
  /** What the page repeats with each change. */
  readonly csrf: string;
  readonly person: PersonSessions;
}

/** What is known of a person who signed in. */
export type NewSession = Pick<
  SessionRecord,
  'provider' | 'issuer' | 'subject' | 'name' | 'email' | 'scopes' | 'authTime' | 'acr' | 'amr' | 'userAgent'
> & { readonly tokens: ProviderTokens };

/** A session as its person sees it. All times are epoch seconds. */
export interface ShownSession {
  readonly id: string;
  readonly isCurrent: boolean;
  readonly startedAt: number;
  readonly seenAt: number;
  readonly endsAt: number;
  readonly userAgent?: string | undefined;
}

/** Writers of one person's list that lose against each other try again so often. */
const ATTEMPTS = 8;
/** How long an ended session stays in the table, in seconds: TTL is hygiene, each expiry is compared. */
const PURGE_AFTER_SECONDS = 3600;

/**
 * The sessions of people. The item of a person lists its sessions by id and hash, and a session that is not listed so is over: to end some or
 * all of them is one conditional write, and holds with the next request.
 */
export class Sessions {
  constructor(
    private readonly config: Pick<PortalBffConfig, 'ownIssuer' | 'idleSeconds' | 'longestSeconds' | 'mostSessions'>,
    private readonly ports: Pick<PortalBffPorts, 'clock' | 'newId' | 'store'>,
  ) {}

  /**
   * The session of a cookie; `undefined` when there is none, or it is over.
   *
   * @param cookie `<id of the person>.<text>`
   */
  async find(cookie: string): Promise<OpenSession | undefined> {
    const [memberId = '', text = ''] = cookie.split('.');
    const hash = hashOf(text);
    const { session: record, person } = await this.ports.store.find(hash, memberId);
    const now = this.now();
    if (!record || record.memberId !== memberId || person.isDisabled === true) {
      return undefined;
    }
    const listed = person.sessions?.[record.id];
    const isOver = now >= record.endsAt || now >= record.seenAt + this.config.idleSeconds;
    if (!listed || !isSame(listed.hash, hash) || isOver) {
      return undefined;
    }
    return { record, text, csrf: csrfValue(text), person };
  }

  /** Notes that a session was used. Lost against another request, the note is theirs. */
  async touch({ record }: OpenSession): Promise<void> {
    const seenAt = this.now();
    if (seenAt >= record.seenAt + SESSION_STEP_SECONDS) {
      await this.ports.store.update(record, { seenAt });
    }
  }

  /**
   * Begins a session. The oldest ones of the person end where there would be too many.
   *
   * @param before session in whose place it comes, after a step-up: its id stays, its text opens nothing any more
   * @returns value of the cookie, and the ids of the sessions that ended for it
   * @throws {ProblemError} when the person may not sign in
   */
  async begin(
    found: NewSession,
    before?: Pick<SessionRecord, 'id' | 'startedAt' | 'endsAt'>,
  ): Promise<{ readonly cookie: string; readonly record: SessionRecord; readonly ended: readonly string[] }> {
    const { tokens, ...about } = found;
    const memberId = this.memberIdOf(found);
    const text = newText();
    const hash = hashOf(text);
    const now = this.now();
    const id = before?.id ?? this.ports.newId();
    const startedAt = before?.startedAt ?? now;
    const endsAt = before?.endsAt ?? now + this.config.longestSeconds;
    const gone = await this.list(memberId, (sessions, person) => {
      if (person.isDisabled === true) {
        throw new ProblemError('not-allowed', 'the person may not sign in to the portal');
      }
      if (before && !sessions.has(before.id)) {
        throw new ProblemError('signed-out', 'the session ended while the person signed in again');
      }
      sessions.set(id, { hash, startedAt, endsAt });
      const others = [...sessions].filter(([other]) => other !== id).sort(([, a], [, b]) => a.startedAt - b.startedAt);
      for (const [other] of others.slice(0, Math.max(0, sessions.size - this.config.mostSessions))) {
        sessions.delete(other);
      }
    });
    const record: SessionRecord = {
      ...about,
      pk: sessionKey(hash),
      entity: 'session',
      id,
      memberId,
      startedAt,
      seenAt: now,
      endsAt,
      checkedAt: now,
      sealed: seal(tokens, text, 'session'),
      purgeAt: endsAt + PURGE_AFTER_SECONDS,
    };
    // Listed first: a session that a crash leaves listed and not written is none, and one that is written is always listed.
    await this.ports.store.put(record);
    await this.removeAll(gone.map(([, listed]) => listed.hash));
    return {
      cookie: `${memberId}.${text}`,
      record,
      ended: gone.map(([other]) => other).filter((other) => other !== id),
    };
  }

  /**
   * Ends sessions of a person.
   *
   * @param which ids of those that end
   * @returns ids of those that were there
   */
  async end(memberId: string, which: (id: string) => boolean): Promise<readonly string[]> {
    const gone = await this.list(memberId, (sessions) => {
      for (const id of [...sessions.keys()].filter(which)) {
        sessions.delete(id);
      }
    });
    await this.removeAll(gone.map(([, listed]) => listed.hash));
    return gone.map(([id]) => id);
  }

  /** The sessions of the person of a session, the newest first. */
  async shown({ record, person }: OpenSession): Promise<readonly ShownSession[]> {
    const listed = Object.values(person.sessions ?? {});
    const now = this.now();
    const records = await this.ports.store.list(listed.map(({ hash }) => hash));
    return records
      .filter(({ endsAt, seenAt }) => now < endsAt && now < seenAt + this.config.idleSeconds)
      .sort((a, b) => b.startedAt - a.startedAt)
      .map(({ id, startedAt, seenAt, endsAt, userAgent }) => ({
        id,
        isCurrent: id === record.id,
        startedAt,
        seenAt,
        endsAt,
        userAgent,
      }));
  }

  /** The provider's tokens of a session. */
  tokensOf({ record, text }: OpenSession): ProviderTokens {
    return open<ProviderTokens>(record.sealed, text, 'session');
  }

  memberIdOf(person: Person): string {
    return personMemberId(person, this.config.ownIssuer);
  }

  /**
   * Changes the list of a person's sessions, again when somebody else changed it meanwhile; those that are over by themselves leave it.
   *
   * @returns the entries that are not in it any more
   */
  private async list(
    memberId: string,
    change: (sessions: Map<string, ListedSession>, person: PersonSessions) => void,
  ): Promise<readonly (readonly [string, ListedSession])[]> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const person = await this.ports.store.readPerson(memberId);
      const before = Object.entries(person.sessions ?? {});
      const sessions = new Map(before.filter(([, { endsAt }]) => this.now() < endsAt));
      change(sessions, person);
      if (await this.ports.store.writePerson(memberId, person, Object.fromEntries(sessions))) {
        return before.filter(([id, { hash }]) => sessions.get(id)?.hash !== hash);
      }
    }
    throw new ProblemError('unavailable', 'the sessions of the person change too fast; try again in a moment');
  }

  /** What is not listed is over; the items go for tidiness, and by their time to live where this fails. */
  private async removeAll(hashes: readonly string[]): Promise<void> {
    await Promise.allSettled(hashes.map((hash) => this.ports.store.remove(hash)));
  }

  private now(): number {
    return Math.floor(this.ports.clock() / 1000);
  }
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
