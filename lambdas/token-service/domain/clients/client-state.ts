import type { ClientRecord } from '../../../lib/client-record';
import { LONGEST_DERIVED_SECONDS, sourceOf } from '../../../lib/token-source';
import type { TrailState } from '../../../lib/trail/trail-entry';
import type { EndedSource } from '../revocation/sources';

/** What the trail says of a client: what decides who may do what with it, and no free text. Of keys it has the names. */
export function clientState(client: ClientRecord): TrailState {
  const { name, application, team, status, authMethods, grants, scopes, resources, cidrs, certificate } = client;
  return {
    name,
    application,
    team,
    status,
    authMethods,
    grants,
    scopes,
    resources,
    cidrs,
    certificate: certificate && { ...certificate },
    dpopBoundAccessTokens: client.dpopBoundAccessTokens,
    accessTokenSeconds: client.accessTokenSeconds,
    keys: client.keys.map(({ kid, algorithm }) => ({ kid, algorithm })),
    secrets: client.generations.map(({ number, graceUntil }) => ({ number, graceUntil })),
  };
}

/** What differs between two states of a client, as it was and as it is. */
export function clientChange(before: ClientRecord, after: ClientRecord): { before: TrailState; after: TrailState } {
  const [old, now] = [clientState(before), clientState(after)];
  const changed = Object.keys(now).filter((name) => JSON.stringify(old[name]) !== JSON.stringify(now[name]));
  const only = (state: TrailState) => Object.fromEntries(changed.map((name) => [name, state[name]]));
  return { before: only(old), after: only(now) };
}

/** A client as what access tokens were derived from. */
export function sourceOfClient({
  id,
  application,
  status,
}: Pick<ClientRecord, 'id' | 'application' | 'status'>): EndedSource {
  return { source: sourceOf('client', id), application, isOver: status === 'removed' };
}

/**
 * Whether a client may do less than before, or proves who it is by less, so that what was derived from it may do too much, or be somebody else's.
 *
 * @param now epoch seconds
 */
export function isNarrower(client: ClientRecord, before: ClientRecord, now: number): boolean {
  return (
    (before.status === 'active' && client.status !== 'active') ||
    (['scopes', 'grants', 'authMethods'] as const).some((name) => loses(before[name], client[name])) ||
    isBoundTighter(before.cidrs, client.cidrs) ||
    isBoundTighter(before.resources ?? [], client.resources ?? []) ||
    loses(
      before.keys.map(({ kid }) => kid),
      client.keys.map(({ kid }) => kid),
    ) ||
    (before.certificate !== undefined && JSON.stringify(before.certificate) !== JSON.stringify(client.certificate)) ||
    (client.dpopBoundAccessTokens === true && before.dpopBoundAccessTokens !== true) ||
    endsSecretSoon(client, before, now)
  );
}

function loses(before: readonly string[], after: readonly string[]): boolean {
  return before.some((one) => !after.includes(one));
}

/** Of lists in which none means any. By their texts: what lies in another one counts as gone, which costs a request and nothing else. */
function isBoundTighter(before: readonly string[], after: readonly string[]): boolean {
  return after.length > 0 && (before.length === 0 || loses(before, after));
}

/** Whether a secret ends so much sooner than before that something that was derived by it may live on. */
function endsSecretSoon(client: ClientRecord, before: ClientRecord, now: number): boolean {
  return before.generations.some(({ number, graceUntil: endBefore = Number.POSITIVE_INFINITY }) => {
    const kept = client.generations.find((generation) => generation.number === number);
    const end = kept === undefined ? 0 : (kept.graceUntil ?? Number.POSITIVE_INFINITY);
    return endBefore > now && end < endBefore && end < now + LONGEST_DERIVED_SECONDS.client;
  });
}
