import { refreshedValue } from '../../lib/refreshed-value';
import type { AuthorizerPorts } from '../ports';
import { unreadable } from '../reasons';

const REFRESH_AFTER_MS = 300_000;
const MAX_STALE_MS = 3_600_000;
const COOLDOWN_MS = 30_000;

/** The secret by which the authorizer authenticates at an authorization server. */
export interface ClientSecret {
  /** The value. Rejects when there is none. */
  current(): Promise<string>;
  /** The value that took the place of one that the server refused; `undefined` when there is no other. Rejects when it cannot be read. */
  successor(refused: string): Promise<string | undefined>;
}

/**
 * Keeps a client secret in memory: read again after 300 s, and when the server refuses it, at most once in 30 s. When that
 * fails, the last value serves for up to an hour.
 */
export function createClientSecret(name: string, ports: AuthorizerPorts): ClientSecret {
  const secret = refreshedValue({
    clock: ports.clock,
    read: () => ports.readSecret(name).then(clientSecretOf).catch(unreadable('client secret')),
    freshMs: REFRESH_AFTER_MS,
    staleMs: MAX_STALE_MS,
    cooldownMs: COOLDOWN_MS,
    onFailure: (error) => ports.warn('client_secret_refresh_failed', error),
  });
  return {
    current: async () => secret.get(),
    successor: async (refused) => secret.find((value) => (value === refused ? undefined : value)),
  };
}

/**
 * The client secret in a secret's value: the whole text, or the `secret` in a document of the kit's rotation.
 *
 * @throws {Error} for any other document; the message holds nothing of it
 */
function clientSecretOf(text: string): string {
  const value = text.startsWith('{') ? documentSecret(text) : text;
  if (typeof value !== 'string' || value === '') {
    throw new Error('secret is neither a text nor a rotation document of kind client-secret');
  }
  return value;
}

function documentSecret(text: string): unknown {
  try {
    const { schema, kind, payload } = JSON.parse(text);
    return schema === 1 && kind === 'client-secret' ? payload?.secret : undefined;
  } catch {
    // The parser's own message would quote the secret.
    return undefined;
  }
}
