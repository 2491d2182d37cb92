import { principalText } from '../../lib/principal';
import type { Ancestor, ApplicationRecord, ListedToken } from '../../lib/token-record';
import type { AncestorView, ApplicationView, TokenView } from '../http/schemas';

/**
 * The state of a token as shown. Revoked and disabled are what an operator set and come first; expired and
 * not-yet-valid are derived from the clock.
 *
 * @param now epoch seconds
 */
export function shownStatus(token: ListedToken, now: number): TokenView['status'] {
  if (token.status !== 'active') {
    return token.status;
  }
  if (now >= token.expiresAt) {
    return 'expired';
  }
  return token.notBefore !== undefined && now < token.notBefore ? 'not-yet-valid' : 'active';
}

/**
 * A token as callers may see it. Every member is named here, so that nothing new in the record is shown by accident.
 *
 * @param now epoch seconds
 */
export function tokenView(token: ListedToken, now: number): TokenView {
  const { description, tags, team, tier, notBefore, lastUsedAt, revokedAt, revokedBy, ancestors } = token;
  return {
    id: token.id,
    name: token.name,
    ...(description === undefined ? {} : { description }),
    ...(tags === undefined ? {} : { tags: { ...tags } }),
    application: token.application,
    ...(team === undefined ? {} : { team }),
    environment: token.environment,
    scopes: [...token.scopes],
    ...(tier === undefined ? {} : { tier }),
    status: shownStatus(token, now),
    cidrs: [...token.cidrs],
    createdAt: isoTime(token.createdAt),
    createdBy: token.createdBy,
    ...(ancestors === undefined || ancestors.length === 0 ? {} : { ancestors: ancestors.map(ancestorView) }),
    ...(notBefore === undefined ? {} : { notBefore: isoTime(notBefore) }),
    expiresAt: isoTime(token.expiresAt),
    ...(lastUsedAt === undefined ? {} : { lastUsedAt: isoTime(lastUsedAt) }),
    ...(revokedAt === undefined ? {} : { revokedAt: isoTime(revokedAt) }),
    ...(revokedBy === undefined ? {} : { revokedBy }),
    version: token.version,
  };
}

/** A token that another was derived from, as callers may see it. */
function ancestorView({ authMethod, issuer, subject, tokenId, administrator }: Ancestor): AncestorView {
  const principal = principalText({ method: authMethod, issuer, subject });
  return { principal, tokenId, ...(administrator === true ? { administrator } : {}) };
}

/** An application as callers may see it. */
export function applicationView(application: ApplicationRecord): ApplicationView {
  const { team, tier } = application;
  return {
    application: application.application,
    ...(team === undefined ? {} : { team }),
    ...(tier === undefined ? {} : { tier }),
    createdAt: isoTime(application.createdAt),
    version: application.version,
  };
}

/** Epoch seconds as RFC 3339 in UTC, without fractions. */
export function isoTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}
