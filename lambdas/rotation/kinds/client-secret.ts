import { createHash } from 'node:crypto';
import { randomBase62 } from '../../lib/base62';
import type { CredentialEntry } from '../../lib/rotation-record';
import type { ClientSecretConfig } from '../config';
import { ReapRefusedError, RotationAbandonedError, RotationRefusedError, RotationRetryableError } from '../errors';
import type { ReapContext, SecretKind, StepContext } from '../kind';
import { succeedsInARow } from '../retry';

/** An identity provider where a client has two slots for secrets. Calls reject with an error that holds no secret. */
export interface ClientSecretProvider {
  /** Ids of the secrets that the client has. */
  list(): Promise<readonly string[]>;
  /** Adds a secret and gives its id. */
  add(secret: string): Promise<string>;
  /** Deletes a secret; one that is gone already is no error. */
  remove(id: string): Promise<void>;
  /** Whether the provider accepts the secret. Rejects on any answer that is neither yes nor "invalid client". */
  authenticate(secret: string): Promise<boolean>;
}

/** Payload of the secret of a client secret. */
export interface ClientSecret {
  /** Name of the secret on record; nothing can be learned from it. */
  readonly name: string;
  readonly secret: string;
}

/** Letters and digits; Cognito takes 24 to 64. */
const SECRET_LENGTH = 48;
const SLOTS = 2;

/**
 * An OAuth client secret where two may be active. The caller chooses the value, in `create`; the id that the provider gives it
 * is known only when it was added, and is put on record then. An answer that was lost is made up for: everything else in the
 * slots is on record before, so an id that is not must be ours, if the secret is accepted.
 */
