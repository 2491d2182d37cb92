import { generationEnd } from '../../../lib/generation-end';
import { scopeMatches } from '../../../lib/scopes';
import type { ListedToken } from '../../../lib/token-record';
import type { UsageSummary } from '../../../lib/usage/summary';
import { isoTime } from '../views';

/** What is untidy about a token. */
export type FindingKind =
  /** It lives longer than the platform allows by now. */
  | 'over-longest-lifetime'
  /** It may be used from every network. */
  | 'no-networks'
  | 'never-used'
  | 'unused-30-days'
  | 'unused-90-days'
  /** It holds scopes that it did not use in the last 30 days. */
  | 'unused-scopes'
  /** An older secret of it is used after a newer one was made, and still accepted. */
  | 'old-secret-in-use';

export interface FindingView {
  readonly kind: FindingKind;
  /** With `unused-scopes`: granted scopes that no call needed. */
  readonly unusedScopes?: string[] | undefined;
  /** With `unused-scopes`: the scopes that calls needed, which would be enough. */
  readonly usedScopes?: string[] | undefined;
  /** With `unused-scopes`: first moment of the time that was looked at, no longer ago than 30 days. */
  readonly since?: string | undefined;
  /** With `old-secret-in-use`: last use of the older secret. */
  readonly lastUsedAt?: string | undefined;
  /** With `old-secret-in-use`: when it ends. */
  readonly endsAt?: string | undefined;
}

export interface HygieneFacts {
  /** Epoch seconds. */
  readonly now: number;
  /** Longest lifetime that the platform allows, in seconds. */
  readonly maxLifetimeSeconds: number;
  /** When counting began, in epoch seconds; `undefined` when nothing was counted, or it cannot be read. */
  readonly countedSince: number | undefined;
  readonly summary: UsageSummary | undefined;
}

const DAY_SECONDS = 86_400;
const LOOKED_AT_DAYS = 30;

/** What is untidy about a token that is accepted. A token of yesterday is not yet told as never used. */
export function findingsOf(token: ListedToken, facts: HygieneFacts): FindingView[] {
  const { now, maxLifetimeSeconds, countedSince } = facts;
  const { createdAt, lastUsedAt, cidrs, expiresAt } = token;
  const findings: FindingView[] = [];
  if (expiresAt - createdAt > maxLifetimeSeconds) {
    findings.push({ kind: 'over-longest-lifetime' });
  }
  if (cidrs.length === 0) {
    findings.push({ kind: 'no-networks' });
  }
  // Of the time before counting began nothing is known.
  const knownDays = (now - Math.max(lastUsedAt ?? createdAt, countedSince ?? now)) / DAY_SECONDS;
  if (lastUsedAt === undefined && knownDays >= 1) {
    findings.push({ kind: 'never-used' });
  }
  if (knownDays >= 90) {
    findings.push({ kind: 'unused-90-days' });
  } else if (knownDays >= LOOKED_AT_DAYS) {
    findings.push({ kind: 'unused-30-days' });
  }
  return [...findings, ...scopeFinding(token, facts), ...oldSecret(token, now)];
}

/** Only of a token that is used: of another, none of its scopes is. */
function scopeFinding({ scopes, createdAt }: ListedToken, { now, countedSince, summary }: HygieneFacts): FindingView[] {
  if (summary === undefined || summary.incomplete === true || countedSince === undefined) {
    return [];
  }
  const since = Math.max(now - LOOKED_AT_DAYS * DAY_SECONDS, createdAt, countedSince);
  const day = new Date(since * 1000).toISOString().slice(0, 10);
  const used = Object.keys(summary.scopes).filter((scope) => (summary.scopes[scope] ?? '') >= day);
  const unused = scopes.filter((granted) => !used.some((scope) => scopeMatches(granted, scope)));
  if (used.length === 0 || (unused.length === 0 && !scopes.some(isWildcard))) {
    return [];
  }
  return [{ kind: 'unused-scopes', unusedScopes: unused, usedScopes: used.sort(), since: isoTime(since) }];
}

/** A wildcard is wider than the scopes that it was used for, however many there are. */
function isWildcard(scope: string): boolean {
  return scope === '*' || scope.endsWith(':*');
}

function oldSecret(token: ListedToken, now: number): FindingView[] {
  const { secrets = [], uses = {} } = token;
  const newest = secrets.reduce((latest, { number }) => Math.max(latest, number), 0);
  const newer = secrets.find(({ number }) => number === newest);
  return secrets.flatMap((secret) => {
    const lastAt = uses[secret.number]?.lastAt;
    const endsAt = generationEnd(token, secret);
    if (secret.number === newest || lastAt === undefined || lastAt < (newer?.createdAt ?? 0) || endsAt <= now) {
      return [];
    }
    return [{ kind: 'old-secret-in-use' as const, lastUsedAt: isoTime(lastAt), endsAt: isoTime(endsAt) }];
  });
}
