import type { TokenRecord } from '../../lib/token-record';
import type { TrailState } from '../../lib/trail/trail-entry';

/** What the trail says of a token: what decides who may do what with it, and nothing that people wrote as free text. */
export function tokenState(token: TokenRecord): TrailState {
  const { name, application, team, tier, scopes, cidrs, status, notBefore, expiresAt, blocked } = token;
  return {
    name,
    application,
    team,
    tier,
    scopes,
    cidrs,
    status,
    notBefore,
    expiresAt,
    blocked: blocked && [...blocked.reasons],
    secrets: token.generations.map(({ number, graceUntil, overlapSeconds }) => ({
      number,
      graceUntil,
      overlapSeconds,
    })),
  };
}

/** What differs between two states of a token, as it was and as it is. */
export function tokenChange(before: TokenRecord, after: TokenRecord): { before: TrailState; after: TrailState } {
  const [old, now] = [tokenState(before), tokenState(after)];
  const changed = Object.keys(now).filter((name) => JSON.stringify(old[name]) !== JSON.stringify(now[name]));
  const only = (state: TrailState) => Object.fromEntries(changed.map((name) => [name, state[name]]));
  return { before: only(old), after: only(now) };
}