export function clientSecret(
  config: ClientSecretConfig,
  bounds: { readonly testSeconds: number; readonly testSuccesses: number },
  provider: ClientSecretProvider,
): SecretKind<ClientSecret> {
  const overlapMs = config.overlapSeconds * 1000;

  function retireAt({ demotedAt, promotedAt, revokedAt, versionId }: CredentialEntry): number | undefined {
    if (versionId === undefined && config.existingSecret === 'keep') {
      return revokedAt;
    }
    const neverUsed = promotedAt === undefined && versionId !== undefined;
    return revokedAt ?? (neverUsed ? demotedAt : demotedAt && demotedAt + overlapMs);
  }

  async function makeRoom(): Promise<void> {
    const listed = await provider.list();
    if (listed.length >= SLOTS) {
      throw new RotationRefusedError(
        `the client has ${listed.length} secrets, of at most ${SLOTS}; one that no rotation made must be deleted by hand, ` +
          'or existingSecret set to "retire"',
      );
    }
  }

  async function add({ payload, record, versionId, clock }: StepContext<ClientSecret>): Promise<void> {
    // In this order: an attempt is on record before it adds anything, so what is listed here and not on record then is not of one
    // that runs at the same time.
    const listed = await provider.list();
    const entries = (await record.read())?.credentials ?? [];
    const entry = entries.find(({ id }) => id === payload.name);
    if (entry?.targetId !== undefined && listed.includes(entry.targetId)) {
      return;
    }
    const unknown = listed.filter((id) => !entries.some(({ targetId }) => targetId === id));
    const lost = entry?.attemptedAt === undefined ? undefined : unknown[0];
    if (lost !== undefined && unknown.length === 1) {
      // An earlier attempt added something and did not learn its id.
      if (
        !(await succeedsInARow(clock, { ...bounds, testSuccesses: 1 }, () => provider.authenticate(payload.secret)))
      ) {
        throw new RotationRetryableError(`client secret ${payload.name} may have been added, and is not accepted yet`);
      }
      await record.note({ id: payload.name, versionId, targetId: lost });
      return;
    }
    for (const id of unknown) {
      await record.note({ id: existingName(id), targetId: id });
    }
    if (listed.length >= SLOTS) {
      throw new RotationRefusedError(`the client has ${listed.length} secrets, of at most ${SLOTS}`);
    }
    await record.note({ id: payload.name, versionId, attemptedAt: clock.now() });
    const targetId = await provider.add(payload.secret);
    await record.note({ id: payload.name, versionId, targetId });
  }

  /** Without this a provider that accepts everything would prove every secret. */
  async function refusesNonsense(): Promise<void> {
    if (await provider.authenticate(randomBase62(SECRET_LENGTH))) {
      throw new RotationRetryableError('the provider accepts a secret that nobody added, so nothing is proved');
    }
  }

  /** Entries whose secret may have been added without that its id was learned, with that id where it can be told. */
  async function withLostIds({ entries, readVersion, record }: ReapContext<ClientSecret>): Promise<CredentialEntry[]> {
    const listed = await provider.list();
    const found: CredentialEntry[] = [];
    for (const entry of entries) {
      const unknown = listed.filter((id) => !entries.some(({ targetId }) => targetId === id));
      const [only] = unknown;
      const isLost = entry.demotedAt !== undefined && entry.targetId === undefined && entry.attemptedAt !== undefined;
      if (!isLost || only === undefined || entry.versionId === undefined) {
        found.push(entry);
        continue;
      }
      const secret = (await readVersion(entry.versionId))?.document.payload.secret;
      if (unknown.length === 1 && secret !== undefined && (await provider.authenticate(secret))) {
        found.push(await record.note({ id: entry.id, targetId: only }));
      }
      // Else it stays on record until it can be told: a provider may need some time to accept what it was given.
    }
    return found;
  }

  async function reapOne(entry: CredentialEntry, context: ReapContext<ClientSecret>): Promise<void> {
    const { current, clock, record, mayDestroy, retired } = context;
    const due = retireAt(entry);
    if (entry.demotedAt === undefined || due === undefined || clock.now() < due || !(await mayDestroy(entry))) {
      return;
    }
    const { targetId } = entry;
    const listed = targetId === undefined ? [] : await provider.list();
    if (targetId !== undefined && listed.includes(targetId)) {
      const credentials = (await record.read())?.credentials ?? [];
      if (credentials.some((other) => other.id !== entry.id && other.targetId === targetId)) {
        // Two names of one secret, as older versions could put on record: the other decides when it goes.
        await record.forget(entry.id);
        return;
      }
      const inUse = credentials.find(({ id }) => id === current.document.payload.name)?.targetId;
      if (inUse === undefined || inUse === targetId || !listed.includes(inUse)) {
        throw new ReapRefusedError('the client secret in use is not known at the provider, so nothing is destroyed');
      }
      await provider.remove(targetId);
      retired(entry.id, 'deleted');
    }
    await record.forget(entry.id);
  }

  return {
    name: 'client-secret',
    readPayload: readClientSecret,
    credentials: ({ name }) => [{ id: name, role: 'current' }],

    tooEarly({ entries, now }) {
      const before = entries.find(({ demotedAt }) => demotedAt !== undefined);
      const until = before && retireAt(before);
      return before && until !== undefined && now < until
        ? { reason: `client secret ${before.id} is accepted until ${new Date(until).toISOString()}`, until }
        : undefined;
    },

    async create() {
      await makeRoom();
      const secret = randomBase62(SECRET_LENGTH);
      return { name: nameOf(secret), secret };
    },

    set: add,

    async test({ payload, clock, record }) {
      if (!(await succeedsInARow(clock, bounds, () => provider.authenticate(payload.secret)))) {
        const targetId = (await record.read())?.credentials.find(({ id }) => id === payload.name)?.targetId;
        if (targetId !== undefined && !(await provider.list()).includes(targetId)) {
          throw new RotationAbandonedError(`client secret ${payload.name} is not at the provider any more`);
        }
        throw new RotationRetryableError(`the provider does not accept the client secret ${payload.name} yet`);
      }
      await refusesNonsense();
    },

    dryRun: refusesNonsense,

    async reap(context) {
      for (const entry of await withLostIds(context)) {
        await reapOne(entry, context);
      }
    },

    retireAt,
    rollBackUntil: (since) => since + overlapMs,
  };
}

/** Digest of a secret of 285 random bits: a name that tells nothing. */
function nameOf(secret: string): string {
  return `secret-${createHash('sha256').update(secret).digest('hex').slice(0, 16)}`;
}

/** Name of a secret that no rotation made. */
function existingName(targetId: string): string {
  return `existing-${createHash('sha256').update(targetId).digest('hex').slice(0, 16)}`;
}

function readClientSecret(value: unknown): ClientSecret | undefined {
  const { name, secret } = (value ?? {}) as Partial<ClientSecret>;
  return typeof name === 'string' && name !== '' && typeof secret === 'string' && secret !== ''
    ? { name, secret }
    : undefined;
}
