import type { AuthorizerPorts } from '../ports';
import { AuthorizerError } from '../reasons';

const REFRESH_AFTER_MS = 300_000;
const MAX_STALE_MS = 3_600_000;
const COOLDOWN_MS = 30_000;

/** The secret by which the authorizer authenticates at an authorization server. */
export interface ClientSecret {
  /** The value. Rejects with an {@link AuthorizerError} when there is none. */
  current(): Promise<string>;
  /** The value that took the place of one that the server refused; `undefined` when there is no other. */
  successor(refused: string): Promise<string | undefined>;
}

/**
 * Keeps a client secret in memory: read again after 300 s, and when the server refuses it, at most once in 30 s. When that
 * fails, the last value serves for up to an hour.
 */
export function createClientSecret(name: string, ports: AuthorizerPorts): ClientSecret {
  let held: { readonly value: string; readonly readAt: number } | undefined;
  // The first read does not count, so that a secret that was rotated just after it is found at once.
  let attemptedAt = 0;

  async function read(now: number): Promise<void> {
    held = { value: clientSecretOf(await ports.readSecret(name)), readAt: now };
  }

  async function refresh(now: number): Promise<void> {
    if (now >= attemptedAt + COOLDOWN_MS) {
      attemptedAt = now;
      await read(now).catch((error: unknown) => ports.warn('client_secret_refresh_failed', error));
    }
  }

  return {
    async current() {
      const now = ports.clock();
      if (!held) {
        await read(now).catch((cause: unknown) => {
          throw new AuthorizerError('store_error', 'client secret cannot be read', cause);
        });
      } else if (now >= held.readAt + REFRESH_AFTER_MS) {
        await refresh(now);
      }
      if (!held || now >= held.readAt + MAX_STALE_MS) {
        throw new AuthorizerError('store_error', 'client secret is too old');
      }
      return held.value;
    },
    async successor(refused) {
      await refresh(ports.clock());
      return held?.value === refused ? undefined : held?.value;
    },
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
