import { generationEnd } from '../../../lib/generation-end';
import { scopeMatches } from '../../../lib/scopes';
import type { TokenRecord } from '../../../lib/token-record';
import { LONGEST_DERIVED_SECONDS, SOURCE_TYPES, sourceOf } from '../../../lib/token-source';
import type { TrailEntry } from '../../../lib/trail/trail-entry';
import type { EndedSource } from './sources';

/** An API token as what access tokens were derived from. */
export function sourceOfToken({
  id,
  application,
  status,
}: Pick<TokenRecord, 'id' | 'application' | 'status'>): EndedSource {
  return { source: sourceOf('token', id), application, isOver: status === 'revoked' };
}

/** Whether a token may do less than before in any respect, so that what was derived from it may do too much. */
export function isNarrower(token: TokenRecord, before: TokenRecord): boolean {
  const lost = before.scopes.some((scope) => !token.scopes.some((held) => scopeMatches(held, scope)));
  // By their texts: a network that lies in another one counts as gone, which costs a request and nothing else.
  const isElsewhere =
    token.cidrs.length > 0 && (before.cidrs.length === 0 || before.cidrs.some((cidr) => !token.cidrs.includes(cidr)));
  return (
    (before.status === 'active' && token.status !== 'active') ||
    (before.blocked === undefined && token.blocked !== undefined) ||
    lost ||
    isElsewhere ||
    token.expiresAt < before.expiresAt ||
    (token.notBefore ?? 0) > (before.notBefore ?? 0)
  );
}

/**
 * Whether a secret ends so much sooner than before that something that was derived by it may live on.
 *
 * @param now epoch seconds
 */
export function endsSecretSoon(token: TokenRecord, before: TokenRecord, now: number): boolean {
  return before.generations.some((generation) => {
    const kept = token.generations.find(({ number }) => number === generation.number);
    const end = kept === undefined ? 0 : generationEnd(token, kept);
    const endBefore = generationEnd(before, generation);
    return endBefore > now && end < endBefore && end < now + LONGEST_DERIVED_SECONDS.token;
  });
}

/** Changes that end nothing that was derived, whatever they are. */
const HARMLESS: readonly string[] = [
  'token.issue',
  'token.enable',
  'token.unblock',
  'client.create',
  'client.enable',
  'client.add-key',
];

/**
 * The source that a change is about, of which only the entry of the trail is left: what has to follow from it may have broken off. Any change that may
 * be one to less counts.
 */
export function sourceOfChange({ action, object, application }: TrailEntry): EndedSource | undefined {
  const type = SOURCE_TYPES.find((one) => one === object.kind);
  const isHarmless = HARMLESS.includes(action);
  return type === undefined || isHarmless
    ? undefined
    : {
        source: sourceOf(type, object.id),
        application,
        isOver: action === 'token.revoke' || action === 'client.remove',
      };
}
