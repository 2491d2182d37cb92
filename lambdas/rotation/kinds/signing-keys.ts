import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, jwtVerify, SignJWT } from 'jose';
import type { CredentialEntry } from '../../lib/rotation-record';
import { publishSeconds, retireSeconds, rollBackWindowSeconds } from '../../lib/rotation-timing';
import {
  type Jwk,
  publicMembers,
  readSigningKeys,
  type SigningAlgorithm,
  type SigningKey,
  type SigningKeys,
} from '../../lib/signing-keys';
import type { SigningKeysConfig } from '../config';
import { RotationAbandonedError, RotationRetryableError } from '../errors';
import type { KindContext, SecretKind, StepContext } from '../kind';
import { waiting } from '../waiting';

/** What signing keys need beside the engine. */
export interface SigningKeysPorts {
  readonly newKey: (algorithm: SigningAlgorithm) => Promise<SigningKey>;
  /** Fetches the public key set. */
  readonly fetchKeySet: (url: string) => Promise<unknown>;
}

/**
 * Keys that sign access tokens. `next` is published a whole rotation before it signs, because no verifier may ever meet a
 * key that it cannot have seen; a key that signed stays published until the last of its tokens has expired.
 *
 * The public set is the record of the secret, apart from the private keys. It is written before the promotion, and holds
 * every key of the current and the pending version, and those that were demoted for less than `T_retire`.
 */
export function signingKeys(config: SigningKeysConfig, ports: SigningKeysPorts): SecretKind<SigningKeys> {
  const publishMs = publishSeconds(config) * 1000;
  const retireMs = retireSeconds(config) * 1000;

  function retireAt({ demotedAt, promotedAt, revokedAt }: CredentialEntry): number | undefined {
    // A key that never signed has no tokens to wait for.
    return revokedAt ?? (promotedAt === undefined ? demotedAt : demotedAt && demotedAt + retireMs);
  }

  /** Adds to the public set what it lacks. Nothing is taken out here, and a time of publication never changes. */
  async function publish({ record, clock }: KindContext, versionId: string, keys: SigningKeys): Promise<void> {
    const known = new Map((await record.read())?.credentials.map((entry) => [entry.id, entry]));
    for (const { kid, publicJwk } of [keys.current, keys.next, ...keys.retired]) {
      const entry = known.get(kid);
      if (entry?.removedAt === undefined && (entry?.publishedAt === undefined || entry.publicJwk === undefined)) {
        await record.note({
          id: kid,
          versionId: entry?.versionId ?? versionId,
          publishedAt: clock.now(),
          publicJwk: publicMembers(publicJwk),
        });
      }
    }
  }

  /** That the public address lists the key that is going to sign; the next one has a rotation's time to get there. */
  async function checkServed(url: string, kid: string): Promise<void> {
    if (!(await served(url)).includes(kid)) {
      throw new RotationRetryableError(`key set at ${new URL(url).host} does not list the key ${kid} yet`);
    }
  }

  async function served(url: string): Promise<readonly unknown[]> {
    const { keys } = ((await ports.fetchKeySet(url)) ?? {}) as { keys?: unknown };
    if (!Array.isArray(keys)) {
      throw new RotationRetryableError(`key set at ${new URL(url).host} has no keys`);
    }
    return keys.map((key) => (key as Jwk | null)?.kid);
  }

  return {
    name: 'signing-keys',
    readPayload: readSigningKeys,

    credentials: ({ current, next }) => [
      { id: current.kid, role: 'current', publicJwk: current.publicJwk },
      { id: next.kid, role: 'next', publicJwk: next.publicJwk },
    ],

    tooEarly({ payload: { next }, entries, now }) {
      const published = entries.find(({ id }) => id === next.kid)?.publishedAt;
      return waiting(`key ${next.kid} is to be published for ${publishMs / 1000} s before it signs`, {
        since: published,
        lasts: publishMs,
        now,
      });
    },

    async create({ current, entries }) {
      const fresh = await ports.newKey(config.algorithm);
      if (!current) {
        return { current: fresh, next: await ports.newKey(config.algorithm), retired: [] };
      }
      const { payload } = current.document;
      const isGone = (kid: string) => entries.find(({ id }) => id === kid)?.removedAt !== undefined;
      const { kid, publicJwk } = payload.current;
      return {
        current: payload.next,
        next: fresh,
        retired: [{ kid, publicJwk }, ...payload.retired.filter((one) => !isGone(one.kid))],
      };
    },

    async set(context) {
      if (context.current) {
        const { current, next } = context.current.document.payload;
        await publish(context, context.current.versionId, { current, next, retired: [] });
      }
      await publish(context, context.versionId, context.payload);
    },

    async test(context) {
      const { current, next } = context.payload;
      for (const key of [current, next]) {
        await checkPair(key, context.clock.now());
      }
      await checkPublished(context);
      if (config.jwksUrl !== undefined) {
        await checkServed(config.jwksUrl, current.kid);
      }
    },

    async dryRun() {
      if (config.jwksUrl !== undefined) {
        await served(config.jwksUrl);
      }
    },

    async reap({ entries, clock, current, previous, pending, mayDestroy, record, retired }) {
      const documents = [current.document, previous?.document, pending?.document];
      const named = new Set(documents.flatMap((one) => (one ? everyKid(one.payload) : [])));
      for (const entry of entries) {
        const { id, demotedAt, removedAt } = entry;
        const due = retireAt(entry);
        if (demotedAt === undefined || due === undefined || clock.now() < due || !(await mayDestroy(entry))) {
          continue;
        }
        if (removedAt === undefined) {
          await record.note({ id, publicJwk: undefined, removedAt: clock.now() });
          retired(id, 'unpublished');
        } else if (!named.has(id)) {
          await record.forget(id);
        }
      }
    },

    retireAt,
    rollBackUntil: (since) => since + rollBackWindowSeconds(config) * 1000,
  };
}

