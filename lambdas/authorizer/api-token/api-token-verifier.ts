import { createHmac, timingSafeEqual } from 'node:crypto';
import { parseApiToken } from '../../lib/api-token';
import { platformIssuer, principalPrefix } from '../../lib/principal';
import type { JudgedToken, SecretGeneration } from '../../lib/token-record';
import { whenReady } from '../../lib/when-ready';
import { BoundedCache } from '../bounded-cache';
import type { ApiTokenConfig } from '../config';
import { type Credential, timeProblem } from '../credential';
import { optionalParts } from '../optional-parts';
import type { AuthorizerPorts } from '../ports';
import type { Refusal } from '../reasons';
import { sha256 } from '../sha256';
import { createPepperCache, type PepperFinder } from './pepper-cache';
import { readToken } from './record';

/**
 * Verifies an API token: at once where no read is needed. Rejects when a dependency fails. A consistent read sees every
 * change that was acknowledged before.
 */
export type ApiTokenVerifier = (token: string, consistent: boolean) => Refusal | Promise<Credential | Refusal>;

/** What is reached for it. */
type VerifierPorts = Pick<AuthorizerPorts, 'clock' | 'readItem' | 'readPepper' | 'warn'>;

/** How long an unknown token is remembered, in milliseconds; a token that was just issued must work soon. */
const UNKNOWN_MS = 5000;
const UNKNOWN_SIZE = 2000;

/**
 * Verifies API tokens against the token table. Form, brand, environment word and checksum are judged before the one
 * read. What the record says about the token (status, times) is looked at only after its secret was proved, so that
 * nobody learns it from the public id. Well-formed tokens that are unknown, or have the wrong secret, are remembered for 5 s.
 *
 * @param findPepper where peppers are kept for others too. @default - a cache of its own
 * @param grace the part that knows ends of grace periods; it is loaded with the first secret that has one
 */
export function createApiTokenVerifier(
  config: Pick<ApiTokenConfig, 'brand' | 'tokenEnvironments'>,
  environment: string,
  ports: VerifierPorts,
  findPepper = createPepperCache(ports),
  grace: () => Pick<typeof import('./grace'), 'graceEnd'> = optionalParts.grace,
): ApiTokenVerifier {
  const issuer = platformIssuer(environment);
  const principalStart = principalPrefix('api_token', issuer);
  const unknown = new BoundedCache<true>(UNKNOWN_SIZE);

  function verify(token: string, tokenId: string, consistent: boolean, now: number): Promise<Credential | Refusal> {
    return readToken(ports, tokenId, consistent).then((record) =>
      whenReady(record && matchingGeneration(token, record.generations, findPepper), (generation) => {
        if (record && generation) {
          return judge(record, generation, now);
        }
        unknown.set(sha256(token), true, now + UNKNOWN_MS);
        return { refused: 'unknown_token', tokenId };
      }),
    );
  }

  function judge(record: JudgedToken, generation: SecretGeneration, now: number): Credential | Refusal {
    const { id: tokenId, status, notBefore = 0, expiresAt } = record;
    const graceUntil = generation.graceUntil === undefined ? undefined : grace().graceEnd(record, generation);
    const refusedFrom = graceUntil ?? expiresAt;
    // In the order in which the state of a token is shown: one that has expired is not blocked any more.
    const isBlocked = 'blocked' in record && now < refusedFrom * 1000;
    const refused =
      status !== 'active' ? status : isBlocked ? 'blocked' : timeProblem(now / 1000, notBefore, refusedFrom);
    return refused
      ? { refused, tokenId }
      : {
          authMethod: 'api_token',
          tokenId,
          principal: principalStart + tokenId,
          issuer,
          subject: tokenId,
          application: record.application,
          team: record.team,
          tier: record.tier,
          environment: record.environment,
          scopes: record.scopes,
          ancestors: record.ancestors,
          issuedAt: generation.createdAt,
          expiresAt,
          refusedFrom,
          graceUntil,
          secretGeneration: generation.number,
          cidrs: record.cidrs,
          usageKey: record.usageKey,
        };
  }

  return (token, consistent) => {
    const parts = parseApiToken(token);
    if (parts?.brand !== config.brand || !config.tokenEnvironments.includes(parts.environment)) {
      return { refused: 'malformed' };
    }
    const now = ports.clock();
    return !unknown.isEmpty && unknown.get(sha256(token), now)
      ? { refused: 'unknown_token', tokenId: parts.id }
      : verify(token, parts.id, consistent, now);
  };
}

/** The generation whose hash is that of the token. Every generation is compared, each in constant time. */
function matchingGeneration(
  token: string,
  generations: readonly SecretGeneration[],
  findPepper: PepperFinder,
  position = 0,
  match?: SecretGeneration,
): SecretGeneration | undefined | Promise<SecretGeneration | undefined> {
  const generation = generations[position];
  return generation
    ? whenReady(findPepper(generation.pepperId), (key) =>
        matchingGeneration(
          token,
          generations,
          findPepper,
          position + 1,
          isHashOf(token, key, generation) ? generation : match,
        ),
      )
    : match;
}

function isHashOf(token: string, key: Buffer | undefined, { hash }: SecretGeneration): boolean {
  const expected = Buffer.from(hash, 'base64url');
  const actual = key && createHmac('sha256', key).update(token).digest();
  return actual?.length === expected.length && timingSafeEqual(actual, expected);
}
