import type { IssueToken } from '../commands';
import type { FaultDetail } from '../fault';
import type { TokenSettings } from '../settings';

/** From when until when a token is valid, in epoch seconds. */
export interface Lifetime {
  readonly notBefore?: number;
  readonly expiresAt: number;
}

type LifetimeRequest = Pick<IssueToken, 'expiresAt' | 'expiresInSeconds' | 'notBefore'>;

/**
 * The lifetime that a request asks for, and what is wrong with it. No value means "for ever": a token always expires,
 * within the configured longest lifetime counted from now. Fractions of a second are dropped.
 *
 * @param now epoch seconds
 * @param latest moment that a lifetime which is not asked for never passes, epoch seconds
 */
export function lifetimeOf(
  request: LifetimeRequest,
  config: Pick<TokenSettings, 'defaultLifetimeSeconds' | 'maxLifetimeSeconds'>,
  now: number,
  latest = Number.POSITIVE_INFINITY,
): { readonly lifetime: Lifetime; readonly faults: readonly FaultDetail[] } {
  const { maxLifetimeSeconds, defaultLifetimeSeconds } = config;
  const faults: FaultDetail[] = [];
  const seconds = request.expiresInSeconds ?? Math.min(defaultLifetimeSeconds, maxLifetimeSeconds);
  const isAsked = request.expiresAt !== undefined || request.expiresInSeconds !== undefined;
  const end = request.expiresAt === undefined ? now + seconds : epochSeconds(request.expiresAt);
  const expiresAt = isAsked ? end : Math.min(end, Math.floor(latest));
  const notBefore = request.notBefore === undefined ? undefined : epochSeconds(request.notBefore);
  const limit = `expected at most ${maxLifetimeSeconds} seconds from now`;

  if (request.expiresAt !== undefined && request.expiresInSeconds !== undefined) {
    faults.push({
      path: ['expiresAt'],
      text: 'expiresAt and expiresInSeconds are both given, expected at most one of them',
    });
  } else if (request.expiresInSeconds !== undefined && seconds > maxLifetimeSeconds) {
    faults.push({ path: ['expiresInSeconds'], text: `expiresInSeconds is ${seconds}, ${limit}` });
  } else if (request.expiresAt !== undefined && expiresAt <= now) {
    faults.push({ path: ['expiresAt'], text: `expiresAt is "${request.expiresAt}", expected a time to come` });
  } else if (request.expiresAt !== undefined && expiresAt - now > maxLifetimeSeconds) {
    faults.push({ path: ['expiresAt'], text: `expiresAt is "${request.expiresAt}", ${limit}` });
  }
  if (notBefore !== undefined && notBefore < now) {
    faults.push({
      path: ['notBefore'],
      text: `notBefore is "${request.notBefore}", expected no time in the past`,
    });
  } else if (notBefore !== undefined && notBefore >= expiresAt) {
    faults.push({
      path: ['notBefore'],
      text: `notBefore is "${request.notBefore}", expected a time before the token expires`,
    });
  }
  return { lifetime: { expiresAt, ...(notBefore === undefined ? {} : { notBefore }) }, faults };
}

function epochSeconds(text: string): number {
  return Math.floor(Date.parse(text) / 1000);
}
