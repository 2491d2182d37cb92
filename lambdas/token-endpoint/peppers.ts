import { parsePepperDocument, pepperKeys } from '../lib/pepper';
import { refreshedValue } from '../lib/refreshed-value';
import { whenReady } from '../lib/when-ready';
import type { TokenEndpointPorts } from './ports';

const REFRESH_AFTER_MS = 300_000;
const MAX_STALE_MS = 3_600_000;
const COOLDOWN_MS = 30_000;

/** The peppers of the platform. A promise rejects when the secret cannot be read. */
export interface Peppers {
  /** The key with an id; `undefined` when the secret has none. */
  find(id: string): Buffer | undefined | Promise<Buffer | undefined>;
  /** The key under which new secrets are hashed. */
  current(): Buffer | Promise<Buffer>;
  /** Every key, the current one first: another execution environment may hold another version of the secret. */
  all(): readonly Buffer[] | Promise<readonly Buffer[]>;
}

/** Keeps the pepper in memory, read again after 300 s, and when a record names an unknown id; after an hour it is not used any more. */
export function createPeppers(secret: string, ports: TokenEndpointPorts): Peppers {
  const peppers = refreshedValue({
    clock: ports.clock,
    read: async () => {
      const document = parsePepperDocument(await ports.readSecret(secret));
      const keys = pepperKeys(document);
      const { id } = document.payload.current;
      const current = keys.get(id) as Buffer;
      return { keys, all: [current, ...[...keys].flatMap(([name, key]) => (name === id ? [] : [key]))] as const };
    },
    freshMs: REFRESH_AFTER_MS,
    staleMs: MAX_STALE_MS,
    cooldownMs: COOLDOWN_MS,
    onFailure: (error) => ports.warn('pepper_refresh_failed', error),
  });
  return {
    find: (id) => peppers.find(({ keys }) => keys.get(id)),
    current: () => whenReady(peppers.get(), ({ all }) => all[0]),
    all: () => whenReady(peppers.get(), ({ all }) => all),
  };
}