function everyKid({ current, next, retired }: SigningKeys): string[] {
  return [current, next, ...retired].map(({ kid }) => kid);
}

async function checkPublished({ payload, record }: StepContext<SigningKeys>): Promise<void> {
  const entries = (await record.read())?.credentials ?? [];
  for (const { kid } of [payload.current, payload.next]) {
    const entry = entries.find(({ id }) => id === kid);
    if (entry?.publishedAt === undefined || entry.publicJwk?.kid !== kid) {
      throw new RotationRetryableError(`key ${kid} is not in the public key set`);
    }
  }
}

/** @throws {RotationAbandonedError} when the halves of a key do not belong together */
async function checkPair({ kid, algorithm, privateJwk, publicJwk }: SigningKey, now: number): Promise<void> {
  try {
    const currentDate = new Date(now);
    const token = await new SignJWT({})
      .setProtectedHeader({ alg: algorithm })
      .sign(await importJWK(privateJwk, algorithm));
    await jwtVerify(token, await importJWK(publicJwk, algorithm), { algorithms: [algorithm], currentDate });
  } catch {
    // The library's message could say something of the key.
    throw new RotationAbandonedError(`key ${kid} does not verify what it signs`);
  }
}

/** A new key pair from the system's generator; RSA with 2048 bits, the least that RFC 7518, 3.3 allows. */
export async function newSigningKey(algorithm: SigningAlgorithm): Promise<SigningKey> {
  const pair = await generateKeyPair(algorithm, { extractable: true, modulusLength: 2048 });
  const bare = await exportJWK(pair.publicKey);
  const kid = await calculateJwkThumbprint(bare);
  const names = { kid, alg: algorithm, use: 'sig' };
  return {
    kid,
    algorithm,
    privateJwk: { ...(await exportJWK(pair.privateKey)), ...names },
    publicJwk: { ...bare, ...names },
  };
}
