import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { parseApiToken } from '../../lib/api-token';
import type { ClientRecord } from '../../lib/client-record';
import { clientSecretBrand } from '../../lib/grammar';
import type { SecretGeneration } from '../../lib/token-record';
import type { TokenEndpointConfig } from '../config';
import type { Peppers } from '../peppers';

/** Secrets that a client may have at the same time. */
const MOST_SECRETS = 2;

/** Stands for a generation that there is not, so that as much is computed for every client. Its hash is that of no secret. */
const NO_SECRET = { hash: randomBytes(32).toString('base64url'), pepperId: undefined, graceUntil: 0 } as const;

/** Id of the client that a secret is for; `undefined` when it is no client secret of this platform. It costs no read. */
export function clientOfSecret(secret: string, config: TokenEndpointConfig): string | undefined {
  const parts = parseApiToken(secret);
  return parts?.brand === clientSecretBrand(config.brand) && parts.environment === config.tokenEnvironment
    ? parts.id
    : undefined;
}

/**
 * When a secret ends that the client has now, in epoch seconds, `Infinity` for the newest; `undefined` when it has no such secret. The same is computed whether there is such a client or not, and each comparison takes
 * the same time, so that nobody learns from it which clients there are.
 *
 * @param now epoch seconds
 */
export async function secretEnd(
  secret: string,
  client: ClientRecord | undefined,
  now: number,
  peppers: Peppers,
): Promise<number | undefined> {
  const generations: (SecretGeneration | typeof NO_SECRET)[] = (client?.generations ?? []).slice(0, MOST_SECRETS);
  let end: number | undefined;
  for (let position = 0; position < MOST_SECRETS; position++) {
    const { hash, pepperId, graceUntil = Number.POSITIVE_INFINITY } = generations[position] ?? NO_SECRET;
    const found = pepperId === undefined ? undefined : await peppers.find(pepperId);
    const key = found ?? (await peppers.current());
    const expected = Buffer.from(hash, 'base64url');
    const actual = createHmac('sha256', key).update(secret).digest();
    const isEqual = actual.length === expected.length && timingSafeEqual(actual, expected);
    const holds = isEqual && now < graceUntil && found !== undefined;
    end = holds ? graceUntil : end;
  }
  return end;
}
