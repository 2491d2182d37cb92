import { createHmac, timingSafeEqual } from 'node:crypto';
import { parseApiToken } from '../lib/api-token';
import type { SecretGeneration } from '../lib/token-record';
import type { ApiTokenConfig } from './config';
import type { Credential } from './credential';
import { createPepperCache, type PepperFinder } from './pepper-cache';
import type { AuthorizerPorts } from './ports';
import type { Reason, Refusal } from './reasons';
import { readToken } from './record';

/** Verifies a token; rejects when a dependency fails. */
export type Verifier = (token: string) => Promise<Credential | Refusal>;

/**
 * Verifies API tokens against the token table. Form, brand, environment word and checksum are judged before the one
 * read. What the record says about the token (status, times) is looked at only after its secret was proved, so that
 * nobody learns it from the public id.
 */
export function createApiTokenVerifier(config: ApiTokenConfig, ports: AuthorizerPorts): Verifier {
  const findPepper = createPepperCache(ports);
  return async (token) => {
    const parts = parseApiToken(token);
    if (parts?.brand !== config.brand || !config.tokenEnvironments.includes(parts.environment)) {
      return { refused: 'malformed' };
    }
    const { id: tokenId } = parts;
    const record = await readToken(ports, tokenId);
    const generation = record && (await matchingGeneration(token, record.generations, findPepper));
    if (!generation) {
      return { refused: 'unknown_token', tokenId };
    }
    const { status, notBefore = 0, expiresAt } = record;
    const refusedFrom = Math.min(expiresAt, generation.graceUntil ?? expiresAt);
    const refused = status === 'active' ? timeProblem(ports.clock() / 1000, notBefore, refusedFrom) : status;
    return refused
      ? { refused, tokenId }
      : {
          ...record,
          authMethod: 'api_token',
          tokenId,
          principal: record.application,
          refusedFrom,
          secretGeneration: generation.number,
        };
  };
}

/** Whether a time lies before or after those in which a token is valid; all in epoch seconds. */
export function timeProblem(now: number, notBefore: number, refusedFrom: number): Reason | undefined {
  return now >= refusedFrom ? 'expired' : now < notBefore ? 'not_yet_valid' : undefined;
}

/** The generation whose hash is that of the token. Every generation is compared, each in constant time. */
async function matchingGeneration(
  token: string,
  generations: readonly SecretGeneration[],
  findPepper: PepperFinder,
): Promise<SecretGeneration | undefined> {
  let match: SecretGeneration | undefined;
  for (const generation of generations) {
    const key = await findPepper(generation.pepperId);
    const expected = Buffer.from(generation.hash, 'base64url');
    const actual = key && createHmac('sha256', key).update(token).digest();
    if (actual?.length === expected.length && timingSafeEqual(actual, expected)) {
      match = generation;
    }
  }
  return match;
}
