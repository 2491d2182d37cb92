import { createHash } from 'node:crypto';
import { type CanonicalValue, canonicalJson } from './canonical-json';

/** What an event was done to. */
export interface TrailObject {
  readonly kind:
    | 'token'
    | 'client'
    | 'application'
    | 'team'
    | 'member'
    | 'policy'
    | 'revocation'
    | 'revocations'
    | 'job';
  readonly id: string;
}

/** Public attributes of an object, as they were or are. Never a secret, nor a hash of one. */
export type TrailState = { readonly [name: string]: CanonicalValue | undefined };

/** Something that was done, or refused, and by whom. */
export interface TrailEvent {
  /** Unique: 16 letters and digits. */
  readonly id: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** What was done, for example `token.rotate`. */
  readonly action: string;
  /** Principal who did it; `direct-invocation` for whoever invoked the function. */
  readonly actor: string;
  /** Public id of the actor's token. */
  readonly actorToken?: string | undefined;
  /** Whom it was done for, where the actor does the work of somebody else: the job, and who started it. */
  readonly onBehalfOf?: string | undefined;
  readonly object: TrailObject;
  readonly team?: string | undefined;
  readonly application?: string | undefined;
  readonly outcome: 'done' | 'refused';
  /** Why it was refused, or why the caller says it was done. */
  readonly reason?: string | undefined;
  readonly before?: TrailState | undefined;
  readonly after?: TrailState | undefined;
  /** Request id of the gateway. */
  readonly requestId?: string | undefined;
  /** Source address of the request. */
  readonly address?: string | undefined;
}

/** An event at its place in the chain of the execution environment that wrote it. */
export interface TrailEntry extends TrailEvent {
  /** Chain: 16 letters and digits, chosen by the environment. */
  readonly writer: string;
  /** Place in the chain, from 1. */
  readonly seq: number;
  /** Hash of the entry before; {@link CHAIN_START} for the first. */
  readonly previous: string;
  /** SHA-256 of the canonical JSON of all other members, hexadecimal. */
  readonly hash: string;
}

/** `previous` of the first entry of a chain. */
export const CHAIN_START = '0'.repeat(64);

/** An event at a place of a chain, with its hash. */
export function trailEntry(event: TrailEvent, place: Pick<TrailEntry, 'writer' | 'seq' | 'previous'>): TrailEntry {
  const entry = withoutAbsent({ ...event, ...place });
  return { ...entry, hash: entryHash(entry) };
}

/** Hash of an entry: over everything in it but the hash itself. */
export function entryHash({ hash: _, ...entry }: Omit<TrailEntry, 'hash'> & { readonly hash?: string }): string {
  return createHash('sha256')
    .update(canonicalJson(entry as unknown as CanonicalValue))
    .digest('hex');
}

/** No store keeps absent members, and what was hashed has to be what is kept. */
function withoutAbsent<T extends object>(entry: T): T {
  return JSON.parse(JSON.stringify(entry)) as T;
}
