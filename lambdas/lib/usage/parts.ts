import { createHash } from 'node:crypto';
import { addCounters, type CountedLine, type Counters, countersOf, NO_CALLS } from './counters';

/** Whose calls are counted together: a token's, those of an application's access tokens, or those of an API that carried neither. */
export type UsageSubject = `token#${string}` | `application#${string}` | `api#${string}`;

/** What one delivery says of the calls of one subject in one hour: what is counted as a whole or not at all. */
export interface UsagePart {
  readonly subject: UsageSubject;
  /** Hour of the requests in UTC, for example `2026-12-01T04`. */
  readonly hour: string;
  /** Tells the part from all others of the subject and the hour; the same whenever the delivery is repeated. */
  readonly digest: string;
  readonly counters: Counters;
}

/** Characters of a digest, 6 bits each. */
export const DIGEST_LENGTH = 16;

/** Hour of a time, in UTC. @param at epoch milliseconds */
export function hourOf(at: number): string {
  return new Date(at).toISOString().slice(0, 13);
}

/** Beginning of an hour, in epoch seconds. */
export function hourStart(hour: string): number {
  return Date.parse(`${hour}:00:00Z`) / 1000;
}

/** Whose call a line is. */
export function subjectOf({ line, api }: CountedLine): UsageSubject {
  const { tokenId, application } = line;
  return tokenId !== undefined
    ? `token#${tokenId}`
    : application !== undefined
      ? `application#${application}`
      : `api#${api}`;
}

/**
 * The parts of a delivery. A line that it has twice counts once. The order of the lines makes no difference.
 */
export function partsOf(lines: readonly CountedLine[]): UsagePart[] {
  const groups = new Map<string, Map<string, CountedLine>>();
  for (const counted of lines) {
    const key = `${subjectOf(counted)} ${hourOf(counted.line.at)}`;
    const group = groups.get(key) ?? new Map<string, CountedLine>();
    groups.set(key, group.set(counted.line.id, counted));
  }
  return [...groups].map(([key, group]) => {
    const [subject = '', hour = ''] = key.split(' ');
    const members = [...group].sort(([a], [b]) => (a < b ? -1 : 1));
    return {
      subject: subject as UsageSubject,
      hour,
      digest: digestOf(members.map(([id]) => id)),
      counters: members.map(([, counted]) => countersOf(counted)).reduce(addCounters, NO_CALLS),
    };
  });
}

function digestOf(ids: readonly string[]): string {
  const hash = createHash('sha256');
  for (const id of ids) {
    hash.update(`${id.length} ${id}`);
  }
  return hash.digest('base64url').slice(0, DIGEST_LENGTH);
}
